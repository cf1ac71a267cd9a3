import type { PiapiAccount } from './accounts.ts'
import { balanceOf } from './create.ts'
import { isVisible, phaseAt } from './phase.ts'
import type { PiapiState } from './state.ts'
import { usageAt } from './tasks.ts'
import { POINTS_PER_MICRO_USD } from './versions.ts'

type View = Record<string, unknown>

const POINTS_PER_USD = POINTS_PER_MICRO_USD * 1_000_000

/**
 * `data` of the balance call. The vendor's own client knows two sets of keys; only `equivalent_in_usd` is
 * named in prose as well. Credits are counted in points here, which no page says.
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
  return {
    id: account.name,
    name: account.name,
    plan: 'creator',
    type: 'user',
    is_enable: true,
    credit_pack_info: {
      available_credits: available,
      used_credits: used,
      total_credits: account.grantedPoints,
      frozen_credits: frozen,
      expired_credits: 0,
      inactive_credits: 0,
    },
    ...equivalent,
  }
}

/** `data` of the counts call: one entry, because `kling` and `kling-turbo` are one provider here. */
export function activeTasks(state: PiapiState, account: PiapiAccount): View {
  const now = state.clock.now()
  const statuses = state.tasks
    .ofAccount(account.name, now)
    .filter((task) => isVisible(task, now))
    .map((task) => phaseAt(task, now).status)
  const count = (word: string): number => statuses.filter((status) => status === word).length
  const [staged, pending, processing] = [count('staged'), count('pending'), count('processing')]
  return {
    kling: {
      staged_count: staged,
      pending_count: pending,
      processing_count: processing,
      active_tasks: staged + pending + processing,
    },
  }
}
