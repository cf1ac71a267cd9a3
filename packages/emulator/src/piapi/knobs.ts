import type { ProviderKnobs } from '../engine/wire.ts'
import type { PiapiAccount } from './accounts.ts'
import { balanceOf, orderedFailure, spentBy } from './create.ts'
import { forcedPhase, statusWords } from './phase.ts'
import type { PiapiState } from './state.ts'
import type { PiapiTask } from './tasks.ts'

function accountNamed({ accounts }: PiapiState, name: string | undefined): PiapiAccount {
  const account = name === undefined ? accounts[0] : accounts.find((candidate) => candidate.name === name)
  if (!account) throw new Error(`the emulated PiAPI has no account '${name ?? ''}'`)
  return account
}

/** What `control` may turn on an emulated PiAPI. */
export function createPiapiKnobs(state: PiapiState): ProviderKnobs {
  const { clock, upcoming, tasks } = state
  const tasksNamed = (id: string | undefined): readonly PiapiTask[] =>
    tasks.all(clock.now()).filter((task) => id === undefined || task.id === id)
  return {
    balance: (name) => balanceOf(state, accountNamed(state, name), clock.now()),
    setBalance: (points, name) => {
      const account = accountNamed(state, name)
      account.grantedPoints = Math.round(points) + spentBy(state, account, clock.now())
    },
    setConcurrency: (limit, name) => {
      const account = accountNamed(state, name)
      // What left the queue until now did so under the old limit.
      tasks.all(clock.now())
      account.concurrency = limit
      account.concurrencySince = clock.now()
    },
    failNext: (left, message) => void upcoming.failures.push({ left, message }),
    slowNext: (left, ms) => void upcoming.delays.push({ left, ms }),
    forceStatus: (id, word, message) => {
      const status = statusWords.find((known) => known === word)
      if (!status) throw new Error(`PiAPI has no status '${word}'; use one of ${statusWords.join(', ')}`)
      const now = clock.now()
      for (const task of tasksNamed(id)) {
        task.forced = forcedPhase(task, status, orderedFailure(message), now)
        if (status !== 'staged') task.releasedAt ??= now
      }
    },
    expireURLs: (id) => {
      for (const task of tasksNamed(id)) task.expiredAt = clock.now()
    },
  }
}
