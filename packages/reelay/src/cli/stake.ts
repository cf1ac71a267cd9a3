import type { Submission, TaskHandle } from '@reelay/core'

/** What would be lost if the command ended now. */
export interface Stake {
  /** Money may have been spent: a paid request has left, or a task is being waited for. */
  readonly paid: boolean
  readonly handle?: TaskHandle | undefined
  readonly submission?: Submission | undefined
  /** The command that goes on with it. */
  readonly next?: string | undefined
}

let current: Stake = { paid: false }

/** Notes what is at stake, for whoever has to speak when the command cannot end by itself: a second Ctrl-C, a bug of ours. */
export function atStake(stake: Partial<Stake>): void {
  current = { ...current, ...stake }
}

/** What is at stake now. */
export const stake = (): Stake => current
