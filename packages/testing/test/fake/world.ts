import process from 'node:process'
import {
  journaled,
  memoryJournal,
  type ProviderOptionsBase,
  ReelayError,
  type VideoProvider,
} from '@reelay/core'
import {
  type Auth,
  booleanOptions,
  defineProvider,
  keyText,
  type ProviderManifest,
  type ProviderSpec,
  resolveHosts,
  searchByInput,
  takeSteps,
} from '@reelay/core/adapter'
import {
  contractOf,
  createVirtualClock,
  createWire,
  type Descriptor,
  type ProviderSetup,
  type World,
} from '../../src/index.ts'
import { openPort } from './port.ts'
import { createFakeServer, validKey } from './server.ts'
import { keyedSpec, plainSpec, searchedSpec, steppedSpec } from './spec.ts'

type Fetch = typeof globalThis.fetch

/** A way to break a compliant provider; each part changes one layer of it. */
export interface Plant {
  /** Not a fault: the server listens on a port instead of in this process. */
  readonly port?: boolean
  /** What a provider says of itself. */
  readonly manifest?: (manifest: ProviderManifest) => ProviderManifest
  readonly spec?: (spec: ProviderSpec) => ProviderSpec
  readonly auth?: (auth: Auth, setup: ProviderSetup) => Auth
  /** What stands between the adapter and the fetch it was given. */
  readonly fetch?: (fetch: Fetch, world: World) => Fetch
  readonly provider?: (provider: VideoProvider, world: World, setup: ProviderSetup) => VideoProvider
}

/** Which of the compliant providers; `journaled` is the plain one with a journal, `stepped` the keyed one with a priced step. */
export type FakeName = 'keyed' | 'searched' | 'plain' | 'journaled' | 'stepped'

const specs = {
  keyed: keyedSpec,
  searched: searchedSpec,
  plain: plainSpec,
  journaled: plainSpec,
  stepped: steppedSpec,
}

const variable = 'FAKE_API_KEY'
const wrongKey = 'wrong-key-fedcba9876543210'

interface FakeOptions extends ProviderOptionsBase {
  readonly apiKey?: string
  readonly draft?: boolean
}

const manifest: ProviderManifest<FakeOptions> = {
  id: 'keyed',
  title: 'Keyed',
  package: 'nowhere',
  create: 'createKeyed',
  hosts: { api: 'https://api.fake.example' },
  keysFrom: 'https://fake.example/keys',
  options: {
    apiKey: { type: 'text', secret: true, env: [variable], doc: 'The key.' },
    draft: { type: 'boolean', doc: 'Nothing but an option.' },
  },
  can: { idempotency: 'external-id', find: true, getMany: true, cancel: true, usage: false, account: false },
  webhooks: { proof: 'secret', env: [] },
  kinds: ['text-to-video', 'image-to-video'],
  media: ['url'],
}

function keyFor({ credentials = 'valid', options = {} }: ProviderSetup): string | undefined {
  if (options.apiKey !== undefined) return keyText(options.apiKey as string, 'apiKey', { provider: 'keyed' })
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
  const server = createFakeServer(clock.server, name === 'keyed' || name === 'stepped')
  const port = plant.port ? await openPort(server.fetch) : undefined
  const wire = createWire({
    clock,
    ...server,
    ...port,
    paid: ({ method, url }) => method === 'POST' && !url.endsWith('/measures'),
  })
  const journal = name === 'journaled' ? memoryJournal() : undefined
  const define = defineProvider(plant.spec?.(specs[name]) ?? specs[name], { searchByInput, takeSteps })
  const world: World = {
    clock,
    wire,
    request: { kind: 'text-to-video', prompt: 'A paper boat in the rain' },
    secrets: [validKey, wrongKey],
    createProvider(setup = {}) {
      const given = setup.fetch ?? wire.fetch
      const fetch = plant.fetch?.(given, world) ?? given
      booleanOptions({ draft: setup.options?.draft }, { provider: name })
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
  const likeKeyed = {
    idempotency: 'external-id',
    find: true,
    getMany: true,
    cancel: true,
    steps: true,
  } as const
  return {
    name,
    manifest: able
      ? contractOf(
          plant.manifest?.(manifest) ?? manifest,
          { apiKey: validKey },
          { reservedOptions: { keyed: ['external_id'] } },
        )
      : name === 'stepped'
        ? likeKeyed
        : {
            idempotency: 'none',
            find: name === 'searched',
            getMany: false,
            cancel: false,
            journal: name === 'journaled',
          },
    world: () => createWorld(name, plant),
  }
}
