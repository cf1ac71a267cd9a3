export type { ContractCase, Rule } from './case.ts'
export { contractCases } from './cases/index.ts'
export { createVirtualClock, type VirtualClock, type VirtualClockOptions } from './clock/index.ts'
export { contractOf } from './contract-of.ts'
export { describeProvider } from './describe.ts'
export { journalCases } from './journal/cases/index.ts'
export { describeJournal, runJournalCase } from './journal/describe.ts'
export type { JournalCase, JournalDescriptor, JournalManifest, JournalWorld } from './journal/journal-case.ts'
export { type CaseResult, runCase } from './run-case.ts'
export {
  createWire,
  type FaultName,
  type FaultOptions,
  type GatewayFault,
  type ProviderFault,
  type Simulation,
  type Wire,
} from './wire/index.ts'
export type { AdapterFacts, Descriptor, Manifest, ProviderSetup, World } from './world.ts'
