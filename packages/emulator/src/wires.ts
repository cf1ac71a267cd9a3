import type { WireEntry } from './engine/wire.ts'
import { type FalDemo, type FalEmulatorOptions, falDemo } from './fal/options.ts'
import { createFal } from './fal/wire.ts'
import { type KlingDemo, type KlingEmulatorOptions, klingDemo } from './kling/options.ts'
import { createKling } from './kling/wire.ts'
import { type PiapiDemo, type PiapiEmulatorOptions, piapiDemo } from './piapi/options.ts'
import { createPiapi } from './piapi/wire.ts'
import { type ReplicateDemo, type ReplicateEmulatorOptions, replicateDemo } from './replicate/options.ts'
import { createReplicate } from './replicate/wire.ts'

export type { FalAccountOptions, FalContentFilter, FalEmulatorOptions, FalTaskFacts } from './fal/options.ts'
export type {
  KlingAccountOptions,
  KlingContentFilter,
  KlingEmulatorOptions,
  KlingTaskFacts,
} from './kling/options.ts'
export type { KlingRelayOptions, RelayForm } from './kling/relay/options.ts'
export type {
  PiapiAccountOptions,
  PiapiEmulatorOptions,
  PiapiFailureWord,
  PiapiTaskFacts,
} from './piapi/options.ts'
export type {
  ReplicateAccountOptions,
  ReplicateContentFilter,
  ReplicateEmulatorOptions,
  ReplicatePredictionFacts,
} from './replicate/options.ts'

/**
 * The emulated providers. Their ids, options, demo keys and public types follow from this list.
 *
 * @example
 * ```ts
 * import type { Wires } from '@reelay/emulator'
 *
 * const ids: readonly (keyof Wires)[] = ['kling', 'fal']
 * ```
 */
export interface Wires {
  readonly kling: WireEntry<KlingEmulatorOptions, KlingDemo>
  readonly piapi: WireEntry<PiapiEmulatorOptions, PiapiDemo>
  readonly fal: WireEntry<FalEmulatorOptions, FalDemo>
  readonly replicate: WireEntry<ReplicateEmulatorOptions, ReplicateDemo>
}

/**
 * The emulated providers by id: what makes each, and the access data of its demo account.
 *
 * @example
 * ```ts
 * import type { wires } from '@reelay/emulator'
 * type Emulated = keyof typeof wires
 * const ports: Readonly<Record<Emulated, number>> = { kling: 4010, piapi: 4011, fal: 4012, replicate: 4013 }
 * ```
 */
export const wires: Wires = {
  kling: { create: createKling, demo: klingDemo },
  piapi: { create: createPiapi, demo: piapiDemo },
  fal: { create: createFal, demo: falDemo },
  replicate: { create: createReplicate, demo: replicateDemo },
}
