export * from '@reelay/piapi/kinds'
