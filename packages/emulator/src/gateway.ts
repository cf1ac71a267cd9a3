import type { EmulatorClock } from './clock.ts'
import { clockAnswer, clockPath } from './clock-answer.ts'
import type { Exchange } from './engine/exchange.ts'
import type { EmulatorEvent, EventBus } from './events.ts'
import type { OpenRecord } from './exchange.ts'
import { applyFault } from './faults/effects.ts'
import { isLostConnection } from './faults/lost.ts'
import type { FaultRegistry } from './faults/registry.ts'
import type { FaultInfo } from './faults/spec.ts'
import { htmlAnswer } from './http/answers.ts'
import { parseJSON } from './http/json.ts'
import { findMount, type Mount } from './mounts.ts'
import type { EmulatedProvider } from './providers.ts'
import { hostsOf, hostsPath, realURL } from './real-hosts.ts'
import type { Deliveries } from './webhooks/deliveries.ts'

export interface GatewayParts {
  readonly providers: readonly EmulatedProvider[]
  readonly clock: EmulatorClock
  /** Emulated seconds per real second; undefined with a clock of the caller's own. */
  readonly speed: number | undefined
  readonly faults: FaultRegistry
  readonly events: EventBus
  readonly log: OpenRecord[]
  readonly webhooks: Deliveries
}

/** An answer, and what the mount has to report about its delivery. */
export interface Served {
  readonly response: Response
  /** To be awaited right before the status line leaves. */
  started(): Promise<void>
  /** To be awaited once the whole answer has left. */
  sent(): Promise<void>
  /** The client went away before that. */
  abandoned(): Promise<void>
}

/**
 * The way of every request, whatever mount it came through: find the provider, log, apply a fault if one
 * waits for it, let the provider work. A broken connection is a rejection that `isLostConnection` knows.
 */
export async function serve(parts: GatewayParts, request: Request, signal: AbortSignal): Promise<Served> {
  const url = realURL(new URL(request.url))
  const mount = findMount(parts.providers, url)
  if (!mount && url.pathname === clockPath) return undelivered(dated(clockAnswer(parts), parts.clock))
  if (!mount && url.pathname === hostsPath) return undelivered(Response.json(hostsOf(parts.providers)))
  if (!mount) return undelivered(dated(htmlAnswer(404, '404 Not Found'), parts.clock))

  const body = new Uint8Array(await request.arrayBuffer())
  const visit = openVisit(parts, mount, request, url, body, signal)
  const emit = emitter(parts, visit)
  await emit({ type: 'request-received' })
  try {
    const response = dated(await answer(parts, mount, visit, emit), parts.clock)
    return delivery(response, visit, emit)
  } catch (error) {
    if (isLostConnection(error)) {
      visit.record.outcome = 'lost'
      await emit({ type: 'connection-lost', by: 'fault' })
    } else if (signal.aborted) {
      visit.record.outcome = 'client-gone'
      await emit({ type: 'connection-lost', by: 'client' })
    }
    throw error
  }
}

async function answer(parts: GatewayParts, mount: Mount, visit: Visit, emit: Emit): Promise<Response> {
  const { provider } = mount
  const { exchange, record, info } = visit
  const next = async (): Promise<Response> => {
    // What happened before a cancel is told as it was, and what it changes at once.
    if (exchange.op === 'cancel') parts.webhooks.lookAgain()
    const own = await provider.fetch(providerRequest(exchange), exchange)
    if (exchange.op === 'cancel') parts.webhooks.lookAgain()
    return own
  }
  const fault = parts.faults.take(info)
  if (!fault) return next()

  const { kind } = fault.spec
  record.fault = kind
  await emit({ type: 'fault-applied', kind })
  return applyFault(fault.spec, {
    exchange,
    provider,
    clock: parts.clock,
    next,
    spare: () => {
      fault.spare()
      delete record.fault
    },
    held: () => emit({ type: 'answer-held' }),
    breaksOff: () => {
      exchange.breaksOff = true
    },
    lost: async (by) => {
      record.outcome = by === 'fault' ? 'lost' : 'client-gone'
      await emit({ type: 'connection-lost', by })
    },
  })
}

