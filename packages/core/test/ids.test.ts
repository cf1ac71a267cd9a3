import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pathPart } from '../src/adapter.ts'
import { journaled, memoryJournal } from '../src/index.ts'
import { boat, caught, instance, keyedSpec, plainSpec, render, searchedSpec } from './engine.ts'

/** Ids that no address can carry as they are, or that would lead to another one. */
const unusable: readonly (readonly [name: string, id: string])[] = [
  ['half a surrogate pair', 'r-\ud800'],
  ['one dot', '.'],
  ['two dots', '..'],
  ['a way up', '../../../evil'],
  ['a way down', 'r-1/cancel'],
  ['a way up for Windows', '..\\evil'],
  ['an escape sequence', 'x\u001b]0;owned\u0007'],
  ['a line break', 'r-1\nr-2'],
  ['600 characters', 'r'.repeat(600)],
]

describe('an id in a path', () => {
  it.each(unusable)('is refused with %s', (_name, id) => {
    expect(() => pathPart(id)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_REQUEST', outcome: 'none' }),
    )
  })

  it('stays one part of it and comes out as it went in, whatever it is', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(...'./\\%2eE?#&=:@ \t'), fc.string({ minLength: 1, maxLength: 1 })),
    })
    fc.assert(
      fc.property(text, (id) => {
        let part: string
        try {
          part = pathPart(id)
        } catch {
          return
        }
        const { pathname, search, hash } = new URL(`https://api.example.com/v1/tasks/${part}/status`)
        expect([pathname, search, hash]).toEqual([`/v1/tasks/${part}/status`, '', ''])
        expect(decodeURIComponent(part)).toBe(id)
      }),
    )
  })
})

describe('a task id that no address can carry', () => {
  it.each(unusable)('with %s leaves a submit unknown, with its submission', async (_name, id) => {
    for (const spec of [plainSpec, searchedSpec]) {
      const { provider, sent } = instance(spec, ({ method }) => ({
        json:
          method === 'POST'
            ? { ...render, id }
            : { renders: [{ ...render, id, input: { prompt: boat.prompt } }] },
      }))
      const error = await caught(provider.submit(boat))
      expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
      expect(error.submission).toMatchObject({ provider: spec.id })
      expect(error.message).toMatch(/with a task id that/)
      expect(error.message).not.toMatch(/[\p{Cc}\p{Cs}]/u)
      expect(error.message.length).toBeLessThan(800)
      expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1)
      for (const { url } of sent) expect(url.pathname).toBe('/renders')
    }
  })

  it('is looked for by our own id, and bought no second time', async () => {
    const { provider, sent } = instance(keyedSpec, ({ method, url }) => {
      if (method === 'POST') return { json: { ...render, id: '..' } }
      return { json: url.searchParams.has('external_id') ? render : { error: { code: 'not_found' } } }
    })
    expect(await provider.submit(boat)).toMatchObject({ id: render.id, handle: { id: render.id } })
    expect(sent.map(({ method }) => method)).toEqual(['POST', 'GET'])
  })

  it('stays unknown where the search brings the same id again', async () => {
    const { provider, sent } = instance(keyedSpec, () => ({ json: { ...render, id: '..' } }))
    const error = await caught(provider.submit(boat))
    expect(error).toMatchObject({ outcome: 'unknown', submission: { provider: 'keyed' } })
    expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect(await provider.find?.(error.submission as never).catch((thrown) => thrown.outcome)).toBe('unknown')
  })

  it('leaves an open purchase in the journal', async () => {
    const journal = memoryJournal()
    const { provider } = instance(plainSpec, () => ({ json: { ...render, id: '\ud800' } }))
    const error = await caught(journaled(provider, journal).submit(boat, { idempotencyKey: 'order-1' }))
    expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
  })

  it.each(unusable)(
    'with %s is asked about under no other path when a handle brings it',
    async (_name, id) => {
      const following = { ...keyedSpec, follow: keyedSpec.query }
      const { provider, sent } = instance(following, () => ({ json: render }))
      const { handle } = await provider.submit(boat)
      const bad = { ...handle, id }
      const before = sent.length
      for (const call of [provider.get(bad), provider.cancel?.(bad), provider.follow?.(bad)]) {
        const error = await caught(Promise.resolve(call))
        expect(error).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'accepted', handle: bad })
        expect(error.message).not.toMatch(/[\p{Cc}\p{Cs}]/u)
      }
      expect((await provider.getMany?.([bad]))?.get(bad)).toMatchObject({
        code: 'ERR_INVALID_REQUEST',
        handle: bad,
      })
      expect(sent.slice(before).filter(({ url }) => url.pathname !== '/renders')).toEqual([])
    },
  )
})

describe('an answer that an adapter stumbles over', () => {
  const stumbling = {
    ...plainSpec,
    created: () => {
      throw new TypeError('reading \u001b[2J of undefined')
    },
    task: () => {
      throw new TypeError('reading id of undefined')
    },
  }

  it('leaves a submit unknown, with its submission', async () => {
    const { provider } = instance(stumbling, () => ({ json: render }))
    const error = await caught(provider.submit(boat))
    expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
    expect(error.submission).toBeDefined()
    // By its class only: what it says may hold credentials.
    expect(error.message).toContain('was not understood (TypeError)')
    expect(error.message).not.toContain('\u001b')
  })

  it('never loses the handle of a read', async () => {
    const { handle } = await instance(plainSpec, () => ({ json: render })).provider.submit(boat)
    const { provider } = instance(stumbling, () => ({ json: render }))
    expect(await caught(provider.get(handle))).toMatchObject({
      code: 'ERR_UNEXPECTED_REPLY',
      outcome: 'accepted',
      handle,
    })
  })
})
