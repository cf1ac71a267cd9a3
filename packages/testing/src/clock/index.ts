export { createVirtualClock, type VirtualClock, type VirtualClockOptions } from './create.ts'
