import type { Exchange } from '../engine/exchange.ts'
import { isVisible } from '../engine/task.ts'
import { booksAnswer } from './books.ts'
import { authenticate } from './gate.ts'
import type { FalAccount } from './options.ts'
import { HISTORY_PATH } from './paths.ts'
import {
  DAY_MS,
  following,
  idsIn,
  MAX_IDS,
  pageOf,
  platformError,
  strangerIn,
  timesIn,
  uuid,
} from './platform.ts'
import { pricesAnswer } from './prices.ts'
import { settle } from './schedule.ts'
import { noSuchPath } from './tables.ts'
import { type FalState, type FalTask, isFailure, statusAt } from './task.ts'
import { resultBody } from './views.ts'

/** The platform API: the request history, unit prices, and the books. */
export function apiAnswer(state: FalState, exchange: Exchange): Response | Promise<Response> {
  if (exchange.path === HISTORY_PATH) return historyAnswer(state, exchange)
  return pricesAnswer(state, exchange) ?? booksAnswer(state, exchange) ?? noSuchPath()
}

const MAX_LIMIT = 100
const known = ['endpoint_id', 'start', 'end', 'status', 'request_id', 'expand', 'sort_by', 'limit', 'cursor']

interface Query {
  readonly endpoints: ReadonlySet<string>
  readonly start: number
  readonly end: number
  readonly status: string | undefined
  readonly id: string | undefined
  readonly payloads: boolean
  readonly byDuration: boolean
  readonly limit: number
  readonly page: number
}

/** Reads the query strictly; a text says what is wrong with it. */
function readQuery(params: URLSearchParams, now: number): Query | string {
  const stranger = strangerIn(params, known)
  if (stranger !== undefined) return stranger
  const one = (name: string): string | undefined => params.get(name) ?? undefined
  const ids = idsIn(params, 'endpoint_id')
  if (typeof ids === 'string') return ids
  if (ids.length === 0) return `endpoint_id takes 1 to ${MAX_IDS} ids`
  const times = timesIn(params)
  if (typeof times === 'string') return times
  const id = one('request_id')
  if (id !== undefined && !uuid.test(id)) return 'request_id is a UUID'
  const status = one('status')
  if (status !== undefined && !['success', 'error', 'user_error'].includes(status)) return 'status is unknown'
  if (![undefined, 'payloads'].includes(one('expand'))) return 'expand takes payloads'
  const sort = one('sort_by') ?? 'ended_at'
  if (!['ended_at', 'duration'].includes(sort)) return 'sort_by takes ended_at or duration'
  const limit = Number(one('limit') ?? 50)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) return `limit takes 1 to ${MAX_LIMIT}`
  const page = pageOf(params)
  if (typeof page === 'string') return page
  return {
    endpoints: new Set(ids),
    start: times[0] ?? now - (id === undefined ? 1 : 90) * DAY_MS,
    end: times[1] ?? Number.POSITIVE_INFINITY,
    status,
    id,
    payloads: one('expand') === 'payloads',
    byDuration: sort === 'duration',
    limit,
    page,
  }
}

const codeOf = ({ outcome }: FalTask): number => (isFailure(outcome) ? outcome.status : 200)

function statusOf(task: FalTask): string {
  const code = codeOf(task)
  return code < 400 ? 'success' : code < 500 ? 'user_error' : 'error'
}

type Row = Readonly<Record<string, unknown>>

const isoOf = (at: number | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString()

/** Whether a request has a row: once it has ended, and, where the switch says so, while it runs. */
function hasRow({ settings }: FalState, task: FalTask, now: number): boolean {
  const status = statusAt(task, now)
  if (status === 'COMPLETED')
    return now >= (task.endsAt ?? now) + settings.historyLagMs && task.startedAt !== undefined
  return status === 'IN_PROGRESS' && settings.historyOfRunning
}

async function rowOf(state: FalState, task: FalTask, query: Query, exchange: Exchange): Promise<Row> {
  const ended = statusAt(task, state.clock.now()) === 'COMPLETED'
  const { startedAt = task.createdAt, endsAt = startedAt } = task
  const payloads = query.payloads &&
    task.stored && {
      json_input: task.request,
      ...(ended && { json_output: await resultBody(state, task, exchange.siteURL('media')) }),
    }
  return {
    request_id: task.id,
    endpoint_id: `${task.app}/${task.path}`,
    // "Sent to the backend", which for a request that waits may be later than its submit.
    sent_at: isoOf(Math.max(task.createdAt, Math.min(task.readyAt, startedAt))),
    started_at: isoOf(startedAt),
    ended_at: ended ? isoOf(endsAt) : null,
    status_code: ended ? codeOf(task) : null,
    duration: ended ? (endsAt - startedAt) / 1000 : null,
    ...payloads,
  }
}

/** Which of the three times the window is about is not stated; here it is when the request was submitted. */
function matches(task: FalTask, query: Query): boolean {
  const { endpoints, start, end, id, status } = query
  if (!endpoints.has(`${task.app}/${task.path}`) || task.createdAt < start || task.createdAt >= end)
    return false
  return (id === undefined || task.id === id) && (status === undefined || statusOf(task) === status)
}

/** The account's requests by endpoint, those that ended last first. */
async function list(state: FalState, account: FalAccount, exchange: Exchange): Promise<Response> {
  const now = state.clock.now()
  const query = readQuery(exchange.url.searchParams, now)
  if (typeof query === 'string') return platformError(400, query)
  settle(state, now)
  const key = ({ startedAt = 0, endsAt = Number.POSITIVE_INFINITY, held }: FalTask): number => {
    const at = held || endsAt > now ? Number.POSITIVE_INFINITY : endsAt
    return query.byDuration ? at - startedAt : at
  }
  const rows = state.tasks
    .ofAccount(account.name)
    .filter((task) => isVisible(task, now) && matches(task, query) && hasRow(state, task, now))
    .sort((one, other) => (key(other) > key(one) ? 1 : key(other) < key(one) ? -1 : 0))
  const from = query.page * query.limit
  const page = rows.slice(from, from + query.limit)
  const has_more = rows.length > from + query.limit
  return Response.json({
    items: await Promise.all(page.map((task) => rowOf(state, task, query, exchange))),
    ...following(has_more, query.page),
  })
}

/** The request history, for a key with the API scope. */
function historyAnswer(state: FalState, exchange: Exchange): Response | Promise<Response> {
  if (exchange.method !== 'GET') return platformError(405, 'Method not allowed')
  const account = authenticate(exchange.headers.get('authorization'), state.accounts)
  if (!account) return platformError(401, 'Authentication required')
  return account.scoped ? list(state, account, exchange) : platformError(403, 'Access denied')
}
