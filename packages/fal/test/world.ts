import type { TextToVideoRequest } from '@reelay/core'
import type { HttpReply } from '@reelay/core/adapter'
import { demoCredentials, type EmulatorOptions } from '@reelay/emulator'
import { fixturesIn, reply as replyWith, rigFor, type Seller } from '@reelay/rig'
import { createFal, type FalOptions, type FalProvider } from '../src/index.ts'
import { manifest as own } from '../src/manifest.ts'
import { reservedOptions } from '../src/tables.ts'

export { png, replyOf, type Sent } from '@reelay/rig'

export const apiKey: string = demoCredentials.fal.key

export const boat: TextToVideoRequest = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  model: 'kling-v3',
}

/** What the rig is told of fal. */
export const seller: Seller<'fal', FalOptions, FalProvider> = {
  id: 'fal',
  manifest: own,
  create: createFal,
  keys: { apiKey },
  wrong: { apiKey: 'nobody-has-this-key:nobody-has-this-secret' },
  stubKeys: { apiKey: 'stub-key-id:stub-key-secret' },
  secretsOf: (key) => [key, key.split(':')[1] ?? key],
  reserved: Object.keys(reservedOptions),
  paid: ({ method, url }) => method === 'POST' && new URL(url).hostname === 'queue.fal.run',
  idField: 'request_id',
  // Other refusals of a create are documented nowhere.
  refuses: ['unauthorized', 'funds', 'concurrency', 'not-found'],
  words: { 'rate-limit': { kind: 'rate-limit' } },
  boat,
}

const rig = rigFor(seller)

export const { manifest, stub } = rig
export const { fixture, fixtures } = fixturesIn(new URL('fixtures/', import.meta.url))
export const fixtureNames = [...fixtures.keys()]

export const createRig = (emulated: EmulatorOptions['fal'] = {}) => rig.createRig({}, emulated)
export const createWorld = (emulated: EmulatorOptions['fal'] = {}, options: FalOptions = {}) =>
  rig.createWorld({ emulated, options })
export const reply = (status: number, body: unknown, headers?: Record<string, string>): HttpReply =>
  replyWith(body, status, headers)

export const id = '01a0c3b2-7d10-7c4e-9a55-3f2f6a1b9c01'

/** The body of a successful create. */
export const created = { status: 'IN_QUEUE', request_id: id, queue_position: 0 }
