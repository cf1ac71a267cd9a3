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
import { rows } from './kinds/video-rows.ts'

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
 * What fal's price API says of Kling's endpoints. Plain JSON, to be kept for as long as you trust it.
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
  /** When they were read, milliseconds since the epoch. */
  readonly readAt: number
  /** Rows for `createFal({ prices })`, one per endpoint, of basis `live`. */
  readonly prices: readonly OwnPrice[]
  /** Endpoints that keep their list price, each with the reason. */
  readonly listed: readonly FalPriceDoubt[]
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
    for (let cursor: string | undefined; !asked.has(cursor); ) {
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

/**
 * Reads what fal's endpoints cost now.
 *
 * @throws ReelayError outcome `none`.
 */
export async function readLivePrices(read: Reader, call: CallOptions, now: number): Promise<FalLivePrices> {
  const sold = [
    ...new Set(rows.filter(({ state }) => state !== 'discontinued').map(({ nativeModel }) => nativeModel)),
  ]
  const found = new Map<string, Price>()
  for (let at = 0; at < sold.length; at += idsPerPage) {
    for (const one of await pricesOf(read, sold.slice(at, at + idsPerPage), call))
      found.set(one.endpoint_id, one)
  }
  const asOf = new Date(now).toISOString().slice(0, 10)
  const prices: OwnPrice[] = []
  const listed: FalPriceDoubt[] = []
  for (const endpoint of sold) {
    const unit = unitOf(endpoint, found.get(endpoint))
    if (typeof unit === 'string') listed.push({ endpoint, why: unit })
    else prices.push({ nativeModel: endpoint, unitUsd: unit, basis: 'live', asOf, source })
  }
  return { readAt: now, prices, listed }
}