type EventBody = EmulatorEvent extends infer Event
  ? Event extends EmulatorEvent
    ? Omit<Event, 'provider' | 'op' | 'method' | 'path' | 'at' | 'taskId'> & { readonly taskId?: string }
    : never
  : never
type Emit = (event: EventBody) => Promise<void>

function emitter(parts: GatewayParts, { record, exchange }: Pick<Visit, 'record' | 'exchange'>): Emit {
  return (event) => {
    const { provider } = record
    const { op, method, path } = exchange
    const known = record.taskId === undefined ? {} : { taskId: record.taskId }
    const facts = { provider, op, method, path, at: parts.clock.now(), ...known }
    return parts.events.emit({ ...facts, ...event } as EmulatorEvent)
  }
}

/** A request, what its record says of it, and what a fault may match on. */
interface Visit {
  readonly exchange: Exchange
  readonly record: OpenRecord
  readonly info: FaultInfo
}

function openVisit(
  parts: GatewayParts,
  mount: Mount,
  request: Request,
  asked: URL,
  body: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Visit {
  const { provider, site, url } = mount
  const path = url.pathname
  const json = body.length > 0 ? parseJSON(body) : undefined
  const { method } = request
  const classified = provider.classify(site.name, method, path, json)
  const { op, taskId, externalId } = classified
  const record: OpenRecord = {
    at: parts.clock.now(),
    provider: provider.id,
    op,
    method: request.method,
    path: path + url.search,
    outcome: 'pending',
    authScheme: authScheme(request.headers),
    ...(taskId === undefined ? {} : { taskId }),
    ...(externalId === undefined ? {} : { externalId }),
  }
  parts.log.push(record)
  const exchange: Exchange = {
    site: site.name,
    op,
    method: request.method,
    path,
    url: asked,
    headers: request.headers,
    body,
    json,
    signal,
    record,
    siteURL: mount.siteURL,
    visibleAfterMs: 0,
    breaksOff: false,
    taskCreated: async (task) => {
      record.taskId = task.id
      const named = task.externalId === undefined ? {} : { externalId: task.externalId }
      await emitter(parts, { record, exchange })({ type: 'task-created', taskId: task.id, ...named })
    },
    held: () => emitter(parts, { record, exchange })({ type: 'answer-held' }),
  }
  return { exchange, record, info: { provider: provider.id, method, path, json, ...classified } }
}

function providerRequest(exchange: Exchange): Request {
  const { method, headers, body } = exchange
  const url = new URL(exchange.path + exchange.url.search, 'http://provider.invalid')
  const carriesBody = method !== 'GET' && method !== 'HEAD'
  return new Request(url, { method, headers, ...(carriesBody ? { body } : {}) })
}

function authScheme(headers: Headers): OpenRecord['authScheme'] {
  const authorization = headers.get('authorization') ?? ''
  if (authorization === '') return headers.has('x-api-key') ? 'api-key' : 'none'
  const [scheme = '', token = ''] = authorization.split(' ')
  if (scheme === 'Key') return 'api-key'
  if (scheme.toLowerCase() !== 'bearer') return 'other'
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) ? 'jwt' : 'api-key'
}

function dated(response: Response, clock: EmulatorClock): Response {
  response.headers.set('date', new Date(clock.now()).toUTCString())
  return response
}

function delivery(response: Response, { exchange, record }: Visit, emit: Emit): Served {
  const { status } = response
  return {
    response,
    started: () => {
      record.status = status
      return emit({ type: 'answer-started', status })
    },
    sent: async () => {
      if (record.outcome !== 'pending' || exchange.breaksOff) return
      record.outcome = 'answered'
      await emit({ type: 'answer-sent', status })
    },
    abandoned: async () => {
      if (record.outcome !== 'pending') return
      record.outcome = 'client-gone'
      await emit({ type: 'connection-lost', by: 'client' })
    },
  }
}

const nothing = async (): Promise<void> => {}

const undelivered = (response: Response): Served => ({
  response,
  started: nothing,
  sent: nothing,
  abandoned: nothing,
})
