export * from '@reelay/fal/kinds'
