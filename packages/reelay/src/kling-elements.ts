export * from '@reelay/kling/elements'
