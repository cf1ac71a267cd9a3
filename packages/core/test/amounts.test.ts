import { describe, expect, it } from 'vitest'
import { createFal, createFalWebhook } from '../../fal/src/index.ts'
import { createKling, createKlingWebhook } from '../../kling/src/index.ts'
import { createPiapi, createPiapiWebhook } from '../../piapi/src/index.ts'
import { createReplicate, createReplicateWebhook } from '../../replicate/src/index.ts'
import {
  deliver,
  download,
  failover,
  generate,
  govern,
  guard,
  journaled,
  memoryDeliveries,
  memoryJournal,
  type Output,
  ReelayError,
  type SubmitOptions,
  toS3,
  toStorage,
  type VideoProvider,
  wait,
  watch,
} from '../src/index.ts'
import { toFile } from '../src/node/index.ts'
import { boat, type Instance, instance, keyedSpec, render, searchedSpec } from './engine.ts'

const creates = { kling: createKling, piapi: createPiapi, fal: createFal, replicate: createReplicate }
const receivers = {
  kling: createKlingWebhook,
  piapi: createPiapiWebhook,
  fal: createFalWebhook,
  replicate: createReplicateWebhook,
}

/** What is neither a number nor absent, and numbers that limit nothing. */
const never: readonly unknown[] = [Number.NaN, '60000', '', 'soon', null, true, {}, [1], 10n, -1, -0.5]
const noTime: readonly unknown[] = [...never, Number.POSITIVE_INFINITY, 1e300]
const noDuration: readonly unknown[] = [...noTime, 0]
const noCount: readonly unknown[] = [...noDuration, 1.5]

const render2 = { ...render, status: 'succeeded' }
const fresh = (spec = keyedSpec): Instance => instance(spec, () => ({ json: render2 }))

async function thrown(work: () => unknown): Promise<ReelayError> {
  try {
    await work()
  } catch (error) {
    expect(ReelayError.isInstance(error), `${error}`).toBe(true)
    return error as ReelayError
  }
  throw new Error('nothing was thrown')
}

/** Each value is refused with one sentence that names the option. */
async function refused(
  values: readonly unknown[],
  name: string,
  use: (value: unknown) => unknown,
  code: string,
): Promise<void> {
  for (const value of values) {
    const error = await thrown(() => use(value))
    expect(error.code, `${typeof value} ${String(value)}`).toBe(code)
    expect(error.message).toContain(`${name}: It is `)
    expect(error.problems?.map(({ field }) => field)).toEqual([name])
  }
}

const as = (value: unknown): never => value as never

