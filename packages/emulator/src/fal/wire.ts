import { queuePosition } from './schedule.ts'
import type { FalState } from './state.ts'
import { type FalTask, isFailure, type Outcome, statusAt } from './tasks.ts'

type View = Record<string, unknown>

/** The three addresses of a request. They name owner and alias only, whatever endpoint it was submitted to. */
export function urlsOf({ app, id }: FalTask, queue: string): Record<string, string> {
  const base = `${queue}/${app}/requests/${id}`
  return { response_url: base, status_url: `${base}/status`, cancel_url: `${base}/cancel` }
}

export function submittedView(state: FalState, task: FalTask, queue: string): View {
  const queue_position = queuePosition(state, task, task.createdAt)
  return { status: 'IN_QUEUE', request_id: task.id, queue_position, ...urlsOf(task, queue) }
}

interface LogEntry {
  readonly message: string
  readonly level: 'INFO' | 'ERROR'
  readonly source: 'USER'
  readonly timestamp: string
}

/** What a request has written so far. */
export function logsOf({ startedAt, endsAt, outcome }: FalTask, now: number): LogEntry[] {
  const entry = (message: string, at: number, level: LogEntry['level'] = 'INFO'): LogEntry[] =>
    at > now ? [] : [{ message, level, source: 'USER', timestamp: new Date(at).toISOString() }]
  if (startedAt === undefined) return []
  const done = isFailure(outcome) ? (['Failed', 'ERROR'] as const) : (['Done', 'INFO'] as const)
  return [
    ...entry('Task accepted by upstream', startedAt),
    ...(endsAt === undefined ? [] : entry(done[0], endsAt, done[1])),
  ]
}

/** Body of a status. Whether a waiting request carries `logs` is left open; only the later states need it. */
export function statusView(state: FalState, task: FalTask, queue: string, logs: boolean): View {
  const now = state.clock.now()
  const status = statusAt(task, now)
  const common = { status, request_id: task.id }
  const urls = urlsOf(task, queue)
  if (status === 'IN_QUEUE') return { ...common, queue_position: queuePosition(state, task, now), ...urls }
  const written = { ...urls, logs: logs ? logsOf(task, now) : null }
  if (status === 'IN_PROGRESS') return { ...common, ...written }
  const { startedAt, endsAt = now, outcome } = task
  const inference_time = startedAt === undefined ? null : (endsAt - startedAt) / 1000
  return { ...common, ...written, metrics: { inference_time }, ...told(state, outcome) }
}

/** There is no status for failure: it shows in two extra fields, and for sure only in the result. */
function told({ settings }: FalState, outcome: Outcome | undefined): View {
  if (!isFailure(outcome) || settings.statusError === 'never') return {}
  const { errorType, message, body } = outcome
  if (errorType !== undefined) return { error: message, error_type: errorType }
  if (settings.statusError === 'platform') return {}
  const [first] = Array.isArray(body.detail) ? (body.detail as { type?: unknown }[]) : []
  return { error: message, error_type: first?.type ?? 'bad_request' }
}
