import { describeSecrets } from '@reelay/rig/secrets'
import { describe } from 'vitest'
import { createReplicate } from '../src/index.ts'
import { manifest } from '../src/manifest.ts'
import { created, stub } from './world.ts'

describe('what Replicate is told', () => {
  describeSecrets({
    manifest,
    create: createReplicate,
    stub,
    answer(words, { url }, number) {
      if (number === 0) return { status: 422, json: { title: words, detail: words } }
      if (url.pathname.endsWith('/broken')) return { status: 401, json: { detail: words } }
      return { json: { ...created, status: 'failed', error: words, logs: words, [words]: { deep: [words] } } }
    },
  })
})
