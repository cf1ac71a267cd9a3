import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPiapi } from '../src/index.ts'
import { stub, task } from './world.ts'

/** Everything a person or a log could see of a value. */
function visible(value: unknown): string {
  const seen = [inspect(value, { showHidden: true, depth: Infinity, getters: true }), String(value)]
  for (const part of [value, (value as { raw?: unknown }).raw]) seen.push(JSON.stringify(part) ?? '')
  if (value instanceof Error) seen.push(value.stack ?? '', value.message)
  return seen.join('\n')
}

const request = { kind: 'text-to-video', prompt: 'A paper boat' } as const
const webhookUrl = 'https://hooks.example.test/piapi'
const secret = fc
  .string({
    unit: fc.constantFrom(...'abcXYZ0189-_./+=%&:|~\\"'),
    minLength: 12,
    maxLength: 40,
  })
  // Quotes at its ends would be taken for a shell's.
  .map((text) => `k${text}k`)

/** A provider that repeats whatever it was sent, as PiAPI does with the webhook secret. */
async function everythingFrom(apiKey: string, webhookSecret: string): Promise<string> {
  const { piapi } = stub(
    ({ headers, method, url, body }, number) => {
      const words = `got ${headers.get('x-api-key')} and ${webhookSecret}`
      const echo = {
        config: body?.config ?? { webhook_config: { endpoint: webhookUrl, secret: webhookSecret } },
        error: { code: 1, raw_message: words, message: words },
      }
      const failed = task({ status: 'failed', logs: [words], [words]: words, ...echo })
      if (number === 0) return { status: 400, json: { ...failed, code: 400, message: words } }
      if (method === 'DELETE') return { status: 403, json: { ...failed, code: 403, message: words } }
      if (url.pathname.endsWith('/broken')) return { status: 401, json: { code: 401, message: words } }
      return { json: failed }
    },
    { apiKey, webhookSecret },
  )
  const caught = (error: unknown): unknown => error
  const shown: unknown[] = [piapi, await piapi.submit(request, { webhookUrl }).catch(caught)]
  const made = await piapi.submit(request, { webhookUrl })
  shown.push(made, made.handle, await piapi.get(made.handle))
  shown.push(await piapi.get({ ...made.handle, id: 'broken' }).catch(caught))
  shown.push(await piapi.cancel(made.handle).catch(caught))
  return shown.map(visible).join('\n')
}

test('neither the key nor the webhook secret shows anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(secret, secret, async (apiKey, webhookSecret) => {
      const text = await everythingFrom(apiKey, webhookSecret)
      expect(text).not.toContain(apiKey)
      expect(text).not.toContain(webhookSecret)
    }),
    { numRuns: 12 },
  )
})

test('a webhook secret set by somebody else is dropped too', async () => {
  const config = { service_mode: 'public', webhook_config: { endpoint: webhookUrl, secret: 'theirs' } }
  const { piapi } = stub(() => ({ json: task({ config }) }))
  const made = await piapi.submit(request)
  expect(made.raw).toMatchObject({ config: { webhook_config: { endpoint: webhookUrl } } })
  expect(visible(made)).not.toContain('theirs')
})

test.each([{ apiKey: 'sk-secret\nvalue' }, { apiKey: '' }, { webhookSecret: 'hook-secret\nvalue' }])(
  'errors of configuration do not repeat what they complain about: %j',
  (options) => {
    expect(() => createPiapi(options)).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIG',
        outcome: 'none',
        message: expect.not.stringContaining('secret\nvalue'),
      }),
    )
  },
)
