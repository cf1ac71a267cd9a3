export * from '@reelay/core/node'