describe('a limit is a number that limits', () => {
  it.each(['wait', 'generate'] as const)('%s: deadlineMs, poll.intervalMs, timeoutMs', async (what) => {
    const { provider, sent } = fresh()
    const { handle } = await provider.submit(boat)
    const [asked, code] = [sent.length, 'ERR_INVALID_REQUEST']
    const run = (options: object) =>
      what === 'wait' ? wait(provider, handle, options) : generate(provider, boat, options)
    await refused(noTime, 'deadlineMs', (deadlineMs) => run({ deadlineMs }), code)
    await refused(noDuration, 'poll.intervalMs', (intervalMs) => run({ poll: { intervalMs } }), code)
    await refused(noDuration, 'timeoutMs', (timeoutMs) => run({ timeoutMs }), code)
    expect(sent.length).toBe(asked)
  })

  it('reads and searches: timeoutMs', async () => {
    const { provider, sent } = fresh()
    const { handle } = await provider.submit(boat)
    const asked = sent.length
    for (const [name, use] of [
      ['get', (timeoutMs: unknown) => provider.get(handle, { timeoutMs: as(timeoutMs) })],
      ['getMany', (timeoutMs: unknown) => provider.getMany?.([handle], { timeoutMs: as(timeoutMs) })],
      ['cancel', (timeoutMs: unknown) => provider.cancel?.(handle, { timeoutMs: as(timeoutMs) })],
    ] as const) {
      if (!provider[name]) continue
      await refused(noDuration, 'timeoutMs', use, 'ERR_INVALID_REQUEST')
      const error = await thrown(() => use('1'))
      expect(error.outcome).toBe('accepted')
    }
    expect(sent.length).toBe(asked)
  })

  it('submit, alone and in a composition: timeoutMs', async () => {
    const { provider, sent } = fresh()
    for (const one of [provider, govern(provider, {}), failover([provider])]) {
      await refused(
        noDuration,
        'timeoutMs',
        (timeoutMs) => one.submit(boat, { timeoutMs: as(timeoutMs) }),
        'ERR_INVALID_REQUEST',
      )
    }
    expect(sent).toEqual([])
  })

  it.each(Object.entries(creates))('create %s: timeoutMs', async (_id, create) => {
    const make = (timeoutMs: unknown) =>
      create({ apiKey: 'id-123456:secret-123456', timeoutMs: as(timeoutMs) })
    await refused(noDuration, 'timeoutMs', make, 'ERR_CONFIG')
  })

  it.each(Object.entries(receivers))('webhooks of %s: maxBytes', async (_id, create) => {
    const make = (maxBytes: unknown) => create(as({ unsigned: true, maxBytes }))
    await refused([...never, 0], 'maxBytes', make, 'ERR_CONFIG')
    expect(() => create(as({ unsigned: true, maxBytes: Number.POSITIVE_INFINITY }))).not.toThrow()
  })

  it('govern, failover, remembered deliveries', async () => {
    const { provider } = fresh()
    const governed = (options: object) => govern(provider, options)
    const code = 'ERR_CONFIG'
    await refused(noCount, 'concurrency', (concurrency) => governed({ concurrency }), code)
    await refused(noCount, 'rate.perMinute', (perMinute) => governed({ rate: { perMinute } }), code)
    await refused(noCount, 'perModel.kling-v3', (n) => governed({ perModel: { 'kling-v3': n } }), code)
    await refused(never, 'maxWaitMs', (maxWaitMs) => governed({ maxWaitMs }), code)
    const over = (policy: object) => failover([provider], policy)
    const breaker = { failures: 2, halfOpenAfterMs: 1_000 }
    await refused(
      noCount,
      'breaker.failures',
      (failures) => over({ breaker: { ...breaker, failures } }),
      code,
    )
    await refused(
      noDuration,
      'breaker.halfOpenAfterMs',
      (halfOpenAfterMs) => over({ breaker: { ...breaker, halfOpenAfterMs } }),
      code,
    )
    await refused(never, 'maxCost', (maxCost) => over({ maxCost }), code)
    await refused(noTime, 'order.weight.keyed', (keyed) => over({ order: { weight: { keyed } } }), code)
    await refused(
      noCount,
      'maxEntries',
      (maxEntries) => memoryDeliveries({ maxEntries: as(maxEntries) }),
      code,
    )
    await refused([...never, 0], 'ttlMs', (ttlMs) => memoryDeliveries().claim('a', as(ttlMs)), code)
    await refused([...never, 0], 'ttlMs', (ttlMs) => memoryDeliveries().done('a', as(ttlMs)), code)
  })

  it('guard and journaled', async () => {
    const { provider } = fresh()
    const guarded = (options: object) => guard(provider, options)
    const [code, noMoney] = ['ERR_CONFIG', [...noTime, 1.5]]
    const budget = { amount: 1, windowMs: 1 }
    await refused(noMoney, 'maxCostPerTask', (maxCostPerTask) => guarded({ maxCostPerTask }), code)
    await refused(noMoney, 'confirmAbove', (confirmAbove) => guarded({ confirmAbove }), code)
    await refused(noMoney, 'budget.amount', (amount) => guarded({ budget: { ...budget, amount } }), code)
    await refused(
      [...never, 0],
      'budget.windowMs',
      (windowMs) => guarded({ budget: { ...budget, windowMs } }),
      code,
    )
    expect(() => guarded({ budget: { ...budget, windowMs: Number.POSITIVE_INFINITY } })).not.toThrow()
    const written = (inFlightMs: unknown) =>
      journaled(provider, memoryJournal(), { inFlightMs: as(inFlightMs) })
    await refused(noDuration, 'inFlightMs', written, code)
  })

  it('downloads and stores: every limit, before anything is bought', async () => {
    const output: Output = { kind: 'video', url: 'https://cdn.example.com/a.mp4', mediaType: 'video/mp4' }
    const limits = { maxBytes: [...never, 0], stallMs: noDuration, deadlineMs: noDuration, retries: noTime }
    const fetch = async (): Promise<Response> => {
      throw new Error('asked')
    }
    for (const [name, values] of Object.entries(limits)) {
      const fetched = (value: unknown) => download(output, { fetch, [name]: value })
      await refused(values, name, fetched, 'ERR_INVALID_REQUEST')
      const storage = { setItemRaw: () => undefined }
      for (const make of [
        (value: unknown) => toStorage(storage, 'a:', { [name]: value }),
        (value: unknown) => toS3('https://s3.example.com/a', { [name]: value }),
        (value: unknown) => toFile('a.mp4', { [name]: value }),
      ])
        await refused(values, name, make, 'ERR_CONFIG')
    }
    await refused(
      [...never, 0],
      'bufferBytes',
      (bufferBytes) => toS3('https://s3.example.com/a', { bufferBytes: as(bufferBytes) }),
      'ERR_CONFIG',
    )
  })

  it('never shows a text that may be a secret put in the wrong place', async () => {
    const error = await thrown(() =>
      createKling({ apiKey: 'key-12345678', timeoutMs: as('sk-live-51H8xkJ2') }),
    )
    expect(error.message).toContain('a text')
    expect(error.message).not.toContain('sk-live')
  })
})

