import type { TextToVideoRequest } from '@reelay/core'
import { demoCredentials } from '@reelay/emulator'
import { fixturesIn, rigFor, type Seller } from '@reelay/rig'
import type { World } from '@reelay/testing'
import { createKling, type KlingOptions, type KlingProvider } from '../src/index.ts'
import { manifest as own } from '../src/manifest.ts'
import { reservedOptions } from '../src/tables.ts'

export { ahead, png, reply, replyOf } from '@reelay/rig'

export const { accessKey, secretKey, apiKey } = demoCredentials.kling
export const pair = { accessKey, secretKey }
const nobody = { accessKey, secretKey: 'nobody-has-this-secret' }

export const boat: TextToVideoRequest = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  model: 'kling-v2-6',
}

/** What the rig is told of Kling. */
export const seller: Seller<'kling', KlingOptions, KlingProvider> = {
  id: 'kling',
  manifest: own,
  create: createKling,
  keys: { apiKey, ...pair },
  valid: pair,
  wrong: nobody,
  stubKeys: { apiKey: 'stub-api-key' },
  // Its name, which every token repeats.
  secretsOf: (key) => (key === accessKey ? [] : [key]),
  reserved: Object.keys(reservedOptions),
  steps: ['identify-face', 'tts'],
  idField: 'data.task_id',
  refuses: [
    'unauthorized',
    'forbidden',
    'funds',
    'invalid',
    'content',
    'concurrency',
    'rate-limit',
    'not-found',
  ],
  boat,
}

const rig = rigFor(seller)

export const { manifest, createRig, stub } = rig
export const { fixture, fixtures } = fixturesIn(new URL('fixtures/', import.meta.url))

interface Scheme {
  readonly valid: KlingOptions
  readonly wrong: KlingOptions
}

/** The two ways to prove who one is. */
export const schemes: Readonly<Record<string, Scheme>> = {
  'an API key': { valid: { apiKey }, wrong: { apiKey: 'nobody-has-this-key' } },
  'a key pair': { valid: pair, wrong: nobody },
}

// What may have been retired is tried like everything else.
export const createWorld = (scheme: Scheme, options?: KlingOptions): World =>
  rig.createWorld({ ...scheme, ...(options && { options }), emulated: { unverifiedModels: 'accept' } })

/** The body of a successful create. */
export const created = {
  code: 0,
  message: 'SUCCEED',
  request_id: 'r-1',
  data: { task_id: '831922345719271433', task_status: 'submitted', task_info: {}, created_at: 1766374262370 },
}
