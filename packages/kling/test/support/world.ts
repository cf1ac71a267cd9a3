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
import { createKling, type KlingOptions } from '../../src/index.ts'
import { manifest as own } from '../../src/manifest.ts'
import { reservedOptions } from '../../src/tables.ts'
import { apiKey, boat, pair } from './rig.ts'

export const manifest: Manifest = contractOf(
  own,
  { apiKey, ...pair },
  {
    reservedOptions: { kling: Object.keys(reservedOptions) },
  },
)

/** The two ways to prove who one is. */
export const schemes: Readonly<Record<string, { valid: KlingOptions; wrong: KlingOptions }>> = {
  'an API key': { valid: { apiKey }, wrong: { apiKey: 'nobody-has-this-key' } },
  'a key pair': {
    valid: pair,
    wrong: { accessKey: pair.accessKey, secretKey: 'nobody-has-this-secret' },
  },
}

type Plant = NonNullable<Simulation['fault']>
type Act = FaultSpec extends infer Spec
  ? Spec extends FaultSpec
    ? Omit<Spec, 'on' | 'times'>
    : never
  : never

const said = (code: number): Act => ({ kind: 'status', code })
const notFound = { code: 1201, message: 'Task not found by id/external id: x', request_id: 'r-1' }

/** The contract's faults in the emulator's words. */
function act(name: Parameters<Plant>[0], { retryAfter }: FaultOptions): Act | undefined {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  return {
    unauthorized: said(1002),
    forbidden: said(1103),
    funds: said(1102),
    invalid: said(1201),
    content: said(1301),
    concurrency: said(1303),
    'rate-limit': { kind: 'status', code: 1302, headers } as const,
    'not-found': { kind: 'status', status: 400, body: notFound } as const,
    'missing-id': { kind: 'missing-field', field: 'data.task_id' } as const,
    'unknown-status': { kind: 'unknown-status' } as const,
    'missing-url': { kind: 'missing-url' } as const,
    'task-fails': undefined,
  }[name]
}

/** A fresh emulated Kling for one case. */
export function createWorld({ valid, wrong }: { valid: KlingOptions; wrong: KlingOptions }): World {
  const clock = createVirtualClock()
  const { fetch, control } = createEmulator({ clock: clock.server, seed: 1 })
  const wire = createWire({
    clock,
    fetch,
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
  const credentials = { valid, wrong, missing: {}, environment: {} }
  return {
    clock,
    wire,
    request: boat,
    secrets: [valid, wrong].flatMap(({ apiKey: key, secretKey }) => key ?? secretKey ?? []),
    createProvider({ credentials: which = 'valid', options, ...setup }: ProviderSetup = {}) {
      return createKling({ fetch: wire.fetch, clock, ...credentials[which], ...setup, ...options })
    },
  }
}
