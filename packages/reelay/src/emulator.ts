export * from '@reelay/emulator'
