import process from 'node:process'
import {
  type Auth,
  defineProvider,
  journaled,
  memoryJournal,
  type ProviderSpec,
  ReelayError,
  resolveHosts,
  type VideoProvider,
} from '@reelay/core'
import {
  createVirtualClock,
  createWire,
  type Descriptor,
  type ProviderSetup,
  type World,
} from '../../src/index.ts'
import { openPort } from './port.ts'
import { createFakeServer, validKey } from './server.ts'
import { keyedSpec, plainSpec, searchedSpec } from './spec.ts'

type Fetch = typeof globalThis.fetch

/** A way to break a compliant provider; each part changes one layer of it. */
export interface Plant {
  /** Not a fault: the server listens on a port instead of in this process. */
  readonly port?: boolean
  readonly spec?: (spec: ProviderSpec) => ProviderSpec
  readonly auth?: (auth: Auth, setup: ProviderSetup) => Auth
  /** What stands between the adapter and the fetch it was given. */
  readonly fetch?: (fetch: Fetch, world: World) => Fetch
  readonly provider?: (provider: VideoProvider, world: World, setup: ProviderSetup) => VideoProvider
}

/** Which of the compliant providers; `journaled` is the plain one with a journal. */
export type FakeName = 'keyed' | 'searched' | 'plain' | 'journaled'

const specs = { keyed: keyedSpec, searched: searchedSpec, plain: plainSpec, journaled: plainSpec }

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

async function createWorld(name: FakeName, plant: Plant): Promise<World> {
  const clock = createVirtualClock()
  const server = createFakeServer(clock.server, name === 'keyed')
  const port = plant.port ? await openPort(server.fetch) : undefined
  const wire = createWire({ clock, ...server, ...port, paid: ({ method }) => method === 'POST' })
  const journal = name === 'journaled' ? memoryJournal() : undefined
  const define = defineProvider(plant.spec?.(specs[name]) ?? specs[name])
  const world: World = {
    clock,
    wire,
    request: { kind: 'text-to-video', prompt: 'A paper boat in the rain' },
    secrets: [validKey, wrongKey],
    createProvider(setup = {}) {
      const given = setup.fetch ?? wire.fetch
      const fetch = plant.fetch?.(given, world) ?? given
      const auth = createAuth(keyFor(setup))
      const defined = define({
        ...resolveHosts('fake', { api: 'https://api.fake.example' }, {}),
        auth: plant.auth?.(auth, setup) ?? auth,
        fetch,
        clock: setup.clock ?? clock,
        account: setup.account,
      })
      const provider = journal ? journaled(defined, journal) : defined
      return plant.provider?.(provider, world, setup) ?? provider
    },
    close: () => port?.close(),
  }
  return world
}

/** One of the compliant providers, or a broken one. */
export function fakeDescriptor(name: FakeName, plant: Plant = {}): Descriptor {
  const able = name === 'keyed'
  return {
    name,
    manifest: {
      idempotency: able ? 'external-id' : 'none',
      find: name === 'keyed' || name === 'searched',
      getMany: able,
      cancel: able,
      journal: name === 'journaled',
      ...(able ? { reservedOptions: { keyed: ['external_id'] }, env: { [variable]: validKey } } : {}),
    },
    world: () => createWorld(name, plant),
  }
}
