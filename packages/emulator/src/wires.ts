import { fal } from './fal/wire.ts'
import { kling } from './kling/wire.ts'
import { piapi } from './piapi/wire.ts'
import { replicate } from './replicate/wire.ts'

export type { FalAccountOptions, FalContentFilter, FalEmulatorOptions, FalTaskFacts } from './fal/options.ts'
export type { KlingAccountOptions } from './kling/account.ts'
export type { KlingContentFilter, KlingEmulatorOptions, KlingTaskFacts } from './kling/options.ts'
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
  readonly kling: typeof kling
  readonly piapi: typeof piapi
  readonly fal: typeof fal
  readonly replicate: typeof replicate
}

/**
 * The emulated providers by id: what makes each, and what opens its demo account.
 *
 * @example
 * ```ts
 * import type { wires } from '@reelay/emulator'
 * type Emulated = keyof typeof wires
 * const ports: Readonly<Record<Emulated, number>> = { kling: 4010, piapi: 4011, fal: 4012, replicate: 4013 }
 * ```
 */
export const wires: Wires = { kling, piapi, fal, replicate }
