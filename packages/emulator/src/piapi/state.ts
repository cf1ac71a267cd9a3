import type { EmulatorClock } from '../clock.ts'
import type { Pictures } from '../engine/pictures.ts'
import type { Ids } from '../random.ts'
import type { ClipStore } from '../video/clips.ts'
import type { Follow } from '../webhooks/message.ts'
import type { PiapiAccount } from './accounts.ts'
import type { PiapiSettings } from './options.ts'
import type { TaskStore } from './tasks.ts'
import type { Upload } from './uploads.ts'
import type { PiapiWebhooks } from './webhooks.ts'

/** Orders from the control for the tasks created next. */
export interface Upcoming {
  failures: { left: number; readonly message: string | undefined }[]
  delays: { left: number; readonly ms: number }[]
}

/** Everything one emulated PiAPI knows. */
export interface PiapiState {
  readonly clock: EmulatorClock
  readonly ids: Ids
  readonly clips: ClipStore
  readonly webhooks: Follow
  readonly pictures: Pictures
  readonly piapiWebhooks: PiapiWebhooks
  readonly settings: PiapiSettings
  readonly accounts: PiapiAccount[]
  readonly tasks: TaskStore
  /** By path on the media host. */
  readonly uploads: Map<string, Upload>
  readonly upcoming: Upcoming
}
