import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReelayError, type VideoTask } from '../src/index.ts'
import { boat, instance, keyedSpec, plainSpec } from './engine.ts'

const secret = fc
  .string({ unit: fc.constantFrom(...'abcXYZ0189-_./+=%&:|~'), minLength: 8, maxLength: 40 })
  .map((text) => `k${text}k`)
const word = fc.string({ unit: fc.constantFrom(...'mnop '), maxLength: 12 })

const auth = (key: string) => ({
  authorize: (headers: Headers) => headers.set('x-key', key),
  secrets: () => [key],
})

/** Everything a person or a log could see of a value but for what a product uses of it. */
function visible(value: unknown): string {
  const parts = [inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true })]
  parts.push(JSON.stringify(value) ?? '', JSON.stringify((value as VideoTask).raw) ?? '')
  if (value instanceof Error) parts.push(String(value), value.stack ?? '')
  return parts.join('\n')
}

describe('a secret that a provider repeats', () => {
  it('shows nowhere, wherever in an answer it stands', async () => {
    const places = ['reason', 'state', 'extra', 'name', 'deep', 'message', 'code', 'header'] as const
    await fc.assert(
      fc.asyncProperty(secret, word, word, fc.constantFrom(...places), async (key, before, after, place) => {
        const echo = `${before}${key}${after}`
        const render = {
          id: 'r-000001',
          state: place === 'state' ? echo : 'failed',
          reason: place === 'reason' ? echo : 'the clip showed a duck',
          ...(place === 'extra' && { extra: echo }),
          ...(place === 'name' && { [echo]: 1 }),
          ...(place === 'deep' && { input: { list: [{ url: `https://api.example.com/?key=${echo}` }] } }),
        }
        // The fake's table of errors has these codes; what else a refusal says is its own.
        const spec = {
          ...plainSpec,
          refusal: (reply: Parameters<typeof plainSpec.refusal>[0]) => {
            const refusal = plainSpec.refusal(reply)
            if (!refusal) return undefined
            return {
              ...refusal,
              nativeCode: place === 'code' ? echo : 'invalid',
              requestId: reply.headers['x-request-id'],
            }
          },
        }
        const refuses = place === 'message' || place === 'code' || place === 'header'
        const { provider } = instance(
          spec,
          () =>
            refuses
              ? {
                  status: 422,
                  json: { error: { code: 'invalid', message: place === 'message' ? echo : 'no' } },
                  headers: place === 'header' ? { 'x-request-id': encodeURIComponent(echo) } : {},
                }
              : { json: render },
          { auth: auth(key) },
        )
        const shown: unknown[] = []
        const task = await provider.submit(boat).catch((error: unknown) => error)
        shown.push(task)
        if (!ReelayError.isInstance(task)) {
          const { handle } = task as VideoTask
          shown.push(await provider.get(handle).catch((error: unknown) => error))
        }
        const text = shown.map(visible).join('\n')
        expect(text).not.toContain(key)
        expect(text).not.toContain(encodeURIComponent(key))
      }),
      { numRuns: 60 },
    )
  }, 30_000)

  it('takes nothing out of what a product uses, wherever it stands in it', async () => {
    const name = fc.constantFrom(
      'waiting',
      'rendering',
      'replicate',
      'production',
      'r-000001',
      'cdn.fake.example',
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(name, secret), async (key) => {
        const id = `r-${encodeURIComponent(key)}`
        const url = `https://cdn.fake.example/${encodeURIComponent(key)}/production.mp4`
        const headers = { 'x-gateway-key': 'production', 'x-environment': 'cdn.fake.example' }
        const { provider } = instance(
          keyedSpec,
          ({ method, url: { pathname } }) => {
            const one = {
              id,
              state: method === 'POST' ? 'waiting' : 'done',
              ...(method === 'GET' && { url }),
            }
            return { json: method === 'GET' && pathname === '/renders' ? { renders: [one] } : one }
          },
          { auth: auth(key), headers },
        )
        const task = await provider.submit(boat)
        expect(task).toMatchObject({ id, handle: { id }, status: 'queued', nativeStatus: 'waiting' })
        const done = await provider.get(task.handle)
        expect(done).toMatchObject({ id, status: 'succeeded', nativeStatus: 'done', outputs: [{ url }] })
        const many = await provider.getMany?.([task.handle])
        expect(many?.get(task.handle)).toMatchObject({ id, status: 'succeeded', outputs: [{ url }] })
      }),
      { numRuns: 60 },
    )
  }, 30_000)

  it('is taken out of a raw reply when somebody looks, the same each time', async () => {
    const key = 'sk-own-secret'
    const { provider } = instance(plainSpec, () => ({ json: { id: 'r-1', state: 'waiting', echo: key } }), {
      auth: auth(key),
    })
    const task = await provider.submit(boat)
    expect(task.raw).toEqual({ id: 'r-1', state: 'waiting', echo: '[redacted]' })
    expect(task.raw).toBe(task.raw)
    expect(Object.keys(task)).not.toContain('raw')
  })

  it('leaves no control character in an error, whatever a reply says', async () => {
    const message = 'no\u001b]0;owned\u0007 \u009b31m \u202e\ud800'
    const { provider } = instance(plainSpec, () => ({
      status: 422,
      json: { error: { code: 'invalid', message } },
    }))
    const error = await provider.submit(boat).catch((thrown) => thrown)
    expect(error.message).toContain('no\\u001b]0;owned\\u0007')
    expect(error.message).not.toMatch(/[\p{Cc}\p{Cs}\u202e]/u)
  })
})
