import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { download } from '../../src/index.ts'
import { handle } from '../fakes.ts'
import { bytesOf, createHost, failure, mp4, output } from './support.ts'

const clip = mp4(40_000)

describe('the limits of a download', () => {
  const forever = () => new Response(new ReadableStream({ start: (c) => c.enqueue(clip.slice(0, 5_000)) }))

  it('gives up a file whose server stalls, at once if it cannot go on', async () => {
    const host = createHost(clip)
    const { clock } = host
    const at = clock.now()
    const { body } = await download(output, { clock, stallMs: 20_000, fetch: async () => forever() })
    expect((await failure(bytesOf(body))).message).toContain('stalled: no data for 20000 ms')
    expect(clock.now() - at).toBe(20_000)
  })

  it('does not take a reader that takes its time for a stall', async () => {
    const { clock, fetch } = createHost(clip)
    const { body } = await download(output, { clock, fetch, stallMs: 20_000 })
    const reader = body.getReader()
    let bytes = 0
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      bytes += value.length
      await clock.advance(60_000)
    }
    expect(bytes).toBe(clip.length)
  })

  it('gives up a file that takes longer than it may, however steadily it comes', async () => {
    const { clock } = createHost(clip)
    const drip = new ReadableStream({
      async pull(controller) {
        await clock.sleep(10_000)
        controller.enqueue(clip.slice(0, 1_000))
      },
    })
    const at = clock.now()
    const { body } = await download(output, {
      clock,
      deadlineMs: 65_000,
      fetch: async () => new Response(drip),
    })
    const error = await failure(bytesOf(body))
    expect(error.message).toContain('more than 65000 ms')
    expect(clock.now() - at).toBe(65_000)
  })

  it('stops when asked to while it waits for bytes, and says that the clip is still there', async () => {
    const { clock } = createHost(clip)
    const stop = new AbortController()
    const reason = new Error('enough')
    const signals: (AbortSignal | null | undefined)[] = []
    const fetch: typeof globalThis.fetch = async (_input, init) => {
      signals.push(init?.signal)
      return forever()
    }
    const options = { clock, fetch, abortSignal: stop.signal, handle: handle(0) }
    const reader = (await download(output, options)).body.getReader()
    await reader.read()
    const next = failure(reader.read())
    await clock.advance(1_000)
    stop.abort(reason)
    expect(await next).toMatchObject({
      code: 'ERR_ABORTED',
      outcome: 'accepted',
      handle: handle(0),
      cause: reason,
    })
    expect(signals[0]?.aborted).toBe(true)
    expect(clock.now() - Date.UTC(2026, 0, 1)).toBeLessThan(2_000)
  })

  it('stops when asked to while it waits for its next attempt, or before it has begun', async () => {
    const clock = createVirtualClock({ auto: false })
    const stop = new AbortController()
    const headers = { 'retry-after': '600' }
    const fetch = async () => new Response(null, { status: 503, headers })
    const waiting = failure(download(output, { clock, fetch, abortSignal: stop.signal }))
    await clock.advance(10_000)
    stop.abort(new Error('enough'))
    expect(await waiting).toMatchObject({ code: 'ERR_ABORTED', outcome: 'accepted' })
    const late = failure(
      download(output, { clock, fetch: () => new Promise(() => {}), abortSignal: stop.signal }),
    )
    expect(await late).toMatchObject({ code: 'ERR_ABORTED' })
  })

  it('asks for no more than its reader does', async () => {
    const host = createHost(clip)
    const { body } = await download(output, { fetch: host.fetch, clock: host.clock })
    const reader = body.getReader()
    await reader.read()
    await reader.read()
    expect(host.sent()).toBe(2_000)
    await reader.cancel()
  })

  it('tells how far it is, now and then and at the end', async () => {
    const told: object[] = []
    const large = mp4(1_000_000)
    const { fetch, clock } = createHost(large, { chunk: 10_000 })
    const onProgress = (progress: object) => void told.push(progress)
    await bytesOf((await download(output, { fetch, clock, onProgress })).body)
    expect(told.length).toBeGreaterThan(2)
    expect(told.length).toBeLessThan(10)
    expect(told.at(-1)).toEqual({ bytes: 1_000_000, size: 1_000_000 })
  })
})
