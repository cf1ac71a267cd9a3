import { createEmulator, demoCredentials, type FaultSpec, type KlingRelayOptions } from '@reelay/emulator'
import {
  createVirtualClock,
  createWire,
  type FaultOptions,
  type Manifest,
  type ProviderSetup,
  type Simulation,
  type World,
} from '@reelay/testing'
import { createKling, type KlingOptions } from '../../src/index.ts'
import { reservedOptions } from '../../src/tables.ts'
import { boat } from '../world.ts'

const { relayKey } = demoCredentials.kling

/** What is left of Kling's promises at a relay. */
export const manifest: Manifest = {
  idempotency: 'none',
  find: false,
  getMany: false,
  cancel: false,
  unknownStatus: 'running',
  reservedOptions: { kling: Object.keys(reservedOptions) },
  env: { KLINGAI_API_KEY: relayKey },
}

type Plant = NonNullable<Simulation['fault']>
type Act = FaultSpec extends infer Spec
  ? Spec extends FaultSpec
    ? Omit<Spec, 'on' | 'times'>
    : never
  : never

const words = (status: number, code: string, headers = {}): Act => ({
  kind: 'status',
  status,
  headers,
  body: { code, message: 'said the relay', data: null },
})
const door = (status: number): Act => ({
  kind: 'status',
  status,
  body: { error: { message: 'said its door', type: 'new_api_error', param: '', code: '' } },
})

/** The contract's faults in the relay's words. */
function act(name: Parameters<Plant>[0], { retryAfter }: FaultOptions): Act | undefined {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  return {
    unauthorized: door(401),
    forbidden: door(403),
    funds: words(403, 'insufficient_user_quota'),
    invalid: words(400, 'invalid_request'),
    content: { kind: 'status', status: 400, body: { code: 1301, message: 'Trigger the policy', data: null } },
    concurrency: { kind: 'status', status: 429, body: { code: 1303, message: 'limit', data: null } },
    'rate-limit': words(429, 'fail_to_fetch_task', headers),
    'not-found': words(400, 'task_not_exist'),
    'missing-id': {
      kind: 'status',
      status: 200,
      created: true,
      body: { code: 'success', message: '', data: null },
    },
    'unknown-status': { kind: 'unknown-status' },
    'missing-url': { kind: 'missing-url' },
    'task-fails': undefined,
  }[name] as Act | undefined
}

/** A fresh relay for one case. */
export function createRelayWorld(relay: KlingRelayOptions, options: KlingOptions = {}): World {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock: clock.server, seed: 1, kling: { relay } })
  const { control } = emulator
  const baseURL = emulator.providers('http://gateway.test').kling.relay?.baseURL ?? ''
  const wire = createWire({
    clock,
    fetch: emulator.fetch,
    paid: (request) => request.method === 'POST',
    tasks: () => control.tasks().length,
    charges: () => control.ledger().length,
    fault(name, options) {
      if (name === 'task-fails') control.failNext()
      const fault = act(name, options)
      const on = options.on === 'read' ? 'any-read' : 'create'
      if (fault) control.fault({ ...fault, on, times: options.times ?? 1 } as FaultSpec)
      return true
    },
  })
  const credentials = {
    valid: { apiKey: relayKey },
    wrong: { apiKey: 'nobody-has-this-key' },
    missing: {},
    environment: {},
  }
  return {
    clock,
    wire,
    request: boat,
    secrets: [relayKey, 'nobody-has-this-key'],
    createProvider({ credentials: which = 'valid', ...setup }: ProviderSetup = {}) {
      const prices = [{ per: 'second', usd: { silent: 0.05, audio: 0.1 } }] as const
      const shared = { fetch: wire.fetch, clock, baseURL, prices, ...options }
      return createKling({ ...shared, ...credentials[which], ...setup })
    },
  }
}
