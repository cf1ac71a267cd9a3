import { createEmulator, type FaultSpec } from '@reelay/emulator'
import {
  contractOf,
  createVirtualClock,
  createWire,
  type FaultOptions,
  type Manifest,
  type ProviderSetup,
  type Simulation,
  type World,
} from '@reelay/testing'
import { createPiapi } from '../../src/index.ts'
import { manifest as own } from '../../src/manifest.ts'
import { reservedOptions } from '../../src/tables.ts'
import { apiKey, boat } from './rig.ts'

export const manifest: Manifest = contractOf(
  own,
  { apiKey },
  {
    reservedOptions: { piapi: Object.keys(reservedOptions) },
  },
)

type Plant = NonNullable<Simulation['fault']>
type Act = FaultSpec extends infer Spec
  ? Spec extends FaultSpec
    ? Omit<Spec, 'on' | 'times'>
    : never
  : never

const said = (status: number): Act => ({ kind: 'status', status })
const webhookSecret = 'the-webhook-secret-of-the-contract'

/** The contract's faults in the emulator's words. */
function act(name: Parameters<Plant>[0], { retryAfter }: FaultOptions): Act | undefined {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  return {
    unauthorized: said(401),
    // Not documented to come before the task is made, so it cannot be planted as a refusal.
    forbidden: undefined,
    funds: said(402),
    invalid: said(400),
    content: {
      kind: 'status',
      status: 400,
      body: { code: 400, data: null, message: '404 not found: content violation' },
    } as const,
    // Too many tasks are staged, not refused.
    concurrency: undefined,
    'rate-limit': { kind: 'status', status: 429, headers } as const,
    'not-found': said(404),
    'missing-id': { kind: 'missing-field', field: 'data.task_id' } as const,
    'unknown-status': { kind: 'unknown-status' } as const,
    'missing-url': { kind: 'missing-url' } as const,
    'task-fails': undefined,
  }[name]
}

/** A fresh emulated PiAPI for one case. */
export function createWorld(): World {
  const clock = createVirtualClock()
  const { fetch, control } = createEmulator({ clock: clock.server, seed: 1 })
  const wire = createWire({
    clock,
    fetch,
    paid: (request) => request.method === 'POST' && new URL(request.url).pathname === '/api/v1/task',
    tasks: () => control.tasks().length,
    charges: () => control.ledger().length,
    fault(name, options) {
      if (name === 'task-fails') {
        control.failNext({ provider: 'piapi' })
        return true
      }
      const fault = act(name, options)
      const on = options.on === 'read' ? 'any-read' : 'create'
      if (fault) control.fault({ ...fault, on, times: options.times ?? 1 } as FaultSpec)
      return fault !== undefined
    },
  })
  const wrong = { apiKey: 'nobody-has-this-key' }
  const credentials = { valid: { apiKey }, wrong, missing: {}, environment: {} }
  return {
    clock,
    wire,
    request: boat,
    secrets: [apiKey, wrong.apiKey, webhookSecret],
    createProvider({ credentials: which = 'valid', options, ...setup }: ProviderSetup = {}) {
      return createPiapi({
        fetch: wire.fetch,
        clock,
        webhookSecret,
        ...credentials[which],
        ...setup,
        ...options,
      })
    },
  }
}
