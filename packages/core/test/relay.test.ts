import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi, createPiapiWebhook } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, test } from 'vitest'
import {
  failover,
  generate,
  guard,
  isTaskHandle,
  journaled,
  memoryJournal,
  openPurchases,
  type ProviderOptionsBase,
  ReelayError,
  resume,
  type Submission,
  type TaskHandle,
  usd,
  type VideoProvider,
} from '../src/index.ts'

// What anybody may find at an address that is not the provider's: the same words, and none of its promises.
const adapters = {
  kling: createKling,
  piapi: createPiapi,
  fal: createFal,
  replicate: createReplicate,
} as const
type Name = keyof typeof adapters
const names = Object.keys(adapters) as Name[]

const boat = { kind: 'text-to-video', prompt: 'A paper boat in the rain', model: 'kling-v2-6' } as const
const key = (name: Name): string => (name === 'fal' ? 'id-00000000:secret-00000000' : 'key-0123456789')

/** Ways in which the answer to a paid POST stays away; each is told the virtual clock's `sleep`. */
const losses: Record<string, (sleep: (ms: number) => Promise<void>) => Promise<Response>> = {
  'a lost answer': async () => new Response(null, { status: 200 }),
  'a 500': async () => Response.json({ code: 5000, message: 'internal error' }, { status: 500 }),
  'a 502 page': async () => new Response('<html>Bad gateway</html>', { status: 502 }),
  'a time-out': (sleep) => sleep(3_600_000).then(() => new Response()),
  'a reset': async () => {
    throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
  },
}

