import type { PiapiAccount } from './accounts.ts'
import { invalid, type Refusal } from './errors.ts'
import { isTerminal, phaseAt } from './phase.ts'
import type { PiapiState } from './state.ts'
import { type PiapiTask, usageAt } from './tasks.ts'
import { rfc3339 } from './timestamp.ts'

type View = Record<string, unknown>

const FIRST_ROW = 900_001
const ACCOUNT_ID = 4242
const KEY_ID = 17

/** The history's own words; the one for a cancelled task was not seen. */
const words: Readonly<Record<string, string>> = {
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
  const rows = state.tasks
    .ofAccount(account.name, now)
    .map((task, index) => ({ task, id: FIRST_ROW + index }))
    .filter(({ task }) => {
      const created = Math.floor(task.createdAt / 1000)
      const listed = state.settings.historyRunning || isTerminal(phaseAt(task, now))
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
    status: words[status] ?? status,
    usage: frozen + consume,
    usage_type: 'point',
    fixed: false,
    detail: { task_id: task.id, model: job.model, workflow_type: '' },
    created_at: time(task.createdAt),
    updated_at: time(updatedAt),
    deleted_at: null,
  }
}
