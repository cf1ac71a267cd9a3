export * from '@reelay/sql'
