import type { Exchange } from '../engine/exchange.ts'
import type { FalAccount } from './options.ts'
import { DAY_MS, following, idsIn, pageOf, platformError, strangerIn, timesIn, uuid } from './platform.ts'
import { admitted, endpointNamed, unitPrice } from './prices.ts'
import { settle } from './schedule.ts'
import { creditOf, type FalState, type FalTask, isFailure, statusAt } from './task.ts'

const MAX_EVENTS = 10_000
const LONGEST_MS = 90 * DAY_MS

type Answer = (state: FalState, account: FalAccount, params: URLSearchParams) => Response

/** The books: what was charged, request by request and summed up, and what is left. They open to ADMIN scope alone. */
export function booksAnswer(state: FalState, exchange: Exchange): Response | undefined {
  const answer = books[exchange.path]
  if (!answer) return undefined
  if (exchange.method !== 'GET') return platformError(405, 'Method not allowed')
  const account = admitted(state, exchange)
  if (account instanceof Response) return account
  const isAdmin = exchange.headers.get('authorization') === `Key ${account.adminKey}`
  if (!isAdmin) return platformError(403, 'Access denied')
  settle(state, state.clock.now())
  return answer(state, account, exchange.url.searchParams)
}

interface Charge {
  readonly id: string
  readonly endpoint: string
  /** Milliseconds since the epoch: a second after the end, as a row is written then. */
  readonly at: number
  readonly units: number
  readonly unitPrice: number
  readonly microUsd: number
}

// Between a request's end and the moment its row names.
const BOOKED_AFTER_MS = 1_000

/** What of a request is in the books: nothing before it ended, nor where it was free. */
function chargeOf(state: FalState, task: FalTask): readonly Charge[] {
  const now = state.clock.now()
  const { outcome, job, endsAt = now } = task
  if (statusAt(task, now) !== 'COMPLETED' || !job || (isFailure(outcome) && outcome.free)) return []
  const id = `${task.app}/${task.path}`
  const endpoint = endpointNamed(state, id)
  if (!endpoint || now < endsAt + state.settings.billLagMs) return []
  const charge = { id: task.id, endpoint: id, at: endsAt + BOOKED_AFTER_MS }
  return [{ ...charge, units: job.units, unitPrice: unitPrice(state, endpoint), microUsd: job.microUsd }]
}

/** Charges of a window, oldest first. */
function chargesIn(state: FalState, { name }: FalAccount, from: number, to: number): readonly Charge[] {
  return state.tasks
    .ofAccount(name)
    .flatMap((task) => chargeOf(state, task))
    .filter(({ at }) => at >= from && at < to)
    .sort((one, other) => one.at - other.at)
}

/** The window asked for, a day until now unless told; a text says what is wrong with it. */
function windowIn(params: URLSearchParams, now: number): readonly [number, number] | string {
  const times = timesIn(params)
  if (typeof times === 'string') return times
  const [from = now - DAY_MS, to = now + DAY_MS] = times
  return from < now - LONGEST_MS - DAY_MS || to - from > LONGEST_MS + DAY_MS
    ? 'start and end lie within the last 90 days'
    : [from, to]
}

const dollars = (microUsd: number): number => Number((microUsd / 1_000_000).toFixed(9))

/** What a charge came to, with and without the account's discount, by whose price it is counted. */
function costsOf({ settings }: FalState, microUsd: number): Readonly<Record<string, number | null>> {
  const { discount } = settings
  const subtotal = microUsd / (1 - discount)
  return {
    percent_discount: discount === 0 ? null : discount * 100,
    cost_subtotal: dollars(subtotal),
    cost_discount: dollars(subtotal - microUsd),
    cost_total: dollars(microUsd),
  }
}

const eventParams = ['start', 'end', 'endpoint_id', 'request_id', 'api_key_id', 'limit', 'cursor']

