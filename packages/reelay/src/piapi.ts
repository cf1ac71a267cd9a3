export * from '@reelay/piapi'
