import type { Account } from './account.ts'
import type { Task } from './task.ts'
import type { ProviderKnobs, WireState } from './wire.ts'

/** What the knobs of one provider have of their own. */
export interface KnobVoice<A extends Account, T extends Task, Failure, Word extends string> {
  /** How the provider is called in messages to whoever turns a knob. */
  readonly label: string
  /** Smallest units of money in one unit of the control's. */
  readonly unit: number
  /** The provider's words for a status, as `forceStatus` takes them. */
  readonly words: readonly Word[]
  /** Smallest units that an account has spent and not got back. */
  spent(account: A, now: number): number
  /** Brings everything up to date, where a task's state depends on other tasks. */
  settle?(now: number): void
  failure(message: string | undefined): Failure
  force(task: T, word: Word, message: string | undefined, now: number): void
  setConcurrency(account: A, limit: number, now: number): void
  setLocked?(account: A, locked: boolean | string): void
  rotateWebhookKey?(account: A): string | undefined
}

/** What `control` may turn on an emulated provider. */
export function createKnobs<Settings, A extends Account, T extends Task, Failure, Word extends string>(
  { clock, accounts, tasks, upcoming }: WireState<Settings, A, T, Failure>,
  voice: KnobVoice<A, T, Failure, Word>,
): ProviderKnobs {
  const { label, unit, words, settle, setLocked, rotateWebhookKey } = voice
  const spent = (account: A): number => {
    settle?.(clock.now())
    return voice.spent(account, clock.now())
  }
  return {
    balance: (name) => {
      const account = accounts.named(name)
      return (account.granted - spent(account)) / unit
    },
    setBalance: (units, name) => {
      const account = accounts.named(name)
      account.granted = Math.round(units * unit) + spent(account)
    },
    setConcurrency: (limit, name) => {
      // What left a queue until now did so under the old limit.
      settle?.(clock.now())
      voice.setConcurrency(accounts.named(name), limit, clock.now())
    },
    ...(setLocked && { setLocked: (locked, name) => setLocked(accounts.named(name), locked) }),
    failNext: (count, message) => upcoming.failNext(count, voice.failure(message)),
    slowNext: upcoming.slowNext,
    chargeNext: upcoming.chargeNext,
    forceStatus: (id, status, message) => {
      const word = words.find((known) => known === status)
      if (word === undefined)
        throw new Error(`${label} has no status '${status}'; use one of ${words.join(', ')}`)
      settle?.(clock.now())
      for (const task of tasks.named(id)) voice.force(task, word, message, clock.now())
    },
    ...(rotateWebhookKey && { rotateWebhookKey: (name) => rotateWebhookKey(accounts.named(name)) }),
    expireURLs: (id) => {
      for (const task of tasks.named(id)) task.expiredAt = clock.now()
    },
  }
}
