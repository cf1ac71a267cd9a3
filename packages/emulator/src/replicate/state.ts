import type { EmulatorClock } from '../clock.ts'
import type { Pictures } from '../engine/pictures.ts'
import type { Ids } from '../random.ts'
import type { ClipStore } from '../video/clips.ts'
import type { Follow } from '../webhooks/message.ts'
import type { ReplicateAccount } from './accounts.ts'
import type { FileStore } from './files.ts'
import type { ReplicateSettings } from './options.ts'
import type { PredictionStore } from './predictions.ts'

/** Orders from the control for the predictions created next. */
export interface Upcoming {
  failures: { left: number; readonly message: string }[]
  delays: { left: number; readonly ms: number }[]
}

/** Everything one emulated Replicate knows. */
export interface ReplicateState {
  readonly clock: EmulatorClock
  readonly ids: Ids
  readonly clips: ClipStore
  readonly webhooks: Follow
  readonly pictures: Pictures
  readonly settings: ReplicateSettings
  readonly accounts: ReplicateAccount[]
  readonly predictions: PredictionStore
  readonly files: FileStore
  readonly upcoming: Upcoming
}

/** 128 random bits as base-36 digits. */
const digits = (ids: Ids): string => BigInt(`0x${ids.uuid().replaceAll('-', '')}`).toString(36)

/** 26 lower-case letters and digits, as every recorded prediction id. */
export const predictionId = (ids: Ids): string => (digits(ids) + digits(ids)).slice(-26).padStart(26, '0')
