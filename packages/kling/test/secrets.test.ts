import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { created, stub } from './world.ts'

/** Everything a person or a log could see of a value. */
function visible(value: unknown): string {
  const seen = [inspect(value, { showHidden: true, depth: Infinity, getters: true }), String(value)]
  for (const part of [value, (value as { raw?: unknown }).raw]) seen.push(JSON.stringify(part) ?? '')
  if (value instanceof Error) seen.push(value.stack ?? '', value.message)
  return seen.join('\n')
}

const request = { kind: 'text-to-video', prompt: 'A paper boat' } as const
const key = fc
  .string({ unit: fc.constantFrom(...'abcXYZ0189-_./+=%&:|~\\"'), minLength: 12, maxLength: 40 })
  // Quotes at its ends would be taken for a shell's.
  .map((text) => `k${text}k`)

/** A provider that repeats whatever credentials it was sent, as careless gateways do. */
async function everythingFrom(
  options: Parameters<typeof stub>[1],
): Promise<{ text: string; tokens: string[] }> {
  const shown: unknown[] = []
  const { kling, sent } = stub(({ authorization, method, url }, number) => {
    const echo = `got ${authorization} ${JSON.stringify(options)}`
    if (method === 'GET' && url.pathname.endsWith('/broken'))
      return { status: 401, json: { code: 1002, message: echo } }
    if (number === 0) return { status: 400, json: { code: 1201, message: echo, request_id: echo } }
    const { data } = created
    return {
      json: { ...created, data: { ...data, task_status: 'failed', task_status_msg: echo, extra: echo } },
    }
  }, options)
  shown.push(kling, await kling.submit(request).catch((error: unknown) => error))
  const task = await kling.submit(request)
  shown.push(task, task.handle, await kling.get(task.handle))
  shown.push(await kling.get({ ...task.handle, id: 'broken' }).catch((error: unknown) => error))
  shown.push(kling)
  const tokens = sent.map(({ authorization }) => authorization?.replace('Bearer ', '') ?? '')
  return { text: shown.map(visible).join('\n'), tokens }
}

test('an API key shows nowhere', async () => {
  await fc.assert(
    fc.asyncProperty(key, async (apiKey) => {
      const { text } = await everythingFrom({ apiKey })
      expect(text).not.toContain(apiKey)
    }),
    { numRuns: 12 },
  )
})

test('neither half of a key pair, nor a token made of it, shows anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(key, key, async (accessKey, secretKey) => {
      const { text, tokens } = await everythingFrom({ apiKey: undefined, accessKey, secretKey })
      for (const secret of [accessKey, secretKey, ...tokens]) expect(text).not.toContain(secret)
    }),
    { numRuns: 12 },
  )
})

test('errors of configuration do not repeat the key they complain about', () => {
  const apiKey = 'sk-secret\nvalue'
  expect(() => stub(() => ({ json: created }), { apiKey })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('secret\nvalue') }),
  )
})