describe('the name of an account', () => {
  const nameless: readonly unknown[] = [
    '',
    ' ',
    ' a',
    'a ',
    'a\nb',
    'a\u0000',
    'a\ud800',
    'a'.repeat(101),
    7,
    null,
    {},
    ['a'],
    true,
  ]
  it.each(Object.entries(creates))('at %s is a name, or nothing is made', async (id, create) => {
    for (const account of nameless) {
      const error = await thrown(() => create({ apiKey: 'id-123456:secret-123456', account: as(account) }))
      expect(error, `${JSON.stringify(account)}`).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
      expect(error.message).toMatch(/^account is a name/)
      const receiver = await thrown(() => receivers[id as keyof typeof receivers]({ account: as(account) }))
      expect(receiver).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    }
    for (const account of ['default', 'Büro 2', '工作室', 'क्षि', '🎬'])
      expect(create({ apiKey: 'id-123456:secret-123456', account }).account).toBe(account)
  })
})

describe('the name of a purchase', () => {
  const nameless: readonly unknown[] = [
    '',
    7,
    null,
    {},
    ['a'],
    true,
    'k\ud83c',
    '\udf88k',
    'k\u0000',
    'k'.repeat(513),
  ]
  it('is text that every journal can keep, in whatever it is put', async () => {
    const { provider, sent } = fresh()
    for (const one of [
      provider,
      govern(provider, {}),
      failover([provider]),
      failover([govern(provider, {})]),
    ]) {
      for (const key of nameless) {
        const call: SubmitOptions = { idempotencyKey: as(key) }
        for (const work of [() => one.submit(boat, call), () => generate(one, boat, call)]) {
          const error = await thrown(work)
          expect(error, JSON.stringify(key)).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
          expect(error.problems?.map(({ field }) => field)).toEqual(['idempotencyKey'])
        }
      }
    }
    expect(sent).toEqual([])
    await expect(provider.submit(boat, { idempotencyKey: 'k'.repeat(512) })).resolves.toMatchObject({
      id: render.id,
    })
  })

  it('comes in options that are some', async () => {
    const { provider, sent } = fresh()
    for (const options of [null, 7, 'order-1', true]) {
      const error = await thrown(() => provider.submit(boat, as(options)))
      expect(error).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
    }
    for (const webhookUrl of [null, 7, {}, new URL('https://example.com')])
      expect(await thrown(() => provider.submit(boat, { webhookUrl: as(webhookUrl) }))).toMatchObject({
        code: 'ERR_INVALID_REQUEST',
        outcome: 'none',
      })
    expect(sent).toEqual([])
  })
})

