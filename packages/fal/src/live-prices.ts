import {
  type CallOptions,
  type HttpReply,
  type HttpRequest,
  maybe,
  type OwnPrice,
  type Reader,
  ReelayError,
  wireNumber,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { endpoints, rows } from './kinds/video-rows.ts'

/**
 * An endpoint of which the price API says nothing that can be used: its list price stays.
 *
 * @example
 * ```ts
 * import type { FalPriceDoubt } from '@reelay/fal'
 * const line = ({ endpoint, why }: FalPriceDoubt): string => `${endpoint}: ${why}`
 * ```
 */
export interface FalPriceDoubt {
  /** Full endpoint id. */
  readonly endpoint: string
  /** Why, as a sentence. */
  readonly why: string
}

/**
 * What fal's price API says of Kling's endpoints. Plain JSON, to be kept and given back as `cached`.
 *
 * @example
 * ```ts
 * import { createFal, type FalLivePrices } from '@reelay/fal'
 * const live: FalLivePrices = await createFal({ apiKey: 'key-id:key-secret' }).livePrices()
 * // A new instance: quotes of an instance never change.
 * export const fal = createFal({ apiKey: 'key-id:key-secret', prices: live.prices })
 * for (const { endpoint, why } of live.listed) console.warn(`${endpoint} keeps its list price: ${why}`)
 * ```
 */
export interface FalLivePrices {
  /** When fal said so, milliseconds since the epoch by the instance's clock; of prices that are used again, too. */
  readonly readAt: number
  /** Whose they are: an account's discount may be in them. */
  readonly account: string
  /** `true` where fal was not asked, since `cached` was young enough. */
  readonly reused: boolean
  /** Rows for `createFal({ prices })`, one per endpoint, of basis `live`. */
  readonly prices: readonly OwnPrice[]
  /** Endpoints that keep their list price, each with the reason. */
  readonly listed: readonly FalPriceDoubt[]
}

/**
 * Options of `livePrices`.
 *
 * @example
 * ```ts
 * import { readFile, writeFile } from 'node:fs/promises'
 * import { createFal, type FalLivePricesOptions } from '@reelay/fal'
 * const file = 'fal-prices.json'
 * const cached: unknown = await readFile(file, 'utf8').then(JSON.parse, () => undefined)
 * const options: FalLivePricesOptions = { cached, maxAgeMs: 6 * 3_600_000 }
 * const live = await createFal({ apiKey: 'key-id:key-secret' }).livePrices(options)
 * if (!live.reused) await writeFile(file, JSON.stringify(live))
 * ```
 */
export interface FalLivePricesOptions extends CallOptions {
  /**
   * What `livePrices` gave before, out of wherever you keep it: used again, without any request, while it is young enough.
   * What is no such thing, is of another account or of other endpoints, or is not to be believed beside this version's list
   * prices, is as good as absent.
   */
  readonly cached?: unknown
  /** How old `cached` may be, milliseconds, by the instance's clock; a day when absent. What is from the future is too old. */
  readonly maxAgeMs?: number | undefined
}

const text = maybe(z.string())
const price = z.object({ endpoint_id: z.string(), unit_price: wireNumber, unit: text, currency: text })
const page = z.object({ prices: z.array(maybe(price)), next_cursor: text, has_more: maybe(z.boolean()) })

interface Price {
  readonly endpoint_id: string
  readonly unit_price: number
  readonly unit?: string | undefined
  readonly currency?: string | undefined
}

const readPage = wireReader(page)

/** A page of prices, as far as it can be read. */
interface PricePage {
  readonly prices: readonly Price[]
  readonly next: string | undefined
}

/** Reads a page of the price API; `undefined` for what is none. */
function readPrices({ body }: HttpReply): PricePage | undefined {
  const read = readPage(body)
  return (
    read && {
      prices: read.prices.filter((one) => one !== undefined),
      next: read.has_more === false ? undefined : read.next_cursor || undefined,
    }
  )
}

const pricesRequest = (ids: readonly string[], cursor: string | undefined): HttpRequest => ({
  method: 'GET',
  host: 'api',
  path: '/v1/models/pricing',
  query: { endpoint_id: ids.join(','), ...(cursor !== undefined && { cursor }) },
})

/** Prices of some endpoints. One id that fal does not know is a refusal of them all: then each half is asked alone. */
async function pricesOf(read: Reader, ids: readonly string[], call: CallOptions): Promise<readonly Price[]> {
  try {
    const found: Price[] = []
    const asked = new Set<string | undefined>()
    // A page holds a price at the least: there are no more pages than ids, whatever the cursors say.
    for (let cursor: string | undefined; !asked.has(cursor) && asked.size < ids.length; ) {
      asked.add(cursor)
      const answer = await read('the prices', pricesRequest(ids, cursor), readPrices, call)
      found.push(...answer.prices)
      if (answer.next === undefined) break
      cursor = answer.next
    }
    return found
  } catch (error) {
    if (!ReelayError.isInstance(error) || error.code !== 'ERR_NOT_FOUND') throw error
    if (ids.length === 1) return []
    const half = Math.ceil(ids.length / 2)
    return [
      ...(await pricesOf(read, ids.slice(0, half), call)),
      ...(await pricesOf(read, ids.slice(half), call)),
    ]
  }
}

// Most ids of one question (platform reference, 2026-08-21).
const idsPerPage = 50
// An account's discount may be in a price; one of more than a half was never seen, and a unit that means another thing
// would look like it.
const leastShare = 0.5

const source = 'api.fal.ai/v1/models/pricing'

/** What a unit costs at fal now, or why that cannot be believed. */
function unitOf(endpoint: string, live: Price | undefined): number | string {
  if (!live) return 'fal does not know it, or names no price.'
  const { unit_price: dollars, currency = 'USD', unit = 'seconds' } = live
  if (currency !== 'USD') return `Its price is in ${currency}.`
  // Whatever a unit is, fal calls it so: v3 and O3 have one unit for every tier and sound, see the rows.
  if (!/^seconds?$/.test(unit)) return `Its unit is called ${unit} now, and the list counts another.`
  const units = new Set(
    rows.filter(({ nativeModel }) => nativeModel === endpoint).map(({ price }) => price.unitUsd),
  )
  const [listed = 0] = units
  if (units.size !== 1) return 'One unit price stands for modes that cost different amounts.'
  if (!(dollars > 0) || !Number.isFinite(dollars)) return `Its price is ${dollars}.`
  const share = (dollars * 1_000_000) / listed
  if (share <= 1 + 1e-9 && share >= leastShare) return dollars
  const than = share > 1 ? 'more than the list price' : 'less than any discount explains'
  return `A unit costs $${dollars} now, ${than} of $${listed / 1_000_000}: fal has changed its price, or what it counts. Look at the model's page before you buy.`
}

const dayMs = 24 * 3_600_000

/** The prices that fal named, and those that cannot be believed beside the list. */
function pricesFrom(
  found: ReadonlyMap<string, Price>,
  readAt: number,
): Pick<FalLivePrices, 'prices' | 'listed'> {
  const asOf = new Date(readAt).toISOString().slice(0, 10)
  const prices: OwnPrice[] = []
  const listed: FalPriceDoubt[] = []
  for (const endpoint of endpoints) {
    const unit = unitOf(endpoint, found.get(endpoint))
    if (typeof unit === 'string') listed.push({ endpoint, why: unit })
    else prices.push({ nativeModel: endpoint, unitUsd: unit, basis: 'live', asOf, source })
  }
  return { prices, listed }
}

const readKept = wireReader(
  z.object({
    readAt: z.number(),
    account: z.string(),
    prices: z.array(z.object({ nativeModel: z.string(), unitUsd: z.number() })),
    listed: z.array(z.object({ endpoint: z.string(), why: z.string() })),
  }),
)

/** What was kept, as far as it holds here and now: its rows are made anew, so that nothing else in a file becomes a price. */
function reusable(
  cached: unknown,
  { account, now, maxAgeMs }: { readonly account: string; readonly now: number; readonly maxAgeMs: number },
): FalLivePrices | undefined {
  const data = readKept(cached)
  if (data?.account !== account || data.readAt > now || now - data.readAt >= maxAgeMs) return undefined
  const found = new Map(
    data.prices.map(({ nativeModel, unitUsd }) => [
      nativeModel,
      { endpoint_id: nativeModel, unit_price: unitUsd },
    ]),
  )
  const isListed = (id: string): boolean => data.listed.some(({ endpoint }) => endpoint === id)
  if (!endpoints.every((id) => found.has(id) || isListed(id))) return undefined
  const { prices } = pricesFrom(found, data.readAt)
  // This version may sell others, at another list price: what was believed before is asked again.
  if (prices.length !== found.size) return undefined
  return { readAt: data.readAt, account, reused: true, prices, listed: data.listed }
}

/**
 * Reads what fal's endpoints cost now, unless it was read a short time ago.
 *
 * @throws ReelayError outcome `none`; `ERR_INVALID_REQUEST` for a `maxAgeMs` that is no length of time.
 */
export async function readLivePrices(
  read: Reader,
  options: FalLivePricesOptions,
  { account, now }: { readonly account: string; readonly now: number },
): Promise<FalLivePrices> {
  const { cached, maxAgeMs = dayMs } = options
  if (typeof maxAgeMs !== 'number' || !(maxAgeMs >= 0)) {
    const message = 'Pass maxAgeMs as milliseconds, 0 or more.'
    throw new ReelayError('ERR_INVALID_REQUEST', message, { provider: 'fal', account, outcome: 'none' })
  }
  const again = reusable(cached, { account, now, maxAgeMs })
  if (again) return again
  const found = new Map<string, Price>()
  for (let at = 0; at < endpoints.length; at += idsPerPage) {
    for (const one of await pricesOf(read, endpoints.slice(at, at + idsPerPage), options))
      found.set(one.endpoint_id, one)
  }
  return { readAt: now, account, reused: false, ...pricesFrom(found, now) }
}
