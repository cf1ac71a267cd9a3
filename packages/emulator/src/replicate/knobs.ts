import type { ProviderKnobs } from '../engine/wire.ts'
import type { ReplicateAccount } from './accounts.ts'
import { balanceOf } from './create.ts'
import { failureOf, RISK_CONTROL } from './failures.ts'
import { impose } from './hold.ts'
import { type Phase, phaseAt, type Status, statuses } from './phase.ts'
import type { Prediction } from './predictions.ts'
import type { ReplicateState } from './state.ts'

function accountNamed({ accounts }: ReplicateState, name: string | undefined): ReplicateAccount {
  const account = name === undefined ? accounts[0] : accounts.find((candidate) => candidate.name === name)
  if (!account) throw new Error(`the emulated Replicate has no account '${name ?? ''}'`)
  return account
}

/** What a control may impose: times stay true where they are known, and are now where the status needs one. */
function imposed(prediction: Prediction, status: Status, message: string | undefined, now: number): Phase {
  const startedAt = phaseAt(prediction, now).startedAt ?? now
  switch (status) {
    case 'starting':
      return { status }
    case 'processing':
      return { status, startedAt }
    case 'aborted':
      return { status, completedAt: now }
    case 'failed':
      return { status, startedAt, completedAt: now, error: failureOf(message ?? RISK_CONTROL).error }
    default:
      return { status, startedAt, completedAt: now }
  }
}

/** What `control` may turn on an emulated Replicate. Its unit is the US dollar. */
export function createReplicateKnobs(state: ReplicateState): ProviderKnobs {
  const { clock, upcoming, predictions } = state
  return {
    balance: (name) => balanceOf(state, accountNamed(state, name), clock.now()) / 1_000_000,
    setBalance: (units, name) => {
      const account = accountNamed(state, name)
      account.grantedMicroUsd =
        Math.round(units * 1_000_000) + predictions.spentMicroUsd(account.name, clock.now())
    },
    setConcurrency: () => {
      throw new Error('Replicate publishes no concurrency limit: its official models queue')
    },
    failNext: (left, message = RISK_CONTROL) => void upcoming.failures.push({ left, message }),
    slowNext: (left, ms) => void upcoming.delays.push({ left, ms }),
    forceStatus: (id, word, message) => {
      const status = statuses.find((known) => known === word)
      if (!status) throw new Error(`Replicate has no status '${word}'; use one of ${statuses.join(', ')}`)
      const prediction = predictions.byId(id)
      const now = clock.now()
      if (prediction) impose(prediction, imposed(prediction, status, message, now), now)
    },
    // Here a URL stops working when the prediction's data is removed, and not before.
    expireURLs: (id) => {
      for (const prediction of predictions.all()) {
        if (id === undefined || prediction.id === id) prediction.removedAt = clock.now()
      }
    },
  }
}
