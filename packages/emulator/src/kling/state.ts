import type { EmulatorClock } from '../clock.ts'
import type { Pictures } from '../engine/pictures.ts'
import type { Ids } from '../random.ts'
import type { ClipStore } from '../video/clips.ts'
import type { Follow } from '../webhooks/message.ts'
import type { KlingAccount } from './accounts.ts'
import type { KlingSettings } from './options.ts'
import type { TaskStore } from './tasks.ts'

/** Orders from the control for the tasks created next. */
export interface Upcoming {
  failures: { left: number; readonly message: string }[]
  delays: { left: number; readonly ms: number }[]
}

/** Everything one emulated Kling knows. */
export interface KlingState {
  readonly clock: EmulatorClock
  readonly ids: Ids
  readonly clips: ClipStore
  readonly webhooks: Follow
  readonly pictures: Pictures
  readonly settings: KlingSettings
  readonly accounts: KlingAccount[]
  readonly tasks: TaskStore
  readonly upcoming: Upcoming
}
