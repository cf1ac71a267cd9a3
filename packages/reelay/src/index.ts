export * from '@reelay/core'
export { createKling, type KlingOptions, kling } from '@reelay/kling'
