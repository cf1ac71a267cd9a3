import { type Context, Hono } from 'hono'
import { isVisible } from '../engine/task.ts'
import type { Classified } from '../engine/wire.ts'
import { stringAt } from '../http/json.ts'
import { create } from './create.ts'
import { type ApiEnv, mountFiles } from './files.ts'
import { authenticate, takeToken } from './gate.ts'
import { modelNamed } from './kinds.ts'
import { pageOf, timeIn } from './pages.ts'
import { isRefusal, type Refusal, refusalAnswer, refusals } from './tables.ts'
import {
  creditOf,
  impose,
  isTerminal,
  type Prediction,
  phaseAt,
  type ReplicateState,
  untilEnded,
} from './task.ts'
import { type Bases, createdView, dressed, jsonAnswer, modelCard, predictionView, thin } from './views.ts'
import { followPrediction } from './webhook.ts'

type ApiContext = Context<ApiEnv>

const basesOf = ({ env: { exchange } }: ApiContext): Bases => ({
  api: exchange.siteURL('api'),
  delivery: exchange.siteURL('delivery'),
})

/** One account's visible predictions, newest first. */
const newestFirst = ({ tasks, clock }: ReplicateState, account: string): readonly Prediction[] =>
  tasks
    .ofAccount(account)
    .filter((prediction) => isVisible(prediction, clock.now()))
    .reverse()
    .sort((a, b) => b.createdAt - a.createdAt)

/** A refusal as an answer, anything else as a JSON body. */
const answered = (result: object): Response =>
  isRefusal(result) ? refusalAnswer(result) : jsonAnswer(result)