const billingEvents: Answer = (state, account, params) => {
  const stranger = strangerIn(params, eventParams)
  if (stranger !== undefined) return platformError(400, stranger)
  const window = windowIn(params, state.clock.now())
  if (typeof window === 'string') return platformError(400, window)
  const endpoints = idsIn(params, 'endpoint_id')
  if (typeof endpoints === 'string') return platformError(400, endpoints)
  const ids = idsIn(params, 'request_id')
  if (typeof ids === 'string') return platformError(400, ids)
  if (!ids.every((id) => uuid.test(id))) return platformError(400, 'request_id is a UUID')
  const limit = Number(params.get('limit') ?? 50)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_EVENTS)
    return platformError(400, `limit takes 1 to ${MAX_EVENTS}`)
  const page = pageOf(params)
  if (typeof page === 'string') return platformError(400, page)
  const wanted = chargesIn(state, account, ...window)
    .filter(({ endpoint }) => endpoints.length === 0 || endpoints.includes(endpoint))
    .filter(({ id }) => ids.length === 0 || ids.includes(id))
    .reverse()
  const rows = wanted.slice(page * limit, (page + 1) * limit)
  return Response.json({
    billing_events: rows.map((charge) => ({
      request_id: charge.id,
      endpoint_id: charge.endpoint,
      timestamp: new Date(charge.at).toISOString(),
      output_units: charge.units,
      unit_price: charge.unitPrice,
      ...costsOf(state, charge.microUsd),
      cost_estimate_nano_usd: charge.microUsd * 1_000,
    })),
    ...following((page + 1) * limit < wanted.length, page),
  })
}

const frames: Readonly<Record<string, (at: Date) => Date>> = {
  minute: (at) => new Date(Math.floor(at.getTime() / 60_000) * 60_000),
  hour: (at) => new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000),
  day: (at) => new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS),
  // Weeks begin on Monday; the epoch was a Thursday.
  week: (at) => new Date((Math.floor((at.getTime() / DAY_MS + 3) / 7) * 7 - 3) * DAY_MS),
  month: (at) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth())),
}

const usageParams = [
  'start',
  'end',
  'timezone',
  'timeframe',
  'bound_to_timeframe',
  'expand',
  'endpoint_id',
  'limit',
  'cursor',
]

/** Sums by endpoint; `cost` is the older name of the total. */
function sums(state: FalState, charges: readonly Charge[]): readonly Readonly<Record<string, unknown>>[] {
  const endpoints = [...new Set(charges.map(({ endpoint }) => endpoint))]
  return endpoints.map((endpoint_id) => {
    const own = charges.filter(({ endpoint }) => endpoint === endpoint_id)
    const microUsd = own.reduce((sum, charge) => sum + charge.microUsd, 0)
    const quantity = Number(own.reduce((sum, { units }) => sum + units, 0).toFixed(6))
    const unit_price = own[0]?.unitPrice
    const costs = costsOf(state, microUsd)
    return {
      endpoint_id,
      unit: endpointNamed(state, endpoint_id)?.unit ?? 'seconds',
      quantity,
      unit_price,
      ...costs,
      cost: costs.cost_total,
      currency: 'USD',
    }
  })
}

const usage: Answer = (state, account, params) => {
  const stranger = strangerIn(params, usageParams)
  if (stranger !== undefined) return platformError(400, stranger)
  const window = windowIn(params, state.clock.now())
  if (typeof window === 'string') return platformError(400, window)
  // Other zones are documented; the emulator's days are the universal ones.
  if ((params.get('timezone') ?? 'UTC') !== 'UTC') return platformError(400, 'timezone takes UTC here')
  const frame = frames[params.get('timeframe') ?? 'day']
  if (!frame) return platformError(400, 'timeframe is unknown')
  const parts = (params.get('expand') ?? 'summary').split(',')
  if (parts.some((part) => !['time_series', 'summary', 'auth_method'].includes(part)))
    return platformError(400, 'expand takes time_series, summary and auth_method')
  const startOf = (at: number): number => frame(new Date(at)).getTime()
  const isWhole = params.get('bound_to_timeframe') === 'true'
  const charges = chargesIn(state, account, isWhole ? startOf(window[0]) : window[0], window[1])
  const buckets = [...new Set(charges.map(({ at }) => startOf(at)))]
  return Response.json({
    ...(parts.includes('time_series') && {
      time_series: buckets.map((bucket) => ({
        bucket: new Date(bucket).toISOString(),
        results: sums(
          state,
          charges.filter(({ at }) => startOf(at) === bucket),
        ),
      })),
    }),
    ...(parts.includes('summary') && { summary: sums(state, charges) }),
    ...following(false, 0),
  })
}

const billing: Answer = (state, account, params) => {
  const expand = params.get('expand')
  if (expand !== null && expand !== 'credits') return platformError(400, 'expand takes credits')
  const current_balance = dollars(creditOf(state, account, state.clock.now()))
  return Response.json({
    username: account.name,
    ...(expand === 'credits' && { credits: { current_balance, currency: 'USD' } }),
  })
}

const books: Readonly<Record<string, Answer>> = {
  '/v1/models/billing-events': billingEvents,
  '/v1/models/usage': usage,
  '/v1/account/billing': billing,
}
