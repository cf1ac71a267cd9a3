import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReplicate } from '../src/index.ts'
import { created, stub } from './world.ts'

/** Everything a person or a log could see of a value. */
function visible(value: unknown): string {
  const seen = [inspect(value, { showHidden: true, depth: Infinity, getters: true }), String(value)]
  for (const part of [value, (value as { raw?: unknown }).raw]) seen.push(JSON.stringify(part) ?? '')
  if (value instanceof Error) seen.push(value.stack ?? '', value.message)
  return seen.join('\n')
}

const request = { kind: 'text-to-video', prompt: 'A paper boat' } as const
const token = fc
  .string({
    unit: fc.constantFrom(...'abcXYZ0189-_./+=%&:|~\\"'),
    minLength: 12,
    maxLength: 40,
  })
  // Quotes at its ends would be taken for a shell's.
  .map((text) => `k${text}k`)

/** A provider that repeats whatever credentials it was sent, as careless gateways do. */
async function everythingFrom(apiKey: string): Promise<string> {
  const { replicate } = stub(
    ({ headers, url }, number) => {
      const echo = `got ${headers.get('authorization')} ${JSON.stringify({ apiKey })}`
      if (number === 0) return { status: 422, json: { title: echo, detail: echo } }
      if (url.pathname.endsWith('/broken')) return { status: 401, json: { detail: echo } }
      return { json: { ...created, status: 'failed', error: echo, logs: echo, [echo]: { deep: [echo] } } }
    },
    { apiKey },
  )
  const shown: unknown[] = [replicate, await replicate.submit(request).catch((error: unknown) => error)]
  const task = await replicate.submit(request)
  shown.push(task, task.handle, await replicate.get(task.handle), await replicate.cancel(task.handle))
  shown.push(await replicate.get({ ...task.handle, id: 'broken' }).catch((error: unknown) => error))
  return [...shown, replicate].map(visible).join('\n')
}

test('a token shows nowhere', async () => {
  await fc.assert(
    fc.asyncProperty(token, async (apiKey) => {
      expect(await everythingFrom(apiKey)).not.toContain(apiKey)
    }),
    { numRuns: 12 },
  )
})

test.each(['', 'r8_secret\nvalue', 'r8_secret value', 'r8_sécret'])(
  'a token no header carries: %j',
  (apiKey) => {
    const expected = { code: 'ERR_CONFIG', outcome: 'none', message: expect.not.stringContaining('secret') }
    expect(() => createReplicate({ apiKey })).toThrow(expect.objectContaining(expected))
  },
)
