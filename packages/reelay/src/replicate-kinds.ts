export * from '@reelay/replicate/kinds'
