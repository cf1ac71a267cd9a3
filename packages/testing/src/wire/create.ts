import type { VirtualClock } from '../clock/index.ts'
import type { FaultName, FaultOptions, GatewayFault, ProviderFault } from './fault.ts'
import { gatewayFaults } from './gateway.ts'
import type { Wire } from './wire.ts'

/**
 * The little that a simulated provider has to offer; {@link createWire} adds counting and the faults of the network.
 *
 * @example
 * ```ts
 * import { createVirtualClock, type Simulation } from '@reelay/testing'
 * let tasks = 0
 * const simulation: Simulation = {
 *   clock: createVirtualClock(),
 *   fetch: async () => Response.json({ id: `task-${++tasks}`, status: 'queued' }),
 *   paid: (request) => request.method === 'POST',
 *   tasks: () => tasks,
 * }
 * ```
 */
export interface Simulation {
  readonly clock: VirtualClock
  /** Answers as the provider would: in this process, or through a local port. */
  readonly fetch: typeof globalThis.fetch
  /** Whether a request buys something. */
  paid(request: Request): boolean
  /** Tasks that exist, whether or not they can be seen yet. */
  tasks(): number
  /** Times that money was taken; as many as there are tasks when absent. */
  charges?(): number
  /** Plants one of the provider's own faults; `false` when it cannot. */
  fault?(name: ProviderFault, options: FaultOptions): boolean
}

interface Planted {
  readonly name: GatewayFault
  readonly options: FaultOptions
  left: number
}

const isGatewayFault = (name: FaultName): name is GatewayFault => Object.hasOwn(gatewayFaults, name)

function bare(request: Request): Request {
  const type = request.headers.get('content-type')
  return new Request(request, { headers: type === null ? {} : { 'content-type': type } })
}

/**
 * Makes a {@link Wire} around a simulated provider.
 *
 * @example
 * ```ts
 * import { createWire, type Simulation } from '@reelay/testing'
 * declare const simulation: Simulation
 * const wire = createWire(simulation)
 * wire.fault('lost-answer')
 * await wire.fetch('https://api.example.com/tasks', { method: 'POST' }).catch(() => 'lost')
 * wire.posts() // 1
 * ```
 */
export function createWire(simulation: Simulation): Wire {
  const { clock } = simulation
  const planted: Planted[] = []
  let posts = 0
  let reads = 0
  // A late arrival is no part of a call of the client's, but time must wait for it all the same.
  const late = clock.track(simulation.fetch)

  async function send(request: Request): Promise<Response> {
    const paid = simulation.paid(request)
    if (paid) posts += 1
    else reads += 1
    const on = paid ? 'create' : 'read'
    const fault = planted.find((one) => one.left > 0 && (one.options.on ?? 'create') === on)
    const copy = request.clone()
    if (!fault) return simulation.fetch(copy)
    fault.left -= 1
    return gatewayFaults[fault.name]({
      request,
      options: fault.options,
      clock: clock.server,
      deliver: () => simulation.fetch(copy),
      // Its caller has given up; the request itself goes on.
      deliverLate: async () => {
        const response = await late(new Request(copy, { signal: null }))
        await response.arrayBuffer()
        return response
      },
      deliverBare: () => simulation.fetch(bare(copy)),
      follow: send,
    })
  }

  return {
    fetch: clock.track(async (input, init) => {
      const request = new Request(input, init)
      request.signal.throwIfAborted()
      return send(request)
    }),
    posts: () => posts,
    reads: () => reads,
    tasks: () => simulation.tasks(),
    charges: () => simulation.charges?.() ?? simulation.tasks(),
    fault(name, options = {}) {
      if (!isGatewayFault(name)) return simulation.fault?.(name, options) ?? false
      planted.push({ name, options, left: options.times ?? 1 })
      return true
    },
  }
}