describe('what is no handle', () => {
  const good = {
    v: 1,
    provider: 'fake',
    account: 'default',
    kind: 'text-to-video',
    model: 'kling-v3',
    mode: 'std',
    route: 'text',
    idempotencyKey: 'k',
    requestHash: 'h',
  }
  const nothing: readonly unknown[] = [
    null,
    undefined,
    'text',
    '',
    7,
    true,
    [],
    [good],
    {},
    () => good,
    { ...good, id: '1' },
    { ...good, id: '1', submittedAt: '0', startedAt: '0' },
    { ...good, id: '1', submittedAt: Number.NaN, startedAt: Number.NaN },
    { ...good, v: 2, id: '1', submittedAt: 0, startedAt: 0 },
    { ...good, v: '1', id: '1', submittedAt: 0, startedAt: 0 },
    { ...good, account: '', id: '1', submittedAt: 0, startedAt: 0 },
    { ...good, route: 7, id: '1', submittedAt: 0, startedAt: 0 },
    { ...good, id: '1', host: '', submittedAt: 0, startedAt: 0 },
    { ...good, id: '1', model: 'x'.repeat(5_000), submittedAt: 0, startedAt: 0 },
    new Proxy(good, {
      get: () => {
        throw new Error('hands off')
      },
    }),
  ]
  const providers = (): readonly (readonly [string, VideoProvider, Instance])[] => {
    const [a, b] = [fresh(), fresh(searchedSpec)]
    return [
      ['alone', a.provider, a],
      ['searched', b.provider, b],
      ['governed', govern(a.provider, {}), a],
      ['in a failover', failover([a.provider]), a],
      ['searched, in a failover', failover([b.provider]), b],
    ]
  }

  it('is owned by nobody', () => {
    for (const [name, provider] of providers())
      for (const value of nothing.slice(0, 10)) expect(provider.owns(as(value)), name).toBe(false)
  })

  it('is refused by everything that takes one, and nothing is asked', async () => {
    for (const [name, provider, { sent }] of providers()) {
      for (const value of nothing) {
        for (const [what, use] of [
          ['get', () => provider.get(as(value))],
          ['wait', () => wait(provider, as(value))],
          ['watch of one', () => watch(provider, [as(value)])],
          ['watch, more', () => watch(provider).add(as(value))],
          ['deliver', () => deliver(provider, as({ id: '1', handle: value }))],
          ['deliver nothing', () => deliver(provider, as(value))],
          ['getMany', provider.getMany && (() => provider.getMany?.(as(value)))],
          ['getMany of one', provider.getMany && (() => provider.getMany?.([as(value)]))],
          ['cancel', provider.cancel && (() => provider.cancel?.(as(value)))],
          ['find', provider.find && (() => provider.find?.(as(value)))],
        ] as const) {
          if (!use || (what === 'getMany' && Array.isArray(value) && value.length === 0)) continue
          const error = await thrown(use)
          expect([error.code, error.outcome], `${what} ${name}`).toEqual(['ERR_INVALID_REQUEST', 'none'])
        }
      }
      expect(sent).toEqual([])
    }
  })

  it('is no list of them', async () => {
    const { provider } = fresh()
    for (const value of [null, 'text', 7, {}, { ...good, id: '1', submittedAt: 0 }]) {
      const error = await thrown(() => watch(provider, as(value)))
      expect([error.code, error.outcome]).toEqual(['ERR_INVALID_REQUEST', 'none'])
    }
  })
})
