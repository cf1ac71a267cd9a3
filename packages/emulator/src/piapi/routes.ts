import { Hono } from 'hono'
import type { Exchange, ExchangeEnv } from '../engine/exchange.ts'
import type { Classified } from '../engine/wire.ts'
import { isRecord, stringAt } from '../http/json.ts'
import { accountInfo, activeTasks } from './account.ts'
import type { PiapiAccount } from './accounts.ts'
import { authenticate } from './auth.ts'
import { cancelMany, cancelOne } from './cancel.ts'
import { create } from './create.ts'
import { isRefusal, type Refusal, refusalAnswer, refuse } from './errors.ts'
import { histories } from './history.ts'
import { taskIdIn } from './media.ts'
import type { Addresses } from './output.ts'
import type { PiapiState } from './state.ts'
import type { PiapiTask } from './tasks.ts'
import { upload } from './uploads.ts'
import { modelName } from './versions.ts'
import { success, taskView } from './wire.ts'

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
  const { clock, settings, tasks } = state
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
      tasks.all(clock.now())
      const answer = view(task, exchange)
      state.piapiWebhooks.follow(state, task, addressesFor(exchange))
      await exchange.taskCreated({ id: task.id })
      return answer
    }),
  )

  api.get('/api/v1/task/:id', (c) =>
    guarded((account, exchange) => {
      const task = tasks.find(account.name, c.req.param('id'), clock.now())
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
    const account = authenticate(exchange.headers.get('x-api-key'), state.accounts)
    const result = isRefusal(account) ? account : await handler(account, exchange)
    return result instanceof Response ? result : refusalAnswer(result, state.settings, exchange)
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
