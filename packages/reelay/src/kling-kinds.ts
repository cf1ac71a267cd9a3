export * from '@reelay/kling/kinds'
