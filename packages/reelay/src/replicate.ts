export * from '@reelay/replicate'
