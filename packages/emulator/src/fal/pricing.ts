import type { Exchange } from '../engine/exchange.ts'
import { badRequest, methodNotAllowed, noSuchPath } from './answers.ts'
import { admit } from './gate.ts'
import { historyAnswer } from './history.ts'
import { HISTORY_PATH } from './paths.ts'
import type { FalState } from './state.ts'
import { endpointsOf } from './submit.ts'

const MAX_IDS = 50

/**
 * The platform API: the request history, and unit prices. A unit is what a result's `x-fal-billable-units` counts. It is always called
 * "seconds", also for the v3 and O3 ids that share one base unit whatever their tier and sound.
 */
export function apiAnswer(state: FalState, exchange: Exchange): Response | Promise<Response> {
  if (exchange.path === HISTORY_PATH) return historyAnswer(state, exchange)
  if (exchange.path !== '/v1/models/pricing') return noSuchPath()
  if (exchange.method !== 'GET') return methodNotAllowed()
  const account = admit(state, exchange, { app: 'models', credit: false })
  if (account instanceof Response) return account
  const ids = exchange.url.searchParams.getAll('endpoint_id').flatMap((value) => value.split(','))
  if (ids.length === 0 || ids.length > MAX_IDS) return badRequest(`endpoint_id takes 1 to ${MAX_IDS} ids`)
  const prices = ids.flatMap((id) => {
    const [owner, alias, ...path] = id.split('/')
    const endpoint = endpointsOf(state, `${owner}/${alias}`)?.get(path.join('/'))
    const unit_price = endpoint && endpoint.unitMicroUsd / 1_000_000
    return endpoint ? [{ endpoint_id: id, unit_price, unit: 'seconds', currency: 'USD' }] : []
  })
  return Response.json({ prices, next_cursor: null, has_more: false })
}
