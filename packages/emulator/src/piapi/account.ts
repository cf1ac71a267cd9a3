import type { PiapiAccount } from './accounts.ts'
import { balanceOf } from './create.ts'
import { isTerminal, isVisible, phaseAt } from './phase.ts'
import type { PiapiState } from './state.ts'
import { usageAt } from './tasks.ts'
import { POINTS_PER_MICRO_USD } from './versions.ts'

type View = Record<string, unknown>

const ACCOUNT_ID = 4242
const CREDITS_PER_USD = 500
const POINTS_PER_USD = POINTS_PER_MICRO_USD * 1_000_000

/**
 * `data` of the balance call, by the reference of 2026-05 and the vendor's client; an earlier revision of that client
 * knows other keys, and counts points. 500 credits are one dollar (a client, 2026-09).
 */
export function accountInfo(state: PiapiState, account: PiapiAccount): View {
  const now = state.clock.now()
  const usages = state.tasks.ofAccount(account.name, now).map((task) => usageAt(task, now))
  const used = usages.reduce((sum, { consume }) => sum + consume, 0)
  const frozen = usages.reduce((sum, usage) => sum + usage.frozen, 0)
  const available = balanceOf(state, account, now)
  const equivalent = { equivalent_in_usd: available / POINTS_PER_USD }
  if (state.settings.accountInfo === 'remaining-credits') {
    const names = { account_name: account.name, account_id: account.name }
    return { ...names, remaining_credits: available, quota_used: used, ...equivalent }
  }
  const credits = (points: number): number => (points / POINTS_PER_USD) * CREDITS_PER_USD
  const time = new Date(now).toISOString()
  return {
    id: ACCOUNT_ID,
    name: account.name,
    plan: 'creator',
    type: 'ppu',
    is_enable: true,
    is_verified: true,
    max_concurrent_task_count: account.concurrency,
    kling_failover_enabled: false,
    credit_pack_info: {
      available_credits: credits(available),
      used_credits: credits(used),
      total_credits: credits(account.grantedPoints),
      frozen_credits: credits(frozen),
      expired_credits: 0,
      inactive_credits: 0,
    },
    ...equivalent,
    created_at: time,
    updated_at: time,
  }
}

/** `data` of the counts call: one entry, because `kling` and `kling-turbo` are one provider here. */
export function activeTasks(state: PiapiState, account: PiapiAccount): View {
  const now = state.clock.now()
  const open = state.tasks
    .ofAccount(account.name, now)
    .filter((task) => isVisible(task, now) && !isTerminal(phaseAt(task, now)))
  const count = (word: string): number => open.filter((task) => phaseAt(task, now).status === word).length
  const [staged, pending, processing] = [count('staged'), count('pending'), count('processing')]
  return {
    kling: {
      staged_count: staged,
      pending_count: pending,
      processing_count: processing,
      // What the objects hold beside an id is not shown anywhere.
      active_tasks: open.length === 0 ? null : open.map(({ id }) => ({ task_id: id })),
    },
  }
}
