import { describeSecrets, visible } from '@reelay/rig/secrets'
import { describe, expect, test } from 'vitest'
import { createPiapi } from '../src/index.ts'
import { manifest } from '../src/manifest.ts'
import { stub, task } from './world.ts'

const webhookUrl = 'https://hooks.example.test/piapi'

describe('what PiAPI is told', () => {
  describeSecrets({
    manifest,
    create: createPiapi,
    stub,
    answer(words, { body, method, url }, number) {
      // It repeats the webhook secret of its own accord.
      const config = body?.config ?? { webhook_config: { endpoint: webhookUrl, secret: words } }
      const error = { code: 1, raw_message: words, message: words }
      const failed = task({ status: 'failed', logs: [words], [words]: words, config, error })
      if (number === 0) return { status: 400, json: { ...failed, code: 400, message: words } }
      if (method === 'DELETE') return { status: 403, json: { ...failed, code: 403, message: words } }
      if (url.pathname.endsWith('/broken')) return { status: 401, json: { code: 401, message: words } }
      return { json: failed }
    },
  })
})

test('a webhook secret set by somebody else is dropped too', async () => {
  const config = { service_mode: 'public', webhook_config: { endpoint: webhookUrl, secret: 'theirs' } }
  const { piapi } = stub(() => ({ json: task({ config }) }))
  const made = await piapi.submit({ kind: 'text-to-video', prompt: 'A paper boat' })
  expect(made.raw).toMatchObject({ config: { webhook_config: { endpoint: webhookUrl } } })
  expect(visible(made)).not.toContain('theirs')
})
