import type { TextToVideoRequest } from '@reelay/core'
import type { HttpReply } from '@reelay/core/adapter'
import { demoCredentials, type EmulatorOptions } from '@reelay/emulator'
import { replyOf as fixtureReply, fixturesIn, rigFor, type Seller } from '@reelay/rig'
import { createReplicate, type ReplicateOptions, type ReplicateProvider } from '../src/index.ts'
import { manifest as own } from '../src/manifest.ts'
import { reservedOptions } from '../src/tables.ts'

export { png, reply, type Sent } from '@reelay/rig'

export const apiKey: string = demoCredentials.replicate.apiToken

export const boat: TextToVideoRequest = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  model: 'kling-v3',
}

const forbidden = { title: 'Forbidden', detail: 'This token may not run models.', status: 403 }

/** What the rig is told of Replicate. */
export const seller: Seller<'replicate', ReplicateOptions, ReplicateProvider> = {
  id: 'replicate',
  manifest: own,
  create: createReplicate,
  keys: { apiKey },
  wrong: { apiKey: 'r8_nobody-has-this-token' },
  stubKeys: { apiKey: 'r8_stub-token' },
  reserved: Object.keys(reservedOptions),
  paid: ({ method, url }) => method === 'POST' && new URL(url).pathname.endsWith('/predictions'),
  idField: 'id',
  // There is no refusal for content or for too many tasks.
  refuses: ['unauthorized', 'forbidden', 'funds', 'invalid', 'rate-limit', 'not-found'],
  words: { forbidden: { kind: 'status', status: 403, body: forbidden } },
  boat,
}

const rig = rigFor(seller)

export const { manifest, createWorld, stub } = rig
export const { fixture } = fixturesIn(new URL('fixtures/', import.meta.url))

export const createRig = (emulated: EmulatorOptions['replicate'] = {}) => rig.createRig({}, emulated)
export const replyOf = (file: string): HttpReply => fixtureReply(fixture(file))

/** Rows with the source of their fixture, for case names. */
export function sourced<Expected = object>(
  rows: readonly (readonly [file: string, expected: Expected])[],
): [file: string, source: string, expected: Expected][] {
  return rows.map(([file, expected]) => [file, fixture(file).source, expected])
}

/** The body of a successful create. */
export const created = {
  id: '8t3q5v0k9xrmw0ct2m7b4zd1hn',
  model: 'kwaivgi/kling-v3-video',
  status: 'starting',
  created_at: '2026-01-01T00:00:00.123Z',
}
