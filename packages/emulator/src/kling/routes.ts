import { Hono } from 'hono'
import type { ExchangeEnv } from '../engine/exchange.ts'
import type { Classified } from '../engine/wire.ts'
import { stringAt } from '../http/json.ts'
import type { KlingAccount } from './accounts.ts'
import { authenticate } from './auth.ts'
import { API_KEY_ONLY, batch } from './batch.ts'
import { followTask } from './callbacks.ts'
import { create } from './create.ts'
import { type Refusal, refusalAnswer, refuse } from './errors.ts'
import { videoOps } from './models.ts'
import { folderOf, list, query } from './read.ts'
import type { KlingState } from './state.ts'
import { createdView, envelope } from './wire.ts'

type ApiEnv = ExchangeEnv & { Variables: { account: KlingAccount } }

/** The V1 API: one create path per product, which is also its list, and the parent of its tasks; and API 2.0's batch read. */
export function createKlingApi(state: KlingState): Hono<ApiEnv> {
  const { ids, settings, clock } = state
  const refused = (refusal: Refusal): Response => refusalAnswer(refusal, ids.uuid())
  const api = new Hono<ApiEnv>()

  // Hono answers HEAD like GET; this service documents neither.
  api.use(async (c, next) => (c.req.raw.method === 'HEAD' ? refused(refuse(1202)) : next()))
  api.notFound(() => refused(refuse(1202)))

  for (const op of videoOps) {
    const path = `/v1/videos/${op}`
    const authorized = async (c: AuthContext, next: () => Promise<void>): Promise<Response | undefined> => {
      const header = c.req.header('authorization') ?? null
      const account = await authenticate(header, state.accounts, clock.now(), settings)
      if ('code' in account) return refused(account)
      c.set('account', account)
      await next()
      return undefined
    }

    api.post(path, authorized, async (c) => {
      const { exchange } = c.env
      const task = create(state, c.var.account, op, exchange)
      if ('code' in task) return refused(task)
      followTask(state, task, folderOf(state, task, exchange.siteURL('cdn')))
      const { externalId } = task.job
      await exchange.taskCreated({ id: task.id, ...(externalId === undefined ? {} : { externalId }) })
      return envelope(createdView(task, task.createdAt), ids.uuid())
    })

    api.get(path, authorized, (c) => {
      const { searchParams } = new URL(c.req.url)
      const page = list(state, c.var.account, op, searchParams, c.env.exchange.siteURL('cdn'))
      return 'code' in page ? refused(page) : envelope(page, ids.uuid())
    })

    api.get(`${path}/:reference`, authorized, (c) => {
      const { exchange } = c.env
      const cdn = exchange.siteURL('cdn')
      const found = query(state, c.var.account, op, c.req.param('reference'), cdn, exchange.record)
      return isRefusal(found) ? refused(found) : envelope(found, ids.uuid())
    })
  }

  // API 2.0 takes API keys only.
  api.get('/tasks', (c) => {
    const token = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1]
    if (token === undefined) return refused(refuse(c.req.header('authorization') ? 1002 : 1001))
    const account = state.accounts.find(({ apiKeys }) => apiKeys.includes(token))
    if (!account) return refused(refuse(settings.unknownKeyCode, API_KEY_ONLY))
    const { searchParams } = new URL(c.req.url)
    const found = batch(state, account, searchParams, c.env.exchange.siteURL('cdn'))
    return 'code' in found ? refused(found) : envelope(found, ids.uuid())
  })
  return api
}

interface AuthContext {
  readonly req: { header(name: string): string | undefined }
  set(key: 'account', account: KlingAccount): void
}

const isRefusal = (value: Record<string, unknown> | Refusal): value is Refusal =>
  typeof value.code === 'number' && !('task_id' in value)

const apiPath = new RegExp(`^/v1/videos/(?:${videoOps.join('|')})(?:/([^/]+))?$`)

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
    const taskId = /\/(\d+)-0_\w+\.mp4$/.exec(path)?.[1]
    return { op: 'download', ...(taskId === undefined ? {} : { taskId }) }
  }
  if (path === '/tasks' && method === 'GET') return { op: 'list' }
  const match = apiPath.exec(path)
  // Its ids are its own, and nobody else's.
  const foreign = site === 'relay'
  const reference = match?.[1]
  if (!match || (method !== 'GET' && (method !== 'POST' || reference !== undefined))) return { op: 'other' }
  if (method === 'POST') {
    const externalId = foreign ? undefined : stringAt(json, 'external_task_id')
    const model = stringAt(json, 'model_name')
    return {
      op: 'create',
      ...(externalId === undefined ? {} : { externalId }),
      ...(model === undefined ? {} : { model }),
    }
  }
  if (reference === undefined) return { op: foreign ? 'other' : 'list' }
  if (foreign) return { op: 'query' }
  const named = decoded(reference)
  return { op: 'query', ...(/^\d{18}$/.test(named) ? { taskId: named } : { externalId: named }) }
}