function relayed(name: Name, answer: (typeof losses)[string], options: ProviderOptionsBase = {}) {
  const clock = createVirtualClock()
  const sent: string[] = []
  const fetch = clock.track(async (input, init) => {
    const request = new Request(input, init)
    sent.push(`${request.method} ${new URL(request.url).host}`)
    if (request.method === 'POST') return answer((ms) => clock.server.sleep(ms))
    return Response.json({ code: 1201, message: 'task not found', data: null }, { status: 404 })
  })
  const baseURL = 'https://relay.example:8443/somewhere/'
  const shared = { apiKey: key(name), fetch, clock, baseURL, ...options }
  const posts = (): number => sent.filter((line) => line.startsWith('POST')).length
  return { provider: adapters[name](shared) as VideoProvider, sent, posts, clock }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

const official = (name: Name): VideoProvider => adapters[name]({ apiKey: key(name) })

describe.each(names)('%s at a host that is not its own', (name) => {
  test.each(Object.entries(losses))(
    '%s: one POST, no verdict, and the relay named',
    async (_loss, answer) => {
      const { provider, sent, posts } = relayed(name, answer)
      const error = await provider.submit(boat, { idempotencyKey: 'order-1' }).catch((thrown) => thrown)
      expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
      expect([posts(), sent]).toEqual([1, ['POST relay.example:8443']])
      expect(error.message).toContain('relay.example:8443')
      const { submission } = error as { submission: Submission }
      expect(submission).toMatchObject({ provider: name, account: 'default', host: 'relay.example:8443' })
      expect(submission).not.toHaveProperty('externalId')
      expect(provider.owns(submission as Submission & TaskHandle)).toBe(true)
      expect(official(name).owns(submission as Submission & TaskHandle)).toBe(false)
    },
  )

  test('nothing is known of its price, and a guard does not take that for zero', async () => {
    const { provider, posts } = relayed(name, async () => new Response())
    const quote = provider.quote(boat)
    expect(quote).toMatchObject({ type: 'unknown' })
    expect(quote.type === 'unknown' && quote.why).toMatch(/relay\.example:8443.*prices/)
    const careful = guard(provider, { maxCostPerTask: usd(5) })
    await expect(careful.submit(boat)).rejects.toMatchObject({ code: 'ERR_BUDGET', outcome: 'none' })
    expect(posts()).toBe(0)
    expect(failover([provider, official(name)]).quote(boat).type).toBe('unknown')
  })

  test('its own prices are quoted as the caller’s', () => {
    const prices = [
      { model: 'kling-v2-6', per: 'second', usd: { silent: 0.05, audio: 0.1 }, asOf: '2026-11-20' },
    ] as const
    const { provider } = relayed(name, async () => new Response(), { prices })
    expect(provider.quote(boat)).toMatchObject({
      type: 'exact',
      microUsd: 250_000,
      basis: 'yours',
      asOf: '2026-11-20',
    })
    expect(provider.quote({ ...boat, model: 'kling-v3' })).toMatchObject({ type: 'unknown' })
  })

  test('no list, no search, no adoption', () => {
    const { provider } = relayed(name, async () => new Response())
    expect(['getMany', 'find'].filter((method) => method in provider)).toEqual([])
    expect(provider.catalog.freeFailures).toBeUndefined()
    expect(provider.host).toEqual({ standing: 'relay', name: 'relay.example:8443', network: 'public' })
  })

  test('handles go to whoever made them, and to nobody else', async () => {
    const { provider: relay } = relayed(name, losses['a 500'] as (typeof losses)[string])
    const { provider: other } = relayed(name, losses['a 500'] as (typeof losses)[string], { relay: 'other' })
    const own = official(name)
    const handle = {
      v: 1,
      provider: name,
      account: 'default',
      id: 'task-1',
      kind: 'text-to-video',
      model: 'kling-v2-6',
      mode: 'pro',
      route: Object.values(own.catalog.offers)[0]?.route ?? '',
      submittedAt: 1,
      idempotencyKey: 'order-1',
      requestHash: '00',
    } as const
    const handles: Record<string, TaskHandle> = {
      own: handle,
      relay: { ...handle, host: 'relay.example:8443' },
      other: { ...handle, host: 'other' },
    }
    const providers = { own, relay, other }
    for (const [maker, made] of Object.entries(handles)) {
      expect(isTaskHandle(made)).toBe(true)
      for (const [asked, one] of Object.entries(providers)) {
        expect([maker, asked, one.owns(made)]).toEqual([maker, asked, maker === asked])
      }
    }
    const foreign = await own.get(handles.relay as TaskHandle).catch((error) => error)
    expect(foreign).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
    expect(foreign.message).toContain('relay.example:8443')
    await expect(relay.get(handle)).rejects.toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
    // Equal accounts at different hosts are no twins.
    expect(failover([own, relay, other]).owns(handles.other as TaskHandle)).toBe(true)
    expect(() => failover([relay, guard(relay, {})])).toThrow(/at the relay relay\.example:8443/)
  })

  test('a journal keeps both apart, and nothing is sent again under the key', async () => {
    const journal = memoryJournal()
    const { provider: relay, posts, clock } = relayed(name, losses['a reset'] as (typeof losses)[string])
    const buy = (): Promise<unknown> =>
      generate(journaled(relay, journal), boat, { idempotencyKey: 'order-1' }).catch((error) => error)
    expect(await buy()).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
    await clock.sleep(200_000)
    expect(await buy()).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
    expect(posts()).toBe(1)
    const [open, ...more] = await openPurchases(journal)
    expect([open?.submission.host, more.length]).toEqual(['relay.example:8443', 0])
    expect(await all(resume(journal, [official(name), relay]))).toMatchObject([
      { state: 'unknown', provider: relay },
    ])
    const [foreign] = await all(resume(journal, [official(name)]))
    expect(foreign).toMatchObject({ state: 'foreign' })
    expect(foreign?.state === 'foreign' && foreign.advice).toContain('relay.example:8443')
  })
})

describe('a loopback address that nobody has spoken for', () => {
  const baseURL = 'http://127.0.0.1:4010/kling'

  test.each(Object.entries(losses))(
    '%s: one POST; looked for, and never sent again',
    async (_loss, answer) => {
      const { provider, posts, sent } = relayed('kling', answer, { baseURL })
      const error = await provider.submit(boat).catch((thrown) => thrown)
      expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
      expect(posts()).toBe(1)
      expect(sent.length).toBeGreaterThan(1)
    },
  )

  test('prices and handles are the provider’s own', async () => {
    const { provider } = relayed('kling', losses['a reset'] as (typeof losses)[string], { baseURL })
    expect(provider.quote(boat)).toEqual(official('kling').quote(boat))
    const error = await provider.submit(boat).catch((thrown) => thrown)
    expect(error.submission).not.toHaveProperty('host')
    expect(error.submission).not.toHaveProperty('repeatable')
  })

  test('nor by a journal, in another process', async () => {
    const journal = memoryJournal()
    for (const posted of [1, 0]) {
      const { provider, posts } = relayed('kling', losses['a reset'] as (typeof losses)[string], { baseURL })
      const error = await journaled(provider, journal, { inFlightMs: 1 })
        .submit(boat, { idempotencyKey: 'order-1' })
        .catch((thrown) => thrown)
      expect([error.code, posts()]).toEqual(['ERR_SUBMISSION_UNKNOWN', posted])
    }
  })

  test('official: true brings the repeat back', async () => {
    const { provider, posts } = relayed('kling', losses['a reset'] as (typeof losses)[string], {
      baseURL,
      official: true,
    })
    await provider.submit(boat).catch(() => undefined)
    expect(posts()).toBe(2)
  })
})

describe('a callback about a purchase at a relay', () => {
  test('names it, and is a hint even with the right secret: whoever made the task calls, by an id of its own', async () => {
    const sent: string[] = []
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      sent.push(String(init?.body))
      return Response.json({ code: 200, data: { task_id: 'task-1', status: 'pending' }, message: 'success' })
    }
    const webhookSecret = 'a-long-random-text'
    const shared = { apiKey: 'key-0123456789', webhookSecret, fetch }
    const receiver = createPiapiWebhook({ secrets: webhookSecret })
    for (const [baseURL, host, verified] of [
      ['https://relay.example', 'relay.example', false],
      [undefined, undefined, true],
    ] as const) {
      const { handle } = await createPiapi({ ...shared, baseURL }).submit(boat, {
        webhookUrl: 'https://studio.example/hooks',
      })
      expect(handle.host).toBe(host)
      const url = /https:\/\/studio[^"]+/.exec(sent.at(-1) ?? '')?.[0] ?? ''
      const event = await receiver.receive(
        new Request(url, {
          method: 'POST',
          headers: { 'x-webhook-secret': webhookSecret },
          body: JSON.stringify({ timestamp: 1, data: { task_id: 'task-1', status: 'processing' } }),
        }),
      )
      expect([event.verified, event.submission?.host, event.task?.status]).toEqual([
        verified,
        host,
        verified ? 'running' : undefined,
      ])
    }
  })
})

test('a failover tells which of two hosts it tried', async () => {
  const refusing = (relay: string): VideoProvider =>
    relayed('kling', async () => Response.json({ code: 1102, message: 'no money' }, { status: 429 }), {
      relay,
      prices: [{ per: 'clip', usd: 0.2 }],
    }).provider
  const error = await failover([refusing('first'), refusing('second')])
    .submit(boat)
    .catch((thrown) => thrown)
  expect(error.attempts).toMatchObject([{ host: 'first' }, { host: 'second' }])
  expect(error.message).toMatch(/kling \(default\) at first: [\s\S]*kling \(default\) at second: /)
})

describe('prices that cannot be meant', () => {
  const wrong: [string, unknown, RegExp][] = [
    ['no list', {}, /prices is a list/],
    ['a row that is none', [null], /prices\[0\]: it is no object/],
    ['a misspelt key', [{ per: 'second', usdd: 1 }], /Did you mean usd\?/],
    ['a misspelt model', [{ model: 'kling-v26', per: 'second', usd: 1 }], /Did you mean kling-v2-6\?/],
    ['no unit', [{ usd: 1 }], /per is missing/],
    ['another unit', [{ per: 'minute', usd: 1 }], /second, clip/],
    ['no amount', [{ per: 'clip' }], /the amount once/],
    ['two amounts', [{ per: 'clip', usd: 1, microUsd: 1 }], /the amount once/],
    ['nothing', [{ per: 'clip', usd: 0 }], /above 0/],
    ['a text', [{ per: 'clip', usd: '0.3' }], /give a number/],
    ['micro-USD as dollars', [{ per: 'clip', usd: 330_000 }], /call it microUsd/],
    ['a part of a micro-USD', [{ per: 'clip', microUsd: 0.33 }], /whole micro-USD/],
    ['no date', [{ per: 'clip', usd: 1, asOf: 'today' }], /give a date/],
    [
      'what is not sold',
      [{ model: 'kling-v2-5-turbo', mode: '4k', per: 'clip', usd: 1 }],
      /nothing that is sold/,
    ],
  ]
  test.each(wrong)('%s', (_name, prices, message) => {
    const make = (): unknown => createKling({ apiKey: 'key-0123456789', prices: prices as never })
    expect(make).toThrow(message)
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', outcome: 'none' }))
  })

  test('the first row that fits counts, and what no row fits keeps the list price', () => {
    const kling = createKling({
      apiKey: 'key-0123456789',
      prices: [
        { model: 'kling-v2-6', mode: 'pro', per: 'clip', microUsd: 420_000 },
        { model: 'kling-v2-6', per: 'second', usd: 0.02 },
      ],
    })
    const priceOf = (request: object) => kling.quote({ ...boat, ...request })
    expect(priceOf({ mode: 'pro', duration: 10 })).toMatchObject({ microUsd: 420_000, basis: 'yours' })
    expect(priceOf({ mode: 'std', duration: 10 })).toMatchObject({ microUsd: 200_000, basis: 'yours' })
    expect(priceOf({ model: 'kling-v3' })).toMatchObject({ basis: 'list' })
    expect(ReelayError.isInstance(kling)).toBe(false)
  })
})
