import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { created, id, stub } from './world.ts'

/** Everything a person or a log could see of a value. */
function visible(value: unknown): string {
  const seen = [inspect(value, { showHidden: true, depth: Infinity, getters: true }), String(value)]
  for (const part of [value, (value as { raw?: unknown }).raw]) seen.push(JSON.stringify(part) ?? '')
  if (value instanceof Error) seen.push(value.stack ?? '', value.message)
  return seen.join('\n')
}

const request = { kind: 'text-to-video', prompt: 'A paper boat' } as const
const half = fc
  .string({ unit: fc.constantFrom(...'abcXYZ0189-_./+=%&|~\\"'), minLength: 12, maxLength: 40 })
  // Quotes at its ends would be taken for a shell's.
  .map((text) => `k${text}k`)

/** Whatever shows when fal repeats the credentials it was sent, as careless gateways do. */
async function everythingFrom(apiKey: string): Promise<string> {
  const shown: unknown[] = []
  const secret = apiKey.split(':')[1]
  const { fal } = stub(
    ({ headers, method, url }, number) => {
      const echo = `got ${headers.get('authorization')} ${secret} ${JSON.stringify({ apiKey })}`
      if (number === 0) return { status: 401, json: { detail: echo } }
      if (method === 'PUT') return { status: 403, json: { detail: `User is locked. Reason: ${echo}` } }
      if (method === 'POST') return { json: { ...created, extra: echo } }
      if (url.pathname.endsWith('/status'))
        return { json: { status: 'COMPLETED', request_id: id, error: echo, [echo]: echo } }
      return { status: 422, json: { detail: [{ loc: ['body', echo], msg: echo, type: echo }] } }
    },
    { apiKey },
  )
  shown.push(fal, await fal.submit(request).catch((error: unknown) => error))
  const task = await fal.submit(request)
  const failed = await fal.get(task.handle)
  expect(failed.status).toBe('failed')
  shown.push(task, task.handle, failed)
  shown.push(await fal.cancel(task.handle).catch((error: unknown) => error), fal)
  return shown.map(visible).join('\n')
}

test('neither a key nor its secret half shows anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(half, half, async (keyId, secret) => {
      const text = await everythingFrom(`${keyId}:${secret}`)
      expect(text).not.toContain(secret)
    }),
    { numRuns: 12 },
  )
})

test('a key without halves shows nowhere', async () => {
  await fc.assert(
    fc.asyncProperty(half, async (apiKey) => {
      expect(await everythingFrom(apiKey)).not.toContain(apiKey)
    }),
    { numRuns: 12 },
  )
})

test('errors of configuration do not repeat the key they complain about', () => {
  const apiKey = 'sk-secret\nvalue'
  expect(() => stub(() => ({ json: created }), { apiKey })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('secret') }),
  )
})
