import type { Kind, Submission, SubmitOptions } from '@reelay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callbackUrl, submissionFrom } from '../../../core/src/provider/request/callback-url.ts'
import { boat, createWorld, names, webhookUrl } from './world.ts'

const text = fc.string({ minLength: 1, unit: 'binary', maxLength: 30 })
const numbered = ({ number, ...rest }: Submission & { number: number }): Submission =>
  number > 1 ? { ...rest, number } : rest
const submissions: fc.Arbitrary<Submission> = fc
  .record({
    v: fc.constant(1 as const),
    provider: text,
    account: text,
    kind: fc.constantFrom<Kind>('text-to-video', 'image-to-video'),
    model: text,
    mode: fc.constantFrom('std' as const, 'pro' as const, '4k' as const),
    route: text,
    idempotencyKey: text,
    requestHash: fc.stringMatching(/^[0-9a-f]{64}$/),
    startedAt: fc.nat({ max: 2 ** 45 }),
    attempt: text,
    number: fc.integer({ min: 1, max: 9 }),
  })
  .map(numbered)

describe('the address of a callback', () => {
  it('gives back the submission it was made of, whatever is in it', () => {
    fc.assert(
      fc.property(
        submissions,
        fc.stringMatching(/^[\w/.-]{0,20}(\?[\w=&%+-]{0,20})?$/),
        (submission, path) => {
          const url = `https://example.com/${path}`
          expect(submissionFrom(callbackUrl(url, submission))).toEqual(submission)
        },
      ),
    )
  })

  it('keeps the caller’s own parameters byte for byte, and its own name out of their way', () => {
    fc.assert(
      fc.property(submissions, fc.webQueryParameters(), (submission, query) => {
        const url = new URL('https://example.com/a?reelay=mine')
        url.search += `&sig=a%20b+c~%7E&${query}`
        const { href } = url
        const carried = callbackUrl(href, submission)
        expect(carried.startsWith(`${href}&reelay=`)).toBe(true)
        expect(submissionFrom(carried)).toEqual(submission)
      }),
    )
  })

  it('survives a fragment, a lone question mark and no query at all', () => {
    const [submission] = fc.sample(submissions, 1)
    if (!submission) throw new Error('no sample')
    for (const url of [
      'https://example.com',
      'https://example.com/x?',
      'https://example.com/x#y',
      'https://e.com/?a',
    ]) {
      const carried = new URL(callbackUrl(url, submission))
      expect(submissionFrom(carried.href)).toEqual(submission)
      expect(carried.search).not.toMatch(/\?&|\?\?/)
    }
  })

  it('of anybody else’s making names no submission, and does not fail', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json().map(btoa64), fc.jsonValue().map(toToken)), (token) => {
        expect(submissionFrom(`https://example.com/?reelay=${encodeURIComponent(token)}`)).toBeUndefined()
      }),
    )
    expect(submissionFrom('https://example.com/')).toBeUndefined()
  })
})

const btoa64 = (json: string): string => Buffer.from(json).toString('base64url')
const toToken = (value: unknown): string => btoa64(JSON.stringify(value))

describe.each(names)('submit to %s with a webhookUrl', (name) => {
  it('sends the provider an address that names the submission, of a length that arrives', async () => {
    const { create, callbacks } = createWorld()
    const submissions: Submission[] = []
    const record = async ({ submission }: { submission: Submission }) => void submissions.push(submission)
    await create(name).submit(boat, { webhookUrl, record })
    const [url = ''] = callbacks
    expect([callbacks.length, url.startsWith(`${webhookUrl}&reelay=`)]).toEqual([1, true])
    expect(url.length).toBeLessThan(600)
    const { externalId: _id, fingerprint: _print, repeatable: _repeatable, ...told } = submissions[0] ?? {}
    expect(submissionFrom(url)).toEqual(told)
    expect(Buffer.from(url.split('reelay=')[1] ?? '', 'base64url').toString()).not.toContain('boat')
  })

  it('changes neither the request’s hash nor the id by which the task is found', async () => {
    async function named(options: SubmitOptions): Promise<unknown> {
      let said: Submission | undefined
      const record: SubmitOptions['record'] = async ({ submission }) => {
        said = submission
      }
      await createWorld()
        .create(name)
        .submit(boat, { ...options, idempotencyKey: 'order-1', record })
      // Every request has a name of its own.
      const { attempt, ...rest } = said ?? {}
      expect(attempt).toMatch(/^[\w-]{20,}$/)
      return rest
    }
    expect(await named({ webhookUrl })).toEqual(await named({}))
  })

  it('refuses an address that would be too long to arrive, before anything is sent', async () => {
    const { create, emulator } = createWorld()
    const long = { webhookUrl: `${webhookUrl}?at=${'k'.repeat(1_900)}` }
    const error = await create(name)
      .submit(boat, long)
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
    expect(error).toMatchObject({ problems: [{ field: 'webhookUrl', rule: 'length' }] })
    expect(emulator.control.requests()).toEqual([])
  })

  it.each(['ftp://example.com/x', 'javascript:alert(1)', '/reelay'])('refuses %s', async (url) => {
    const work = createWorld().create(name).submit(boat, { webhookUrl: url })
    const error = await work.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
  })
})

it('Kling is told the same address when a create is sent again', async () => {
  const { create, emulator, callbacks, pass } = createWorld()
  emulator.control.fault({ on: 'create', kind: 'lost-before-create', times: 1 })
  await Promise.all([create('kling').submit(boat, { webhookUrl }), pass(20_000)])
  expect([callbacks.length, new Set(callbacks).size]).toEqual([2, 1])
})
