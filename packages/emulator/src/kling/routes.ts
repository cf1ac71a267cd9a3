import { type Context, Hono, type Next } from 'hono'
import type { ExchangeEnv } from '../engine/exchange.ts'
import { text } from '../engine/fields.ts'
import { isVisible } from '../engine/task.ts'
import type { Classified } from '../engine/wire.ts'
import { isRecord, stringAt } from '../http/json.ts'
import type { KlingAccount } from './account.ts'
import { authenticate } from './auth.ts'
import { type Ledger, ledgerView, packsView } from './billing.ts'
import { create, tailOf } from './create.ts'
import { folderOf } from './files.ts'
import { invalidValue, type KlingKind, type View } from './kinds/kind.ts'
import { voiceOp } from './kinds/library.ts'
import { kinds } from './kinds.ts'
import { deletePaths, formerElementsOf, presetPaths, presetsOf, remove } from './library.ts'
import { type Refusal, refusalAnswer, refuse } from './tables.ts'
import { findTask, type KlingState, phaseAt } from './task.ts'
import { answerView, batch, createdView, envelope, taskView } from './views.ts'
import { followTask } from './webhook.ts'

type ApiEnv = ExchangeEnv & { Variables: { account: KlingAccount } }

// Live 2026-09-20, the same for a token and for a made-up key.
const API_KEY_ONLY =
  'Authentication error. The current API does not support AK/SK; please go to the console (https://kling.ai/dev/api-key) to create API key.'

/**
 * One create path per kind, which in V1 is also its list, and the parent of its tasks; the batch reads of API 2.0 and of the
 * solutions; the books.
 */
export function createKlingApi(state: KlingState): Hono<ApiEnv> {
  const { ids, settings, clock, accounts } = state
  const refused = (refusal: Refusal): Response => refusalAnswer(refusal, ids.uuid())
  const answered = (data: unknown): Response => envelope(data, ids.uuid())
  const api = new Hono<ApiEnv>()

  // Hono answers HEAD like GET; this service documents neither.
  api.use(async (c, next) => (c.req.raw.method === 'HEAD' ? refused(refuse(1202)) : next()))
  api.notFound(() => refused(refuse(1202)))

  const authorized = async (c: Context<ApiEnv>, next: Next): Promise<Response | undefined> => {
    const header = c.req.header('authorization') ?? null
    const account = await authenticate(header, accounts.all(), clock.now(), settings)
    if ('code' in account) return refused(account)
    c.set('account', account)
    await next()
    return undefined
  }

  // API 2.0 takes API keys only.
  const withKey = async (c: Context<ApiEnv>, next: Next): Promise<Response | undefined> => {
    const token = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1]
    if (token === undefined) return refused(refuse(c.req.header('authorization') ? 1002 : 1001))
    const account = accounts.owner(({ apiKeys }) => apiKeys.includes(token))
    if (!account) return refused(refuse(settings.unknownKeyCode, API_KEY_ONLY))
    c.set('account', account)
    await next()
    return undefined
  }

  for (const kind of kinds) {
    const { path } = kind
    const isSolution = kind.dialect === 'solutions'
    api.post(path, isSolution ? withKey : authorized, async (c) => {
      const { exchange } = c.env
      const task = create(state, c.var.account, kind, exchange)
      if ('code' in task) return refused(task)
      const folder = folderOf(state, task, exchange.siteURL('cdn'))
      if (!task.isSync) followTask(state, task, folder, text(tailOf(kind, task.job.request), 'callback_url'))
      await exchange.taskCreated(task)
      return answered(task.isSync ? answerView(task, folder) : createdView(task, settings))
    })
    if (isSolution || kind.answer) continue

    api.get(path, authorized, (c) => {
      const { searchParams } = new URL(c.req.url)
      const page = list(state, c.var.account, kind.op, searchParams, c.env.exchange.siteURL('cdn'))
      return 'code' in page ? refused(page) : answered(page)
    })

    api.get(`${path}/:reference`, authorized, (c) => {
      const { exchange } = c.env
      const reference = c.req.param('reference') ?? ''
      const now = clock.now()
      const task = findTask(state, c.var.account, kind.op, reference, now)
      // Recorded: HTTP 400, not 404.
      if (!task) return refused(refuse(1201, `Task not found by id/external id: ${reference}`))
      exchange.record.taskId = task.id
      const folder = folderOf(state, task, exchange.siteURL('cdn'))
      return answered(taskView(task, phaseAt(task, now), settings, folder))
    })
  }

  for (const [path, op] of Object.entries(presetPaths)) {
    api.get(path, authorized, (c) => {
      const { searchParams } = new URL(c.req.url)
      const range = rangeOf(searchParams, op === voiceOp ? MAX_VOICES : MAX_PAGE_SIZE)
      return 'code' in range ? refused(range) : answered(presetsOf(op).slice(...range.slice))
    })
  }

  api.get('/v1/general/custom-elements', authorized, (c) => {
    const range = rangeOf(new URL(c.req.url).searchParams, MAX_PAGE_SIZE)
    return 'code' in range
      ? refused(range)
      : answered(formerElementsOf(state, c.var.account).slice(...range.slice))
  })

  for (const [path, ops] of Object.entries(deletePaths)) {
    api.post(path, authorized, (c) => {
      const removed = remove(state, c.var.account, ops, c.env.exchange.json)
      return 'code' in removed ? refused(removed as Refusal) : answered(removed)
    })
  }

  for (const ledger of ['package', 'balance'] satisfies Ledger[]) {
    api.post(`/account/billing/${ledger}`, authorized, (c) => {
      const page = ledgerView(state, c.var.account, ledger, c.env.exchange.json)
      return 'code' in page ? refused(page as Refusal) : answered(page)
    })
  }

  // At most one a second (its page, 2026-09).
  const packsReadAt = new Map<string, number>()
  api.get('/account/costs', authorized, (c) => {
    const { account } = c.var
    const now = clock.now()
    if (now - (packsReadAt.get(account.name) ?? Number.NEGATIVE_INFINITY) < 1_000)
      return refused(refuse(1302))
    packsReadAt.set(account.name, now)
    const packs = packsView(state, account, new URL(c.req.url).searchParams)
    return 'message' in packs ? refused(packs as Refusal) : answered(packs)
  })

  // Whether /tasks knows solutions was not seen.
  for (const [path, dialect] of Object.entries({ '/tasks': 'v1', '/solutions': 'solutions' })) {
    const ops = kinds.filter((kind) => (kind.dialect ?? 'v1') === dialect && !kind.answer).map(({ op }) => op)
    api.get(path, withKey, (c) => {
      const { searchParams } = new URL(c.req.url)
      const found = batch(state, c.var.account, ops, searchParams, c.env.exchange.siteURL('cdn'))
      return 'code' in found ? refused(found) : answered(found)
    })
  }
  return api
}

