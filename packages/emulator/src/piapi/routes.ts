import { Hono } from 'hono'
import type { Exchange, ExchangeEnv } from '../engine/exchange.ts'
import { isVisible } from '../engine/task.ts'
import type { Classified } from '../engine/wire.ts'
import { isRecord, stringAt } from '../http/json.ts'
import { accountInfo, activeTasks, histories } from './account.ts'
import { create } from './create.ts'
import { taskIdIn, upload } from './files.ts'
import type { PiapiAccount } from './options.ts'
import type { Addresses } from './output.ts'
import { invalid, isRefusal, type Refusal, refuse } from './tables.ts'
import { force, modelName, type PiapiState, type PiapiTask, phaseAt, settled } from './task.ts'
import { refusalAnswer, success, taskView } from './views.ts'
import { createPiapiWebhooks } from './webhook.ts'

type ApiEnv = ExchangeEnv & { Variables: { account: PiapiAccount } }

/** An empty app with what every site shares: the key, and an envelope for unknown paths. */
function createSite(state: PiapiState): Hono<ApiEnv> {
  const site = new Hono<ApiEnv>()
  const unknown = (exchange: Exchange): Response =>
    refusalAnswer(refuse(404, 'not found'), state.settings, exchange)
  site.notFound((c) => unknown(c.env.exchange))
  // Hono answers HEAD like GET; this service documents none.
  site.use(async (c, next) => (c.req.raw.method === 'HEAD' ? unknown(c.env.exchange) : next()))
  return site
}

type Handler = (account: PiapiAccount, exchange: Exchange) => Response | Refusal | Promise<Response | Refusal>

/** The unified task API and the account calls. */
export function createPiapiApi(state: PiapiState): Hono<ApiEnv> {
  const api = createSite(state)
  const { clock, settings } = state
  const follow = createPiapiWebhooks(state)
  const addressesFor =
    (exchange: Exchange): Addresses =>
    ({ site, path }) =>
      exchange.siteURL(site) + path
  const view = (task: PiapiTask, exchange: Exchange): Response =>
    success(taskView(task, clock.now(), settings, addressesFor(exchange)))
  const guarded = guard(state)

  api.post(
    '/api/v1/task',
    guarded(async (account, exchange) => {
      const task = create(state, account, exchange)
      if (isRefusal(task)) return task
      // Leaves the queue in this very moment where there is a place.
      settled(state, clock.now())
      const answer = view(task, exchange)
      follow(task, addressesFor(exchange))
      await exchange.taskCreated({ id: task.id })
      return answer
    }),
  )

  api.get('/api/v1/task/:id', (c) =>
    guarded((account, exchange) => {
      const now = clock.now()
      const task = settled(state, now).find(account.name, c.req.param('id'), now)
      return task ? view(task, exchange) : refuse(404)
    })(c),
  )

  api.delete('/api/v1/task/:id', (c) =>
    guarded((account) => {
      const task = cancelOne(state, account, c.req.param('id'))
      return isRefusal(task) ? task : success(null)
    })(c),
  )

  api.delete(
    '/api/v1/tasks',
    guarded((account, { url }) => cancelMany(state, account, url.searchParams) ?? success(null)),
  )
  api.get(
    '/account/info',
    guarded((account) => success(accountInfo(state, account))),
  )
  api.get(
    '/api/open/tasks/histories',
    guarded((account, { url }) => {
      const page = histories(state, account, url.searchParams)
      return isRefusal(page) ? page : success(page)
    }),
  )
  api.get(
    '/account/active_tasks',
    guarded((account) => success(activeTasks(state, account))),
  )
  return api
}

/** The upload host. */
export function createPiapiUpload(state: PiapiState): Hono<ApiEnv> {
  const site = createSite(state)
  site.post(
    '/api/ephemeral_resource',
    guard(state)((_account, exchange) => {
      const path = upload(state, exchange)
      return typeof path === 'string' ? success({ url: exchange.siteURL('media') + path }) : path
    }),
  )
  return site
}

interface GuardContext {
  readonly env: ExchangeEnv['Bindings']
}

/** Lets a handler see the account of the key, and turns what it refuses into an answer. */
const guard =
  (state: PiapiState) =>
  (handler: Handler) =>
  async ({ env: { exchange } }: GuardContext): Promise<Response> => {
    // Only `x-api-key` counts here: a Bearer token is for the chat routes.
    const key = exchange.headers.get('x-api-key')
    const account = key === null ? undefined : state.accounts.owner(({ apiKeys }) => apiKeys.includes(key))
    const result = account ? await handler(account, exchange) : refuse(401)
    return result instanceof Response ? result : refusalAnswer(result, state.settings, exchange)
  }

/** Documented: only a pending task can be cancelled. What a refusal looks like is a choice of the emulator. */
function cancelOne(state: PiapiState, account: PiapiAccount, id: string): PiapiTask | Refusal {
  const now = state.clock.now()
  const task = settled(state, now).find(account.name, id, now)
  if (!task) return refuse(404)
  const { status } = phaseAt(task, now)
  if (status !== 'pending') return refuse(400, `cannot cancel a task that is ${status}`)
  cancel(task, now)
  return task
}

const bulkModels = ['kling', 'midjourney', 'suno', 'luma', 'all']

/** Pending tasks of one model created before a time, unix seconds; both values have to be given (2024-10). */
function cancelMany(state: PiapiState, account: PiapiAccount, search: URLSearchParams): Refusal | undefined {
  const before = search.get('created_before') ?? ''
  if (!/^\d+$/.test(before)) return invalid('created_before')
  const model = search.get('model') ?? ''
  if (!bulkModels.includes(model)) return invalid('model')
  const now = state.clock.now()
  for (const task of settled(state, now).ofAccount(account.name)) {
    const named = model === 'all' || task.job.model === model
    const early = isVisible(task, now) && task.createdAt < Number(before) * 1000
    if (named && early && phaseAt(task, now).status === 'pending') cancel(task, now)
  }
  return undefined
}

function cancel(task: PiapiTask, now: number): void {
  force(task, 'cancelled', { message: '', rawMessage: '' }, now)
}

const taskPath = /^\/api\/v1\/task\/([^/]+)$/

/** What a request asks for, told from its path and method alone. */
export function classify(site: string, method: string, path: string, json: unknown): Classified {
  if (site === 'upload')
    return { op: method === 'POST' && path === '/api/ephemeral_resource' ? 'upload' : 'other' }
  if (site !== 'api') {
    const taskId = taskIdIn(path)
    return { op: 'download', ...(taskId === undefined ? {} : { taskId }) }
  }
  if (path === '/api/v1/task' && method === 'POST') {
    const model = stringAt(json, 'model')
    const version = stringAt(isRecord(json) ? json.input : undefined, 'version') ?? ''
    const named = modelName(model ?? '', version, stringAt(json, 'task_type'))
    return { op: 'create', ...(model === undefined ? {} : { model: named }) }
  }
  if (path === '/api/v1/tasks' && method === 'DELETE') return { op: 'cancel' }
  const taskId = taskPath.exec(path)?.[1]
  if (taskId === undefined) return { op: 'other' }
  if (method === 'DELETE') return { op: 'cancel', taskId }
  return method === 'GET' ? { op: 'query', taskId } : { op: 'other' }
}
