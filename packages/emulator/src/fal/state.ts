import type { EmulatorClock } from '../clock.ts'
import type { Pictures } from '../engine/pictures.ts'
import type { Ids } from '../random.ts'
import type { ClipStore } from '../video/clips.ts'
import type { Follow } from '../webhooks/message.ts'
import type { FalAccount } from './accounts.ts'
import type { FileStore } from './files.ts'
import type { FalSettings } from './options.ts'
import { isRefunded, type TaskStore } from './tasks.ts'
import type { WebhookKeys } from './webhook-keys.ts'
import type { FalWebhooks } from './webhooks.ts'

/** Orders from the control for the requests submitted next. */
export interface Upcoming {
  failures: { left: number; readonly name: string }[]
  delays: { left: number; readonly ms: number }[]
}

/** Everything one emulated fal knows. */
export interface FalState {
  readonly clock: EmulatorClock
  readonly ids: Ids
  readonly clips: ClipStore
  readonly webhooks: Follow
  readonly pictures: Pictures
  readonly webhookKeys: WebhookKeys
  readonly falWebhooks: FalWebhooks
  readonly settings: FalSettings
  readonly accounts: FalAccount[]
  readonly tasks: TaskStore
  readonly files: FileStore
  readonly upcoming: Upcoming
}

/** Credit left, millionths of a dollar. A request is accepted while there is any, so it may end below zero. */
export function creditOf(state: FalState, account: FalAccount, now: number): number {
  const spent = state.tasks
    .ofAccount(account.name)
    .reduce((sum, task) => sum + (isRefunded(task, now) ? 0 : (task.job?.microUsd ?? 0)), 0)
  return account.grantedMicroUsd - spent
}
