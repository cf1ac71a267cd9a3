import { describe, expect, it } from 'vitest'
import { createVirtualClock, type VirtualClock } from '../../src/index.ts'

/** Some macrotask turns, far more than the clock needs to make up its mind. */
async function manyTurns(): Promise<void> {
  for (let n = 0; n < 50; n++) {
    await new Promise((resolve) => void setImmediate(resolve))
    await crypto.subtle.digest('SHA-256', new Uint8Array())
  }
}

async function standsStill(clock: VirtualClock): Promise<boolean> {
  const before = clock.now()
  await manyTurns()
  return clock.now() === before
}

const url = 'http://127.0.0.1/'

describe('track', () => {
  it('stops time from the call until the body has been read', async () => {
    const clock = createVirtualClock({ start: 0 })
    const answer = Promise.withResolvers<Response>()
    const sleeping = clock.sleep(10)
    const call = clock.track(() => answer.promise)(url)
    expect(await standsStill(clock)).toBe(true)
    answer.resolve(new Response('whole body'))
    const response = await call
    expect(await standsStill(clock)).toBe(true)
    expect(await response.text()).toBe('whole body')
    await sleeping
    expect(clock.now()).toBe(10)
  })

  it.each([
    ['an answer without a body', async () => new Response(null, { status: 204 })],
    ['a body that is cancelled', async (): Promise<Response> => new Response('never read')],
    [
      'a body that breaks',
      async (): Promise<Response> =>
        new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) })),
    ],
    [
      'a call that rejects',
      async (): Promise<Response> => {
        throw new TypeError('fetch failed')
      },
    ],
  ])('lets time go on after %s', async (what, fetch) => {
    const clock = createVirtualClock({ start: 0 })
    const answered = clock.track(fetch)(url)
    const sleeping = clock.sleep(10)
    const response = await answered.catch((error: Error) => error)
    if (response instanceof Error) expect(response.message).toBe('fetch failed')
    else if (what.includes('cancelled')) await response.body?.cancel()
    else await response.text().catch((error: Error) => expect(error.message).toBe('reset'))
    await sleeping
    expect(clock.now()).toBe(10)
  })

  it('passes on status, headers, address and the body as it comes', async () => {
    const chunks = ['one', '', 'two'].map((text) => new TextEncoder().encode(text))
    let asked = 0
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const chunk = chunks[asked++]
          if (chunk) controller.enqueue(chunk)
          else controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const original = new Response(body, { status: 206, statusText: 'Some', headers: { etag: '"1"' } })
    const address = { url: { value: 'http://127.0.0.1/clip' }, redirected: { value: true } }
    const clock = createVirtualClock()
    const response = await clock.track(async () => Object.defineProperties(original, address))(url)
    expect([response.status, response.statusText, response.headers.get('etag')]).toEqual([206, 'Some', '"1"'])
    expect([response.url, response.redirected]).toEqual(['http://127.0.0.1/clip', true])
    expect(asked).toBe(0)
    const reader = response.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('one')
    expect(asked).toBe(1)
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('two')
    expect((await reader?.read())?.done).toBe(true)
  })

  it('tells the server that the body is no longer wanted', async () => {
    let told: unknown
    const body = new ReadableStream({
      cancel(reason) {
        told = reason
      },
    })
    const response = await createVirtualClock().track(async () => new Response(body))(url)
    await response.body?.cancel('enough')
    expect(told).toBe('enough')
  })

  it('does not wait for a call whose caller gave up, even if fetch ignores the signal', async () => {
    const clock = createVirtualClock({ start: 0 })
    const controller = new AbortController()
    void clock.track(() => new Promise(() => undefined))(url, { signal: controller.signal })
    const sleeping = clock.sleep(10)
    expect(await standsStill(clock)).toBe(true)
    controller.abort()
    await sleeping
    expect(clock.now()).toBe(10)
  })
})

describe('the server side', () => {
  it('lets a timeout strike a call that is kept waiting', async () => {
    const clock = createVirtualClock({ start: 0 })
    const fetch = clock.track(async (_url, init) => {
      await clock.server.sleep(Number.POSITIVE_INFINITY, init?.signal ?? undefined)
      return new Response()
    })
    const controller = new AbortController()
    const timeout = clock.sleep(30_000).then(() => controller.abort('timeout'))
    await expect(fetch(url, { signal: controller.signal })).rejects.toBe('timeout')
    await timeout
    expect(clock.now()).toBe(30_000)
  })

  it('lets a slow answer arrive in its own time', async () => {
    const clock = createVirtualClock({ start: 0 })
    const fetch = clock.track(async () => {
      await clock.server.sleep(2_000)
      return new Response('slow')
    })
    const [text] = await Promise.all([fetch(url).then((answer) => answer.text()), clock.sleep(5_000)])
    expect(text).toBe('slow')
    expect(clock.now()).toBe(5_000)
  })

  it('stops time again while another call is really at work', async () => {
    const clock = createVirtualClock({ start: 0 })
    const slow = clock.track(async () => {
      await clock.server.sleep(2_000)
      return new Response()
    })(url)
    const answer = Promise.withResolvers<Response>()
    const other = clock.track(() => answer.promise)(url)
    expect(await standsStill(clock)).toBe(true)
    answer.resolve(new Response(null))
    await Promise.all([slow, other])
    expect(clock.now()).toBe(2_000)
  })

  it('does not mistake a sleep outside of any call, such as a webhook’s, for a call kept waiting', async () => {
    const clock = createVirtualClock({ start: 0 })
    const webhook = clock.server.sleep(5_000)
    const answer = Promise.withResolvers<Response>()
    const call = clock.track(() => answer.promise)(url)
    expect(await standsStill(clock)).toBe(true)
    answer.resolve(new Response(null))
    await Promise.all([call, webhook])
  })

  it('does not mistake the sleep of a call given up for that of the next one', async () => {
    const clock = createVirtualClock({ start: 0 })
    const controller = new AbortController()
    // The server does not notice that its caller has gone.
    const left = clock.server.sleep.bind(clock.server, 5_000)
    let leftover: Promise<void> | undefined
    const first = clock.track((_url, init) => {
      leftover = left()
      return new Promise((_, reject) =>
        init?.signal?.addEventListener('abort', () => reject(new Error('gone'))),
      )
    })(url, { signal: controller.signal })
    controller.abort()
    await expect(first).rejects.toThrow('gone')
    const answer = Promise.withResolvers<Response>()
    const second = clock.track(() => answer.promise)(url)
    expect(await standsStill(clock)).toBe(true)
    answer.resolve(new Response(null))
    await Promise.all([second, leftover])
    expect(clock.now()).toBe(5_000)
  })

  it('keeps count when one of two calls kept waiting is given up', async () => {
    const clock = createVirtualClock({ start: 0 })
    const fetch = clock.track(async (_url, init) => {
      await clock.server.sleep(3_000, init?.signal ?? undefined)
      return new Response(null)
    })
    for (const given of [0, 1]) {
      const controllers = [new AbortController(), new AbortController()]
      const calls = controllers.map(({ signal }) => fetch(url, { signal }))
      const settled = Promise.allSettled(calls)
      controllers[given]?.abort('gone')
      expect((await settled).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    }
    expect(clock.now()).toBe(6_000)
  })
})
