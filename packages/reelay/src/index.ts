export * from '@reelay/core'
export * from '@reelay/kling'
