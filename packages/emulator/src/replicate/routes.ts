import { type Context, Hono } from 'hono'
import type { ExchangeEnv } from '../engine/exchange.ts'
import { authenticate, type ReplicateAccount } from './accounts.ts'
import { modelCard } from './cards.ts'
import { balanceOf, create } from './create.ts'
import { isRefusal, type Refusal, refusalAnswer, refusals } from './errors.ts'
import { mountFiles } from './file-routes.ts'
import { impose, untilEnded } from './hold.ts'
import { takeToken } from './limits.ts'
import { modelNamed } from './models.ts'
import { pageOf, timeIn } from './pages.ts'
import { isTerminal, phaseAt } from './phase.ts'
import type { Prediction } from './predictions.ts'
import type { ReplicateState } from './state.ts'
import { followPrediction } from './webhooks.ts'
import { type Bases, createdView, dressed, jsonAnswer, predictionView, thin } from './wire.ts'

export type ApiEnv = ExchangeEnv & { Variables: { account: ReplicateAccount } }
type ApiContext = Context<ApiEnv>

const basesOf = ({ env: { exchange } }: ApiContext): Bases => ({
  api: exchange.siteURL('api'),
  delivery: exchange.siteURL('delivery'),
})

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
    const budget = takeToken(account, kind, settings, balanceOf(state, account, now), now)
    if (isRefusal(budget)) return refusalAnswer(budget)
    c.set('account', account)
    await next()
    if (!c.res.ok) return undefined
    c.res.headers.set('ratelimit-remaining', String(budget.remaining))
    c.res.headers.set('ratelimit-reset', String(budget.resetSeconds))
    return undefined
  })
  api.route('/', files.guarded)

  const shown = (c: ApiContext, prediction: Prediction): Record<string, unknown> => {
    const now = clock.now()
    return dressed(predictionView(prediction, phaseAt(prediction, now), basesOf(c), settings, now), settings)
  }

  const found = (c: ApiContext): Prediction | Refusal =>
    state.predictions.find(c.var.account.name, c.req.param('id') ?? '', clock.now()) ?? refusals.notFound()

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
    const ready = ended.status === 'succeeded' ? body({ status: settings.syncStatus }) : shown(c, prediction)
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
    const all =
      searchParams.get('source') === 'web' ? [] : state.predictions.list(c.var.account.name, clock.now())
    const wanted = all.filter(
      ({ createdAt }) => createdAt >= (after ?? createdAt) && (before === undefined || createdAt < before),
    )
    const page = pageOf(wanted, url)
    if (isRefusal(page)) return refusalAnswer(page)
    const item = (prediction: Prediction): unknown =>
      settings.listItems === 'thin' ? thin(shown(c, prediction)) : shown(c, prediction)
    return jsonAnswer({ previous: page.previous, next: page.next, results: page.results.map(item) })
  })

  api.get('/v1/predictions/:id', (c) => {
    const prediction = found(c)
    return answered(isRefusal(prediction) ? prediction : shown(c, prediction))
  })

  api.post('/v1/predictions/:id/cancel', (c) => {
    const prediction = found(c)
    if (isRefusal(prediction)) return refusalAnswer(prediction)
    const now = clock.now()
    const phase = phaseAt(prediction, now)
    if (!isTerminal(phase)) impose(prediction, { ...phase, status: 'canceled', completedAt: now }, now)
    return jsonAnswer(shown(c, prediction))
  })

  api.get('/v1/models/:owner/:name', (c) => {
    const name = `${c.req.param('owner')}/${c.req.param('name')}`
    const row = modelNamed(name)
    return answered(row ? modelCard(name, row) : refusals.noModel(name))
  })

  api.get('/v1/webhooks/default/secret', (c) => jsonAnswer({ key: c.var.account.webhookSecret }))
  return api
}
