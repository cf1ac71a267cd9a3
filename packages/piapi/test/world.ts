import type { TextToVideoRequest } from '@reelay/core'
import { demoCredentials } from '@reelay/emulator'
import { fixturesIn, rigFor, type Seller } from '@reelay/rig'
import { createPiapi, type PiapiOptions, type PiapiProvider } from '../src/index.ts'
import { manifest as own } from '../src/manifest.ts'
import { reservedOptions } from '../src/tables.ts'

export { png, reply, replyOf, type Sent } from '@reelay/rig'

export const { apiKey } = demoCredentials.piapi

export const boat: TextToVideoRequest = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  model: 'kling-v2-6',
}

/** What the rig is told of PiAPI. */
export const seller: Seller<'piapi', PiapiOptions, PiapiProvider> = {
  id: 'piapi',
  manifest: own,
  create: createPiapi,
  keys: { apiKey },
  wrong: { apiKey: 'nobody-has-this-key' },
  stubKeys: { apiKey: 'stub-api-key' },
  always: { webhookSecret: 'the-webhook-secret-of-the-contract' },
  reserved: Object.keys(reservedOptions),
  paid: ({ method, url }) => method === 'POST' && new URL(url).pathname === '/api/v1/task',
  idField: 'data.task_id',
  // Forbidden is not documented to come before the task is made; too many tasks are staged, not refused.
  refuses: ['unauthorized', 'funds', 'invalid', 'content', 'rate-limit', 'not-found'],
  words: {
    content: {
      kind: 'status',
      status: 400,
      body: { code: 400, data: null, message: '404 not found: content violation' },
    },
  },
  boat,
}

export const { manifest, createRig, createWorld, stub } = rigFor(seller)

export const { fixture } = fixturesIn(new URL('fixtures/', import.meta.url))

const unset = '0001-01-01T00:00:00Z'

/** A task as a query answers it. */
export function task(more: object = {}): { code: number; data: object; message: string } {
  return {
    code: 200,
    data: {
      task_id: 'task-1',
      model: 'kling',
      task_type: 'video_generation',
      status: 'pending',
      config: { service_mode: 'public', webhook_config: { endpoint: '', secret: '' } },
      input: {},
      output: { type: '', status: 0, works: null },
      meta: { created_at: '2026-11-24T08:00:00.123456789Z', started_at: unset, ended_at: unset },
      detail: null,
      logs: null,
      error: { code: 0, raw_message: '', message: '', detail: null },
      ...more,
    },
    message: 'success',
  }
}
