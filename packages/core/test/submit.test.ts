import { describe, expect, it } from 'vitest'
import type { RecordEntry, Submission } from '../src/index.ts'
import {
  type Answer,
  boat,
  caught,
  forever,
  instance,
  keyedSpec,
  plainSpec,
  refused,
  render,
  type Sent,
} from './engine.ts'

const missing = refused(404, 'not_found')
const hour = 3_600_000

describe('options of a submit', () => {
  it.each([0, Number.NaN, -1])('timeoutMs %d is refused, and nothing is sent', async (timeoutMs) => {
    const { provider, sent } = instance(plainSpec, () => ({ json: render }))
    const error = await caught(provider.submit(boat, { timeoutMs }))
    expect(error).toMatchObject({
      code: 'ERR_INVALID_REQUEST',
      outcome: 'none',
      problems: [{ field: 'timeoutMs' }],
    })
    expect(sent).toEqual([])
  })

  it.each([0, Number.NaN, -1])('an instance with timeoutMs %d is not made', (timeoutMs) => {
    const make = () => instance(plainSpec, () => undefined, { timeoutMs })
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', outcome: 'none' }))
  })

  it('a header value that HTTP cannot carry is an error of configuration that does not repeat it', async () => {
    const { provider, sent } = instance(plainSpec, () => ({ json: render }))
    const error = await caught(provider.submit(boat, { headers: { 'x-proxy-key': 'top\nsecret' } }))
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    expect(error.message).toContain('x-proxy-key')
    expect(error.message).not.toContain('secret')
    expect(sent).toEqual([])
  })
})

describe('a record() that hangs', () => {
  it('before the POST: the abort reason is thrown, and nothing is sent', async () => {
    const { provider, sent } = instance(plainSpec, () => ({ json: render }))
    const stop = new AbortController()
    const reason = new Error('user left')
    const record = () => {
      queueMicrotask(() => stop.abort(reason))
      return forever()
    }
    await expect(provider.submit(boat, { record, abortSignal: stop.signal })).rejects.toBe(reason)
    expect(sent).toEqual([])
  })

  it('after acceptance: the abort brings the handle of the paid task', async () => {
    const { provider, sent } = instance(plainSpec, () => ({ json: render }))
    const stop = new AbortController()
    const reason = new Error('user left')
    const record = async ({ type }: RecordEntry) => {
      if (type === 'intent') return
      queueMicrotask(() => stop.abort(reason))
      await forever()
    }
    const error = await caught(provider.submit(boat, { record, abortSignal: stop.signal }))
    expect(error).toMatchObject({ code: 'ERR_ABORTED', outcome: 'accepted', handle: { id: render.id } })
    expect(error.cause).toBe(reason)
    expect(sent).toHaveLength(1)
  })

  it('is still heard when it fails before the abort', async () => {
    const { provider, sent } = instance(plainSpec, () => ({ json: render }))
    const disk = new Error('disk full')
    const record = () => Promise.reject(disk)
    const abortSignal = new AbortController().signal
    await expect(provider.submit(boat, { record, abortSignal })).rejects.toBe(disk)
    expect(sent).toEqual([])
  })
})

it('a submission without verdict repeats the provider’s words', async () => {
  const { provider } = instance(plainSpec, () => refused(404, 'not_found', 'The model is asleep'))
  const error = await caught(provider.submit(boat))
  expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
  expect(error.message).toContain('and said: "The model is asleep"')
})

describe('recovery', () => {
  /** Creates are lost; each look is told its number, from 1. */
  const lost = (look: (number: number) => Answer) => {
    let looks = 0
    return ({ method }: Sent) => (method === 'POST' ? undefined : look(++looks))
  }

  it.each([
    ['an hour back', -hour],
    ['a day back', -24 * hour],
  ])('sleeps no longer than planned when the clock is set %s during it', async (_name, ms) => {
    const answer = lost(() => missing)
    const { provider, clock, sent } = instance(keyedSpec, (one, number, host) => {
      if (number === 1) host.set(ms)
      return answer(one)
    })
    const error = await caught(provider.submit(boat))
    expect(error.code).toBe('ERR_SUBMISSION_UNKNOWN')
    expect(clock.elapsed()).toBeLessThanOrEqual(15_000)
    expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(2)
  })

  it('looks after the second POST, also when the clock is set forward during that', async () => {
    let posts = 0
    const { provider, clock } = instance(keyedSpec, ({ method }, _number, host) => {
      if (method === 'POST') {
        posts += 1
        if (posts === 2) host.set(hour)
        return undefined
      }
      return posts === 2 ? { json: render } : missing
    })
    expect(await provider.submit(boat)).toMatchObject({ id: render.id })
    expect(clock.elapsed()).toBeLessThanOrEqual(15_000)
  })
})

describe('find', () => {
  const spec = {
    ...keyedSpec,
    task: (reply: Parameters<typeof keyedSpec.task>[0]) => {
      const task = keyedSpec.task(reply)
      const { external_id: externalId } = reply.body as { external_id?: string }
      return task && { ...task, createdAt: 5, ...(externalId === undefined ? {} : { externalId }) }
    },
  }

  async function unsettled(shown: (submission: Submission | undefined) => object) {
    let submission: Submission | undefined
    const made = instance(spec, ({ method }) =>
      method === 'GET' && submission ? { json: shown(submission) } : method === 'GET' ? missing : undefined,
    )
    submission = (await caught(made.provider.submit(boat))).submission
    if (!submission) throw new Error('no submission')
    return { ...made, found: made.provider.find?.(submission), submission }
  }

  it('does not adopt a reply that names another external id', async () => {
    const { found } = await unsettled(() => ({ ...render, external_id: 'somebody-else' }))
    await expect(found).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_REPLY', outcome: 'unknown' })
  })

  it('adopts its own, and dates the handle by the submission', async () => {
    const { found, submission } = await unsettled((own) => ({ ...render, external_id: own?.externalId }))
    expect(await found).toMatchObject({
      state: 'found',
      task: { id: render.id, createdAt: 5, handle: { submittedAt: submission.startedAt } },
    })
  })
})
