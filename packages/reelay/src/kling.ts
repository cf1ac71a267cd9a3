export * from '@reelay/kling'
