import type { ProviderKnobs } from '../engine/wire.ts'
import type { KlingAccount } from './accounts.ts'
import { balanceOf, RISK_CONTROL } from './create.ts'
import type { KlingState } from './state.ts'
import type { KlingTask } from './tasks.ts'

function accountNamed({ accounts }: KlingState, name: string | undefined): KlingAccount {
  const account = name === undefined ? accounts[0] : accounts.find((candidate) => candidate.name === name)
  if (!account) throw new Error(`the emulated Kling has no account '${name ?? ''}'`)
  return account
}

function tasksNamed(state: KlingState, id: string | undefined): readonly KlingTask[] {
  return state.tasks.all().filter((task) => id === undefined || task.id === id || task.job.externalId === id)
}

const words = ['submitted', 'processing', 'succeed', 'failed'] as const

/** What `control` may turn on an emulated Kling. */
export function createKlingKnobs(state: KlingState): ProviderKnobs {
  const { clock, upcoming } = state
  return {
    balance: (name) => balanceOf(state, accountNamed(state, name), clock.now()) / 1000,
    setBalance: (units, name) => {
      const account = accountNamed(state, name)
      account.grantedMilliUnits =
        Math.round(units * 1000) + state.tasks.spentMilliUnits(account.name, clock.now())
    },
    setConcurrency: (limit, name) => {
      accountNamed(state, name).videoConcurrency = limit
    },
    failNext: (left, message = RISK_CONTROL) => void upcoming.failures.push({ left, message }),
    slowNext: (left, ms) => void upcoming.delays.push({ left, ms }),
    forceStatus: (id, word, message = word === 'failed' ? RISK_CONTROL : '') => {
      const status = words.find((known) => known === word)
      if (!status) throw new Error(`Kling has no status '${word}'; use one of ${words.join(', ')}`)
      for (const task of tasksNamed(state, id)) task.forced = { status, message, updatedAt: clock.now() }
    },
    // Documented: after a rotation the secret before stays valid for seven days.
    rotateWebhookKey: (name) => {
      const account = accountNamed(state, name)
      const secret = `whsec_${btoa(state.ids.uuid().replaceAll('-', ''))}`
      account.webhookSecrets = [secret, ...account.webhookSecrets.slice(0, 1)]
      return secret
    },
    expireURLs: (id) => {
      for (const task of tasksNamed(state, id)) task.expiredAt = clock.now()
    },
  }
}
