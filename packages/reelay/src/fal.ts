export * from '@reelay/fal'