const MAX_PAGE = 1000
const MAX_PAGE_SIZE = 500
// Of voices' lists alone.
const MAX_VOICES = 1000
const DEFAULT_PAGE_SIZE = 30

/** Which of a list a page has. */
function rangeOf(
  search: URLSearchParams,
  most: number,
): Refusal | { readonly slice: readonly [from: number, to: number] } {
  const page = pageNumber(search.get('pageNum'), 1, MAX_PAGE)
  if (page === undefined) return invalidValue('pageNum', search.get('pageNum'))
  const size = pageNumber(search.get('pageSize'), DEFAULT_PAGE_SIZE, most)
  if (size === undefined) return invalidValue('pageSize', search.get('pageSize'))
  return { slice: [(page - 1) * size, page * size] }
}

/** One page of a path's tasks: a bare array, without a total. */
function list(
  state: KlingState,
  account: KlingAccount,
  op: string,
  search: URLSearchParams,
  cdn: string,
): readonly View[] | Refusal {
  const range = rangeOf(search, op === voiceOp ? MAX_VOICES : MAX_PAGE_SIZE)
  if ('code' in range) return range
  const now = state.clock.now()
  const direction = state.settings.listOrder === 'newest' ? -1 : 1
  return (
    state.tasks
      .ofAccount(account.name)
      .filter((task) => task.job.op === op && isVisible(task, now))
      // Ids have 18 digits each, so text compares like numbers.
      .sort((a, b) => direction * (a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)))
      .slice(...range.slice)
      .map((task) => taskView(task, phaseAt(task, now), state.settings, folderOf(state, task, cdn)))
  )
}

function pageNumber(sent: string | null, fallback: number, max: number): number | undefined {
  if (sent === null) return fallback
  const value = /^\d+$/.test(sent) ? Number(sent) : 0
  return value >= 1 && value <= max ? value : undefined
}

/** The kind whose path this is, or the parent of: the longest, since one kind's path may begin with another's. */
const kindAt = (path: string): KlingKind | undefined =>
  kinds
    .filter((kind) => path === kind.path || path.startsWith(`${kind.path}/`))
    .sort((one, other) => other.path.length - one.path.length)[0]

const batchPaths = ['/tasks', '/solutions']

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** What a request asks for, told from its path and method alone. */
export function classify(site: string, method: string, path: string, json: unknown): Classified {
  if (site === 'cdn') {
    const taskId = /\/(\d+)-\d+_\w+\.\w+$/.exec(path)?.[1]
    return { op: 'download', ...(taskId === undefined ? {} : { taskId }) }
  }
  if (batchPaths.includes(path) && method === 'GET') return { op: 'list' }
  const kind = kindAt(path)
  // Its ids are its own, and nobody else's.
  const foreign = site === 'relay'
  const reference = kind && path !== kind.path ? path.slice(kind.path.length + 1) : undefined
  const isOther =
    method === 'GET' ? kind?.answer || kind?.dialect === 'solutions' : method !== 'POST' || reference
  if (!kind || isOther || reference?.includes('/')) return { op: 'other' }
  if (method === 'POST') {
    const tail = isRecord(json) ? tailOf(kind, json) : {}
    const externalId = foreign ? undefined : stringAt(tail, 'external_task_id')
    const model = stringAt(json, 'model_name')
    return {
      op: kind.answer ? 'step' : 'create',
      ...(externalId === undefined ? {} : { externalId }),
      ...(model === undefined ? {} : { model }),
    }
  }
  if (reference === undefined) return { op: foreign ? 'other' : 'list' }
  if (foreign) return { op: 'query' }
  const named = decoded(reference)
  return { op: 'query', ...(/^\d{18}$/.test(named) ? { taskId: named } : { externalId: named }) }
}
