import type { RequestNotes } from '../engine/exchange.ts'
import type { KlingAccount } from './accounts.ts'
import { type Refusal, refuse } from './errors.ts'
import { invalidValue } from './fields.ts'
import type { VideoOp } from './models.ts'
import { phaseAt } from './phase.ts'
import type { KlingState } from './state.ts'
import type { KlingTask } from './tasks.ts'
import { taskView } from './wire.ts'

type View = Record<string, unknown>

function view(state: KlingState, task: KlingTask, cdn: string, now: number): View {
  return taskView(task, phaseAt(task, now), state.settings, folderOf(state, task, cdn))
}

/** Where the clip of a task lies on the CDN. */
export function folderOf(state: KlingState, task: KlingTask, cdn: string): string {
  const bucket = state.accounts.find(({ name }) => name === task.account)?.bucket
  return `${cdn}/bs2/upload-kling-api/${bucket}/${task.job.op}`
}

/** One task by its id or external id; only its own path knows it. */
export function query(
  state: KlingState,
  account: KlingAccount,
  op: VideoOp,
  reference: string,
  cdn: string,
  record: RequestNotes,
): View | Refusal {
  const now = state.clock.now()
  const task = state.tasks.find(account.name, op, reference, now)
  if (task) record.taskId = task.id
  // Recorded: HTTP 400, not 404.
  return task ? view(state, task, cdn, now) : refuse(1201, `Task not found by id/external id: ${reference}`)
}

const MAX_PAGE = 1000
const MAX_PAGE_SIZE = 500
const DEFAULT_PAGE_SIZE = 30

/** One page of a path's tasks: a bare array, without a total. */
export function list(
  state: KlingState,
  account: KlingAccount,
  op: VideoOp,
  search: URLSearchParams,
  cdn: string,
): readonly View[] | Refusal {
  const page = pageNumber(search.get('pageNum'), 1, MAX_PAGE)
  if (page === undefined) return invalidValue('pageNum', search.get('pageNum'))
  const size = pageNumber(search.get('pageSize'), DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)
  if (size === undefined) return invalidValue('pageSize', search.get('pageSize'))

  const now = state.clock.now()
  const direction = state.settings.listOrder === 'newest' ? -1 : 1
  return (
    [...state.tasks.list(account.name, op, now)]
      // Ids have 18 digits each, so text compares like numbers.
      .sort((a, b) => direction * (a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)))
      .slice((page - 1) * size, page * size)
      .map((task) => view(state, task, cdn, now))
  )
}

function pageNumber(sent: string | null, fallback: number, max: number): number | undefined {
  if (sent === null) return fallback
  const value = /^\d+$/.test(sent) ? Number(sent) : 0
  return value >= 1 && value <= max ? value : undefined
}
