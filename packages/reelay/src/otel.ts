export * from '@reelay/core/otel'
