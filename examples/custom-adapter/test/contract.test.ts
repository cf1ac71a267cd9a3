import {
  contractOf,
  createVirtualClock,
  createWire,
  describeProvider,
  type ProviderSetup,
  type World,
} from '@reelay/testing'
import { createAcme } from '../src/acme.ts'
import { type AcmeOptions, manifest } from '../src/manifest.ts'
import { createService, validKey } from './service.ts'

const wrongKey = 'acme-key-of-nobody-else'
const keys: { readonly [which in NonNullable<ProviderSetup['credentials']>]: AcmeOptions } = {
  valid: { apiKey: validKey },
  wrong: { apiKey: wrongKey },
  missing: {},
  environment: {},
}

function createWorld(): World {
  const clock = createVirtualClock()
  const wire = createWire({ clock, ...createService(clock.server), paid: ({ method }) => method === 'POST' })
  return {
    clock,
    wire,
    request: { kind: 'text-to-video', prompt: 'A paper boat in the rain' },
    secrets: [validKey, wrongKey],
    createProvider: ({ credentials = 'valid', options, ...setup } = {}) =>
      createAcme({ fetch: wire.fetch, clock, ...keys[credentials], ...setup, ...options }),
  }
}

describeProvider({
  name: 'acme',
  manifest: contractOf(manifest, { apiKey: validKey }, { reservedOptions: { acme: ['notify'] } }),
  world: createWorld,
})
