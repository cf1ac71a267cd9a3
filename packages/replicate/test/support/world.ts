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
import { createReplicate } from '../../src/index.ts'
import { manifest as own } from '../../src/manifest.ts'
import { reservedOptions } from '../../src/tables.ts'
import { apiKey, boat } from './rig.ts'

export const manifest: Manifest = contractOf(
  own,
  { apiKey },
  {
    reservedOptions: { replicate: Object.keys(reservedOptions) },
  },
)

type Plant = NonNullable<Simulation['fault']>
type Act = FaultSpec extends infer Spec
  ? Spec extends FaultSpec
    ? Omit<Spec, 'on' | 'times' | 'provider'>
    : never
  : never

const said = (status: number, title: string, detail: string, headers = {}): Act => ({
  kind: 'status',
  status,
  body: { title, detail, status },
  headers,
})

/** The contract's faults in the emulator's words; there is no refusal for content or for too many tasks. */
function act(name: Parameters<Plant>[0], { retryAfter }: FaultOptions): Act | undefined {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  return {
    unauthorized: said(401, 'Unauthenticated', 'You did not pass a valid authentication token'),
    forbidden: said(403, 'Forbidden', 'This token may not run models.'),
    funds: said(402, 'Insufficient credit', 'You have insufficient credit to run this model.'),
    invalid: said(422, 'Input validation failed', '- input: prompt is required\n'),
    'rate-limit': said(429, 'Throttled', 'Request was throttled.', headers),
    'not-found': said(404, 'Not found', 'The requested resource could not be found.'),
    'missing-id': { kind: 'missing-field', field: 'id' } as const,
    'unknown-status': { kind: 'unknown-status' } as const,
    'missing-url': { kind: 'missing-url' } as const,
    content: undefined,
    concurrency: undefined,
    'task-fails': undefined,
  }[name]
}

/** A fresh emulated Replicate for one case. */
export function createWorld(): World {
  const clock = createVirtualClock()
  const { fetch, control } = createEmulator({ clock: clock.server, seed: 1 })
  const wire = createWire({
    clock,
    fetch,
    paid: ({ method, url }) => method === 'POST' && new URL(url).pathname.endsWith('/predictions'),
    tasks: () => control.tasks().length,
    charges: () => control.ledger().length,
    fault(name, options) {
      if (name === 'task-fails') control.failNext({ provider: 'replicate' })
      const fault = act(name, options)
      const on = options.on === 'read' ? 'any-read' : 'create'
      if (fault) control.fault({ ...fault, on, times: options.times ?? 1 } as FaultSpec)
      return fault !== undefined || name === 'task-fails'
    },
  })
  const wrong = 'r8_nobody-has-this-token'
  const credentials = { valid: { apiKey }, wrong: { apiKey: wrong }, missing: {}, environment: {} }
  return {
    clock,
    wire,
    request: boat,
    secrets: [apiKey, wrong],
    createProvider({ credentials: which = 'valid', options, ...setup }: ProviderSetup = {}) {
      return createReplicate({ fetch: wire.fetch, clock, ...credentials[which], ...setup, ...options })
    },
  }
}
