export { createWire, type Simulation } from './create.ts'
export type { FaultName, FaultOptions, GatewayFault, ProviderFault } from './fault.ts'
export type { Wire } from './wire.ts'
