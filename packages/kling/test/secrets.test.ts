import { describeSecrets } from '@reelay/rig/secrets'
import { describe } from 'vitest'
import { createKling } from '../src/index.ts'
import { manifest } from '../src/manifest.ts'
import { created, stub } from './world.ts'

describe('what Kling is told', () => {
  describeSecrets({
    manifest,
    create: createKling,
    stub,
    answer(words, { method, url }, number) {
      if (method === 'GET' && url.pathname.endsWith('/broken'))
        return { status: 401, json: { code: 1002, message: words } }
      if (number === 0) return { status: 400, json: { code: 1201, message: words, request_id: words } }
      const { data } = created
      const failed = { ...data, task_status: 'failed', task_status_msg: words, extra: words }
      return { json: { ...created, data: failed } }
    },
  })
})
