import process from 'node:process'
import { type Auth, defineProvider, type ProviderSpec, ReelayError, type VideoProvider } from '@reelay/core'
import {
  createVirtualClock,
  createWire,
  type Descriptor,
  type ProviderSetup,
  type World,
} from '../../src/index.ts'
import { withCancel } from './cancel.ts'
import { createFakeServer, validKey } from './server.ts'
import { keyedSpec, plainSpec } from './spec.ts'

type Fetch = typeof globalThis.fetch

/** A way to break a compliant provider; each part changes one layer of it. */
export interface Plant {
  readonly spec?: (spec: ProviderSpec) => ProviderSpec
  readonly auth?: (auth: Auth, setup: ProviderSetup) => Auth
  /** What stands between the adapter and the fetch it was given. */
  readonly fetch?: (fetch: Fetch, world: World) => Fetch
  readonly provider?: (provider: VideoProvider, world: World, setup: ProviderSetup) => VideoProvider
}

/** Which of the two compliant providers. */
export type FakeName = 'keyed' | 'plain'

const variable = 'FAKE_API_KEY'
const wrongKey = 'wrong-key-fedcba9876543210'

function keyFor({ credentials = 'valid' }: ProviderSetup): string | undefined {
  if (credentials === 'valid') return validKey
  if (credentials === 'wrong') return wrongKey
  return process.env[variable]
}

function createAuth(key: string | undefined): Auth {
  return {
    authorize(headers) {
      if (key === undefined) {
        throw new ReelayError('ERR_CONFIG', `There is no key. Set ${variable}.`, { outcome: 'none' })
      }
      headers.set('authorization', `Bearer ${key}`)
    },
    secrets: () => (key === undefined ? [] : [key]),
  }
}

function createWorld(name: FakeName, plant: Plant): World {
  const clock = createVirtualClock()
  const server = createFakeServer(clock.server, name === 'keyed')
  const wire = createWire({ clock, ...server, paid: ({ method }) => method === 'POST' })
  const original = name === 'keyed' ? keyedSpec : plainSpec
  const define = defineProvider(plant.spec?.(original) ?? original)
  const world: World = {
    clock,
    wire,
    request: { kind: 'text-to-video', prompt: 'A paper boat in the rain' },
    secrets: [validKey, wrongKey],
    createProvider(setup = {}) {
      const given = setup.fetch ?? wire.fetch
      const fetch = plant.fetch?.(given, world) ?? given
      const auth = createAuth(keyFor(setup))
      const bare = define({
        hosts: { api: 'https://api.fake.example' },
        auth: plant.auth?.(auth, setup) ?? auth,
        fetch,
        clock: setup.clock ?? clock,
        account: setup.account,
      })
      const provider = name === 'keyed' ? withCancel(bare, fetch) : bare
      return plant.provider?.(provider, world, setup) ?? provider
    },
  }
  return world
}

/** One of the two compliant providers, or a broken one. */
export function fakeDescriptor(name: FakeName, plant: Plant = {}): Descriptor {
  const able = name === 'keyed'
  const { id } = able ? keyedSpec : plainSpec
  return {
    name,
    manifest: {
      idempotency: able ? 'external-id' : 'none',
      find: able,
      getMany: able,
      cancel: able,
      ...(able ? { reservedOptions: { [id]: ['external_id'] }, env: { [variable]: validKey } } : {}),
    },
    world: () => createWorld(name, plant),
  }
}