/** The predictions and files API. Every call needs a token but the download of a file, which is signed. */
export function createReplicateApi(state: ReplicateState): Hono<ApiEnv> {
  const { accounts, settings, clock } = state
  const api = new Hono<ApiEnv>()
  const missing = (): Response => refusalAnswer(refusals.notFound())
  // Hono answers HEAD like GET; this API documents neither.
  api.use(async (c, next) => (c.req.raw.method === 'HEAD' ? missing() : next()))
  api.notFound(missing)
  // A client that leaves while its create is held: for the gateway to see, not for a 500.
  api.onError((error) => {
    throw error
  })

  const files = mountFiles(state)
  api.route('/', files.open)

  api.use('/v1/*', async (c, next) => {
    const { exchange } = c.env
    const creates = exchange.op === 'create'
    const account = authenticate(exchange.headers.get('authorization'), accounts, creates)
    if (isRefusal(account)) return refusalAnswer(account)
    const now = clock.now()
    const kind = creates ? 'create' : 'other'
    const budget = takeToken(account, kind, settings, creditOf(state, account, now), now)
    if (isRefusal(budget)) return refusalAnswer(budget)
    c.set('account', account)
    await next()
    if (!c.res.ok) return undefined
    c.res.headers.set('ratelimit-remaining', String(budget.remaining))
    c.res.headers.set('ratelimit-reset', String(budget.resetSeconds))
    return undefined
  })
  api.route('/', files.guarded)

  const viewFor = (c: ApiContext, prediction: Prediction): Record<string, unknown> => {
    const now = clock.now()
    return dressed(predictionView(prediction, phaseAt(prediction, now), basesOf(c), settings, now), settings)
  }

  const found = (c: ApiContext): Prediction | Refusal =>
    state.tasks.find(c.var.account.name, c.req.param('id') ?? '', clock.now()) ?? refusals.notFound()

  const createIn = async (c: ApiContext, model: string | undefined): Promise<Response> => {
    const { exchange } = c.env
    const created = create(state, c.var.account, exchange, model)
    if (isRefusal(created)) return refusalAnswer(created)
    const { prediction, waitMs } = created
    const bases = basesOf(c)
    followPrediction(state, prediction, bases)
    await exchange.taskCreated({ id: prediction.id })
    const location = `${bases.api}/v1/predictions/${prediction.id}`
    const body = (ready?: { readonly status: string }): unknown =>
      dressed(createdView(prediction, bases, ready), settings)
    // A create in flight has nobody waiting for it: its connection is about to break.
    if (waitMs === 0 || exchange.visibleAfterMs > 0) return jsonAnswer(body(), 201, { location })
    const applied = { 'preference-applied': exchange.headers.get('prefer') ?? 'wait' }
    const ended = await untilEnded(state, prediction, exchange, waitMs)
    if (ended === 'expired') return jsonAnswer(body(), 202, { ...applied, location })
    const ready =
      ended.status === 'succeeded' ? body({ status: settings.syncStatus }) : viewFor(c, prediction)
    return jsonAnswer(ready, 201, applied)
  }

  api.post('/v1/predictions', (c) => createIn(c, undefined))
  api.post('/v1/models/:owner/:name/predictions', (c) =>
    createIn(c, `${c.req.param('owner')}/${c.req.param('name')}`),
  )

  api.get('/v1/predictions', (c) => {
    const { search, searchParams } = new URL(c.req.url)
    const url = new URL(`${basesOf(c).api}/v1/predictions${search}`)
    const after = timeIn(url, 'created_after')
    if (typeof after === 'object') return refusalAnswer(after)
    const before = timeIn(url, 'created_before')
    if (typeof before === 'object') return refusalAnswer(before)
    // Nothing here was ever made on the web.
    const all = searchParams.get('source') === 'web' ? [] : newestFirst(state, c.var.account.name)
    const wanted = all.filter(
      ({ createdAt }) => createdAt >= (after ?? createdAt) && (before === undefined || createdAt < before),
    )
    const page = pageOf(wanted, url)
    if (isRefusal(page)) return refusalAnswer(page)
    const item = (prediction: Prediction): unknown =>
      settings.listItems === 'thin' ? thin(viewFor(c, prediction)) : viewFor(c, prediction)
    return jsonAnswer({ previous: page.previous, next: page.next, results: page.results.map(item) })
  })

  api.get('/v1/predictions/:id', (c) => {
    const prediction = found(c)
    return answered(isRefusal(prediction) ? prediction : viewFor(c, prediction))
  })

  api.post('/v1/predictions/:id/cancel', (c) => {
    const prediction = found(c)
    if (isRefusal(prediction)) return refusalAnswer(prediction)
    const now = clock.now()
    const phase = phaseAt(prediction, now)
    if (!isTerminal(phase)) impose(prediction, { ...phase, status: 'canceled', completedAt: now }, now)
    return jsonAnswer(viewFor(c, prediction))
  })

  api.get('/v1/models/:owner/:name', (c) => {
    const name = `${c.req.param('owner')}/${c.req.param('name')}`
    const model = modelNamed(name)
    return answered(model ? modelCard(name, model) : refusals.noModel(name))
  })

  api.get('/v1/webhooks/default/secret', (c) => jsonAnswer({ key: c.var.account.webhookSecret }))
  return api
}

/** What a request asks for, by its method and path alone. */
export function classify(site: string, method: string, path: string, json: unknown): Classified {
  const reads = method === 'GET' || method === 'HEAD'
  if (site === 'delivery') return { op: reads ? 'download' : 'other' }
  const [, version, root, ...rest] = path.split('/')
  if (version !== 'v1') return { op: 'other' }
  if (root === 'files') return { op: method === 'POST' && rest.length === 0 ? 'upload' : 'other' }
  if (root === 'models') {
    const [owner, name, last] = rest
    return method === 'POST' && last === 'predictions'
      ? { op: 'create', model: `${owner}/${name}` }
      : { op: 'other' }
  }
  return root === 'predictions' ? prediction(method, rest, json) : { op: 'other' }
}

function prediction(method: string, [id, verb]: readonly string[], json: unknown): Classified {
  if (id === undefined) {
    const model = stringAt(json, 'version')?.split(':')[0]
    if (method === 'POST') return { op: 'create', ...(model?.includes('/') ? { model } : {}) }
    return { op: method === 'GET' ? 'list' : 'other' }
  }
  if (method === 'POST' && verb === 'cancel') return { op: 'cancel', taskId: id }
  return method === 'GET' && verb === undefined ? { op: 'query', taskId: id } : { op: 'other' }
}
