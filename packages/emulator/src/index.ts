export type { EmulatorClock } from './clock.ts'
export type { AccountTarget, Control } from './control.ts'
export { demoCredentials } from './credentials.ts'
export { createEmulator, type Emulator, type EmulatorOptions } from './emulator.ts'
export type { EmulatorEvent, EmulatorEventListener } from './events.ts'
export type { Operation, ProviderId, RequestRecord } from './exchange.ts'
export type { FalAccountOptions, FalContentFilter, FalEmulatorOptions, FalTaskFacts } from './fal/options.ts'
export type { Fault, FaultInfo, FaultKind, FaultOn, FaultSpec } from './faults/spec.ts'
export type {
  KlingAccountOptions,
  KlingContentFilter,
  KlingEmulatorOptions,
  KlingTaskFacts,
} from './kling/options.ts'
export type { KlingRelayOptions, RelayForm } from './kling/relay/options.ts'
export type { EmulatedTask, LedgerEntry } from './ledger.ts'
export type { EmulatorServer, ListenOptions } from './listen.ts'
export type {
  PiapiAccountOptions,
  PiapiEmulatorOptions,
  PiapiFailureWord,
  PiapiTaskFacts,
} from './piapi/options.ts'
export type { PictureOptions } from './pictures.ts'
export type { ProviderAccess } from './provider.ts'
export { createEmulatorClock } from './remote-clock.ts'
export type {
  ReplicateAccountOptions,
  ReplicateContentFilter,
  ReplicateEmulatorOptions,
  ReplicatePredictionFacts,
} from './replicate/options.ts'
export { type ReplicateWebhookFacts, signReplicateWebhook } from './replicate/signatures.ts'
export type { WebhookControl } from './webhooks/control.ts'
export type { WebhookFaultInfo, WebhookFaultKind, WebhookFaultSpec } from './webhooks/faults/spec.ts'
export type { WebhookAttempt } from './webhooks/log.ts'
export type { WebhookOptions } from './webhooks/options.ts'
