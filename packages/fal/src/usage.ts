import {
  type HttpReply,
  type HttpRequest,
  maybe,
  type Reader,
  ReelayError,
  readUsage,
  type UsageGap,
  type UsageOptions,
  type UsagePage,
  type UsagePeriod,
  type UsageReport,
  type UsageRow,
  usagePeriod,
  usageReport,
  usd,
  wireId,
  wireNumber,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'

const text = maybe(z.string())
const number = maybe(wireNumber)

// One request's charge (platform reference of 2026-08-21); amounts are dollars unless their name says otherwise.
const event = z.object({
  request_id: wireId,
  endpoint_id: text,
  timestamp: text,
  output_units: number,
  unit_price: number,
  cost_total: number,
  // What is charged, in billionths of a dollar.
  cost_estimate_nano_usd: number,
})
const more = { next_cursor: text, has_more: maybe(z.boolean()) }
const events = z.object({ billing_events: z.array(z.unknown()), ...more })

// What one endpoint came to in a bucket of time.
const sum = z.object({
  endpoint_id: text,
  quantity: number,
  cost_total: number,
  cost: number,
  currency: text,
})
const bucket = z.object({ bucket: text, results: z.array(z.unknown()) })
const series = z.object({ time_series: z.array(z.unknown()), ...more })

const readEvent = wireReader(event)
const readEvents = wireReader(events)
const readSum = wireReader(sum)
const readBucket = wireReader(bucket)
const readSeries = wireReader(series)

type Money = Pick<UsageRow, 'native' | 'microUsd' | 'basis'>

function chargeOf(charge: z.infer<typeof event>): Money | undefined {
  const { output_units: units, unit_price: price, cost_total: dollars, cost_estimate_nano_usd: nano } = charge
  const native = units === undefined ? undefined : { amount: units, unit: 'unit' }
  const told =
    nano !== undefined ? Math.round(nano / 1_000) : dollars !== undefined ? usd(dollars) : undefined
  if (told !== undefined) {
    return { native: native ?? { amount: told / 1_000_000, unit: 'usd' }, microUsd: told, basis: 'reported' }
  }
  if (!native || price === undefined) return native && { native, basis: 'reported' }
  return { native, microUsd: usd(native.amount * price), basis: 'derived' }
}

/** Kling's endpoints; an account may buy from other models as well. */
const isKling = (endpoint: string | undefined): boolean =>
  endpoint === undefined || /^(fal-ai\/)?kling\b/.test(endpoint)

interface More {
  readonly next_cursor?: string | undefined
  readonly has_more?: boolean | undefined
}

function following({ next_cursor: cursor, has_more: hasMore }: More): Pick<UsagePage, 'next' | 'brokenOff'> {
  const next = hasMore === false ? undefined : cursor || undefined
  return { next, brokenOff: hasMore === true && next === undefined }
}

/** Reads a page of the billing events; `undefined` for what is none. */
export function readCharges(
  { body }: HttpReply,
  shown: (text: string) => string = (text) => text,
): UsagePage | undefined {
  const page = readEvents(body)
  if (!page) return undefined
  let unread = 0
  const entries = page.billing_events.flatMap((one) => {
    const charge = readEvent(one)
    const { request_id: taskId, endpoint_id: endpoint, timestamp } = charge ?? {}
    if (!isKling(endpoint)) return []
    const at = Date.parse(timestamp ?? '')
    const money = charge && chargeOf(charge)
    if (!money || taskId === undefined || Number.isNaN(at)) {
      unread += 1
      return []
    }
    const row: UsageRow = {
      taskId,
      ...(endpoint !== undefined && { endpoint: shown(endpoint) }),
      at,
      ...money,
    }
    return [{ key: JSON.stringify(row), row }]
  })
  return { entries, unread, ...following(page) }
}

const dayMs = 24 * 3_600_000

/** Reads a page of the usage by day and endpoint; `undefined` for what is none. */
export function readSums(
  { body }: HttpReply,
  shown: (text: string) => string = (text) => text,
): UsagePage | undefined {
  const page = readSeries(body)
  if (!page) return undefined
  let unread = 0
  const entries = page.time_series.flatMap((one) => {
    const { bucket: day = '', results = [] } = readBucket(one) ?? {}
    const at = Date.parse(day)
    return results.flatMap((result) => {
      const { endpoint_id: endpoint, quantity, cost_total, cost, currency = 'USD' } = readSum(result) ?? {}
      const dollars = cost_total ?? cost
      if (endpoint !== undefined && !isKling(endpoint)) return []
      if (endpoint === undefined || dollars === undefined || Number.isNaN(at)) {
        unread += 1
        return []
      }
      const isUsd = currency === 'USD'
      const native =
        quantity === undefined
          ? { amount: dollars, unit: shown(currency.toLowerCase()) }
          : { amount: quantity, unit: 'unit' }
      const row: UsageRow = {
        endpoint: shown(endpoint),
        at,
        periodMs: dayMs,
        native,
        ...(isUsd && { microUsd: usd(dollars) }),
        basis: 'reported',
      }
      return [{ key: `${at} ${endpoint}`, row }]
    })
  })
  return { entries, unread, ...following(page) }
}

const iso = (at: number): string => new Date(at).toISOString()

// Up to 10,000 are allowed; a page has to arrive within one attempt.
const eventsPerPage = 1_000

const booksRequest = (
  path: string,
  { from, to }: UsagePeriod,
  more: NonNullable<HttpRequest['query']>,
  cursor: string | undefined,
): HttpRequest => ({
  method: 'GET',
  host: 'api',
  path,
  query: { start: iso(from), end: iso(to), ...more, ...(cursor !== undefined && { cursor }) },
})

// A billing row can arrive minutes late (platform reference, 2026-08-21; how many is not said).
const lateMs = 15 * 60_000
// Longest time that the books answer for.
const windowMs = 90 * dayMs

/**
 * What the account was charged for Kling's endpoints, request by request; by day and endpoint while the billing events
 * are out of order, as they were for weeks in January 2026.
 *
 * @param read Reads with a key that has ADMIN scope.
 * @throws ReelayError outcome `none`; `ERR_FORBIDDEN` for a key without that scope.
 */
export async function readBooks(
  read: Reader,
  options: UsageOptions,
  who: { readonly account: string; readonly now: number },
): Promise<UsageReport> {
  const asked = usagePeriod(options, { ...who, provider: 'fal' })
  const from = Math.max(asked.from, asked.readAt - windowMs)
  const period = { ...asked, from: Math.min(from, asked.to) }
  const gaps: UsageGap[] = []
  if (from > asked.from) {
    const message = `fal answers for 90 days: what was charged before ${iso(from).slice(0, 10)} is not here.`
    gaps.push({ what: 'window', message })
  }
  const books = period.from < period.to ? await eventsOr(read, period, options) : { rows: [], gaps: [] }
  return usageReport(period, { rows: books.rows, gaps: [...books.gaps, ...gaps] }, lateMs)
}

async function eventsOr(
  read: Reader,
  period: UsagePeriod,
  options: UsageOptions,
): Promise<Pick<UsageReport, 'rows' | 'gaps'>> {
  const path = '/v1/models/billing-events'
  try {
    return await readUsage(
      'the billing events',
      (cursor) =>
        read(
          'the billing events',
          booksRequest(path, period, { limit: eventsPerPage }, cursor),
          readCharges,
          options,
        ),
      options,
    )
  } catch (error) {
    if (!ReelayError.isInstance(error) || error.code !== 'ERR_UNAVAILABLE') throw error
  }
  const by = { timeframe: 'day', timezone: 'UTC', expand: 'time_series', bound_to_timeframe: 'false' }
  const { rows, gaps } = await readUsage('the usage by day', (cursor) =>
    read('the usage by day', booksRequest('/v1/models/usage', period, by, cursor), readSums, options),
  )
  const message =
    'fal’s billing events are out of order, so these are sums by day and endpoint: no charge names its task.'
  return { rows, gaps: [...gaps, { what: 'summed', message }] }
}
