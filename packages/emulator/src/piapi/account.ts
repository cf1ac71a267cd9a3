import { isVisible } from '../engine/task.ts'
import type { PiapiAccount } from './options.ts'
import { invalid, POINTS_PER_MICRO_USD, type Refusal } from './tables.ts'
import {
  isTerminal,
  type PiapiState,
  type PiapiTask,
  phaseAt,
  settled,
  spentPoints,
  usageAt,
} from './task.ts'
import { rfc3339 } from './views.ts'

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
  const usages = settled(state, now)
    .ofAccount(account.name)
    .map((task) => usageAt(task, now))
  const used = usages.reduce((sum, { consume }) => sum + consume, 0)
  const frozen = usages.reduce((sum, usage) => sum + usage.frozen, 0)
  const available = account.granted - spentPoints(state, account, now)
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
      total_credits: credits(account.granted),
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
  const open = settled(state, now)
    .ofAccount(account.name)
    .filter((task) => isVisible(task, now) && !isTerminal(phaseAt(task, now).status))
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

const FIRST_ROW = 900_001
const KEY_ID = 17

/** The history's own words; the one for a cancelled task was not seen. */
const historyWords: Readonly<Record<string, string>> = {
  completed: 'finished',
  failed: 'failed',
  cancelled: 'cancelled',
}

/**
 * `data` of the task history: rows without our input, newest first, by time of creation in whole seconds (docs page of
 * 2026-05, a client of 2026-09). Whether waiting and running tasks are listed is not known: they are not, unless told.
 */
export function histories(state: PiapiState, account: PiapiAccount, search: URLSearchParams): View | Refusal {
  const page = whole(search, 'page', 1, Number.MAX_SAFE_INTEGER, 1)
  const size = whole(search, 'page_size', 1, 100, 10)
  const from = whole(search, 'start_time', 0, Number.MAX_SAFE_INTEGER, 0)
  const to = whole(search, 'end_time', 0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  for (const given of [page, size, from, to]) if (typeof given !== 'number') return given
  const [start, end, number, count] = [from, to, page, size] as number[] as [number, number, number, number]

  const now = state.clock.now()
  const model = search.get('model')
  const rows = settled(state, now)
    .ofAccount(account.name)
    .map((task, index) => ({ task, id: FIRST_ROW + index }))
    .filter(({ task }) => {
      const created = Math.floor(task.createdAt / 1000)
      const listed = state.settings.historyRunning || isTerminal(phaseAt(task, now).status)
      return listed && created >= start && created <= end && (model === null || task.job.model === model)
    })
    .sort((a, b) => b.task.createdAt - a.task.createdAt || b.id - a.id)
  return {
    data: rows
      .slice((number - 1) * count, number * count)
      .map(({ task, id }) => rowView(state, task, id, now)),
    page: number,
    size: count,
    total: rows.length,
  }
}

function whole(
  search: URLSearchParams,
  name: string,
  min: number,
  max: number,
  otherwise: number,
): number | Refusal {
  const text = search.get(name)
  if (text === null) return otherwise
  const value = Number(text)
  return /^\d+$/.test(text) && value >= min && value <= max ? value : invalid(name)
}

function rowView({ settings }: PiapiState, task: PiapiTask, id: number, now: number): View {
  const { status, updatedAt } = phaseAt(task, now)
  const { job } = task
  const time = (at: number): string => rfc3339(at, task.id, settings.utcOffset)
  const { frozen, consume } = usageAt(task, now)
  return {
    id,
    account_id: ACCOUNT_ID,
    api_key_id: KEY_ID,
    task_id: task.id,
    task_model: job.model,
    action: job.taskType,
    service_mode: 'public',
    status: historyWords[status] ?? status,
    usage: frozen + consume,
    usage_type: 'point',
    fixed: false,
    detail: { task_id: task.id, model: job.model, workflow_type: '' },
    created_at: time(task.createdAt),
    updated_at: time(updatedAt),
    deleted_at: null,
  }
}
