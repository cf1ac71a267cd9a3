import { createEmulator, type EmulatorOptions, type FaultSpec } from '@reelay/emulator'
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
import { createFal, type FalOptions } from '../../src/index.ts'
import { manifest as own } from '../../src/manifest.ts'
import { reservedOptions } from '../../src/tables.ts'
import { apiKey, boat } from './rig.ts'

export const manifest: Manifest = contractOf(
  own,
  { apiKey },
  {
    reservedOptions: { fal: Object.keys(reservedOptions) },
  },
)

const wrong = 'nobody-has-this-key:nobody-has-this-secret'

type Plant = NonNullable<Simulation['fault']>
type Act = FaultSpec extends infer Spec
  ? Spec extends FaultSpec
    ? Omit<Spec, 'on' | 'times'>
    : never
  : never

const said = (status: number): Act => ({ kind: 'status', status })

/** The contract's faults in the emulator's words; `undefined` for refusals of a create that fal documents nowhere. */
function act(name: Parameters<Plant>[0], { on, retryAfter }: FaultOptions): Act | undefined {
  const refusedReads: Partial<Record<typeof name, Act>> =
    on === 'read'
      ? { 'rate-limit': { kind: 'rate-limit', ...(retryAfter === undefined ? {} : { retryAfter }) } }
      : {}
  const acts: Partial<Record<typeof name, Act>> = {
    unauthorized: said(401),
    funds: said(403),
    concurrency: said(429),
    'not-found': said(404),
    'missing-id': { kind: 'missing-field', field: 'request_id' },
    'unknown-status': { kind: 'unknown-status' },
    'missing-url': { kind: 'missing-url' },
    ...refusedReads,
  }
  return acts[name]
}

/** A fresh emulated fal for one case. */
export function createWorld(emulated: EmulatorOptions['fal'] = {}, more: FalOptions = {}): World {
  const clock = createVirtualClock()
  const { fetch, control } = createEmulator({ clock: clock.server, seed: 1, fal: emulated })
  const wire = createWire({
    clock,
    fetch,
    paid: ({ method, url }) => method === 'POST' && new URL(url).hostname === 'queue.fal.run',
    tasks: () => control.tasks().length,
    charges: () => control.ledger().length,
    fault(name, options) {
      if (name === 'task-fails') {
        control.failNext({ provider: 'fal' })
        return true
      }
      const fault = act(name, options)
      const on = options.on === 'read' ? 'any-read' : 'create'
      if (fault) control.fault({ ...fault, on, times: options.times ?? 1 } as FaultSpec)
      return fault !== undefined
    },
  })
  const credentials = { valid: { apiKey }, wrong: { apiKey: wrong }, missing: {}, environment: {} }
  return {
    clock,
    wire,
    request: boat,
    secrets: [apiKey, wrong].flatMap((key) => [key, key.split(':')[1] ?? key]),
    createProvider({ credentials: which = 'valid', options, ...setup }: ProviderSetup = {}) {
      return createFal({ fetch: wire.fetch, clock, ...more, ...credentials[which], ...setup, ...options })
    },
  }
}
