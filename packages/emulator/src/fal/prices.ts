import type { Exchange } from '../engine/exchange.ts'
import { isRecord } from '../http/json.ts'
import { admit } from './gate.ts'
import type { Endpoint } from './kinds/kind.ts'
import { endpointsOf } from './kinds.ts'
import type { FalAccount } from './options.ts'
import { idsIn, MAX_IDS, platformError } from './platform.ts'
import type { FalState } from './task.ts'

/** An endpoint by its full id. */
export function endpointNamed(state: FalState, id: string): Endpoint | undefined {
  const [owner, alias, ...path] = id.split('/')
  return endpointsOf(state, `${owner}/${alias}`)?.get(path.join('/'))
}

/** Dollars of one unit; what an account's discount takes off is in it. */
export const unitPrice = ({ settings }: FalState, { unitMicroUsd }: Endpoint): number =>
  Number(((unitMicroUsd / 1_000_000) * (1 - settings.discount)).toFixed(9))

/** The account, or the refusal in the envelope of the platform. */
export function admitted(state: FalState, exchange: Exchange): FalAccount | Response {
  const account = admit(state, exchange, { app: 'models', credit: false })
  if (!(account instanceof Response)) return account
  return account.status === 401
    ? platformError(401, 'Authentication required')
    : platformError(account.status, 'Access denied')
}

/**
 * Unit prices. A unit is what a result's `x-fal-billable-units` counts. For clips it is always called "seconds", also for the
 * v3 and O3 ids that share one base unit whatever their tier and sound.
 */
export function pricesAnswer(state: FalState, exchange: Exchange): Response | undefined {
  if (exchange.path === '/v1/models/pricing/estimate') return estimate(state, exchange)
  if (exchange.path !== '/v1/models/pricing') return undefined
  if (exchange.method !== 'GET') return platformError(405, 'Method not allowed')
  const account = admitted(state, exchange)
  if (account instanceof Response) return account
  if (!account.scoped) return platformError(403, 'Access denied')
  const ids = idsIn(exchange.url.searchParams, 'endpoint_id')
  if (typeof ids === 'string') return platformError(400, ids)
  if (ids.length === 0) return platformError(400, `endpoint_id takes 1 to ${MAX_IDS} ids`)
  const prices: Readonly<Record<string, unknown>>[] = []
  for (const endpoint_id of ids) {
    const endpoint = endpointNamed(state, endpoint_id)
    // One unknown id, and there is no answer about the others either.
    if (!endpoint) return platformError(404, `Endpoint ${endpoint_id} not found`)
    prices.push({
      endpoint_id,
      unit_price: unitPrice(state, endpoint),
      unit: endpoint.unit ?? 'seconds',
      currency: 'USD',
    })
  }
  return Response.json({ prices, next_cursor: null, has_more: false })
}

const estimates: Readonly<Record<string, string>> = {
  unit_price: 'unit_quantity',
  historical_api_price: 'call_quantity',
}

/** What the account's past requests to an endpoint came to on average, millionths of a dollar. */
function averageMicroUsd({ tasks }: FalState, { name }: FalAccount, id: string): number {
  const paid = tasks.ofAccount(name).filter(({ app, path, job }) => `${app}/${path}` === id && job)
  return paid.length === 0 ? 0 : paid.reduce((sum, { job }) => sum + (job?.microUsd ?? 0), 0) / paid.length
}

/** Units times the same unit price, or calls times what calls have cost: neither knows what a request will ask for. */
function estimate(state: FalState, exchange: Exchange): Response {
  if (exchange.method !== 'POST') return platformError(405, 'Method not allowed')
  const account = admitted(state, exchange)
  if (account instanceof Response) return account
  if (!account.scoped) return platformError(403, 'Access denied')
  const { estimate_type: type, endpoints } = isRecord(exchange.json) ? exchange.json : {}
  const quantity = typeof type === 'string' ? estimates[type] : undefined
  if (quantity === undefined) return platformError(400, 'estimate_type is unknown')
  if (!isRecord(endpoints) || Object.keys(endpoints).length === 0)
    return platformError(400, 'endpoints is empty')
  let dollars = 0
  for (const [id, asked] of Object.entries(endpoints)) {
    const endpoint = endpointNamed(state, id)
    if (!endpoint) return platformError(404, `Endpoint ${id} not found`)
    const amount = isRecord(asked) ? asked[quantity] : undefined
    if (typeof amount !== 'number' || !(amount >= 0))
      return platformError(400, `${id}: ${quantity} is a number`)
    const each =
      type === 'unit_price' ? unitPrice(state, endpoint) : averageMicroUsd(state, account, id) / 1_000_000
    dollars += amount * each
  }
  return Response.json({ estimate_type: type, total_cost: Number(dollars.toFixed(9)), currency: 'USD' })
}
