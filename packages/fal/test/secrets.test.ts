import { describeSecrets } from '@reelay/rig/secrets'
import { describe } from 'vitest'
import { createFal } from '../src/index.ts'
import { manifest } from '../src/manifest.ts'
import { created, id, stub } from './world.ts'

describe('what fal is told', () => {
  describeSecrets({
    manifest,
    create: createFal,
    stub,
    answer(words, { method, url }, number) {
      if (number === 0) return { status: 401, json: { detail: words } }
      if (method === 'PUT') return { status: 403, json: { detail: `User is locked. Reason: ${words}` } }
      if (method === 'POST') return { json: { ...created, extra: words } }
      if (url.pathname.includes('/broken')) return { status: 401, json: { detail: words } }
      if (url.pathname.endsWith('/status'))
        return { json: { status: 'COMPLETED', request_id: id, error: words, [words]: words } }
      return { status: 422, json: { detail: [{ loc: ['body', words], msg: words, type: words }] } }
    },
    keys: [(text, other) => `${text}:${other}`, (text) => text],
    // The first half names the key, and is no secret.
    secretsOf: (key) => [key.split(':')[1] ?? key],
  })
})
