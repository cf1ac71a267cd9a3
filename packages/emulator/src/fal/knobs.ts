import type { ProviderKnobs } from '../engine/wire.ts'
import type { FalAccount } from './accounts.ts'
import { EXHAUSTED } from './answers.ts'
import { failureNamed } from './failures.ts'
import { settle, start } from './schedule.ts'
import { creditOf, type FalState } from './state.ts'
import { type FalTask, isFailure } from './tasks.ts'

const USD = 1_000_000
const words = ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED'] as const

function accountNamed({ accounts }: FalState, name: string | undefined): FalAccount {
  const account = name === undefined ? accounts[0] : accounts.find((candidate) => candidate.name === name)
  if (!account) throw new Error(`the emulated fal has no account '${name ?? ''}'`)
  return account
}

const tasksNamed = ({ tasks }: FalState, id: string | undefined): readonly FalTask[] =>
  tasks.all().filter((task) => id === undefined || task.id === id)

/** What `control` may turn on an emulated fal. The balance is in dollars. */
export function createFalKnobs(state: FalState): ProviderKnobs {
  const { clock, upcoming } = state
  const credit = (account: FalAccount): number => {
    settle(state, clock.now())
    return creditOf(state, account, clock.now())
  }
  return {
    balance: (name) => credit(accountNamed(state, name)) / USD,
    setBalance: (usd, name) => {
      const account = accountNamed(state, name)
      account.grantedMicroUsd += Math.round(usd * USD) - credit(account)
    },
    setConcurrency: (limit, name) => {
      settle(state, clock.now())
      const account = accountNamed(state, name)
      account.concurrency = limit
      account.concurrencySince = clock.now()
    },
    setLocked: (locked, name) => {
      const account = accountNamed(state, name)
      if (locked === false) delete account.lock
      else account.lock = locked === true ? EXHAUSTED : locked
    },
    failNext: (left, name = '') => void upcoming.failures.push({ left, name }),
    slowNext: (left, ms) => void upcoming.delays.push({ left, ms }),
    forceStatus: (id, word, message) => {
      const status = words.find((known) => known === word)
      if (!status) throw new Error(`fal has no status '${word}'; use one of ${words.join(', ')}`)
      settle(state, clock.now())
      for (const task of tasksNamed(state, id)) force(state, task, status, message)
    },
    rotateWebhookKey: () => {
      state.webhookKeys.rotate()
      return undefined
    },
    expireURLs: (id) => {
      for (const task of tasksNamed(state, id)) task.expiredAt = clock.now()
    },
  }
}

/** A forced `COMPLETED` ends well, or with the failure that `message` names. */
function force(
  state: FalState,
  task: FalTask,
  status: (typeof words)[number],
  message: string | undefined,
): void {
  const now = state.clock.now()
  if (status !== 'COMPLETED') {
    task.held = status
    return
  }
  delete task.held
  if (task.startedAt === undefined) start(state, task, now)
  task.endsAt = now
  if (message !== undefined) task.outcome = failureNamed(message)
  else if (isFailure(task.outcome) && task.job) task.outcome = { aspect: task.job.aspect }
}
