import { boat, createEmulated } from '@reelay/rig/all'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { download, govern, ReelayError, type VideoProvider, wait } from '../src/index.ts'
import { longestObeyedMs, obeyed } from '../src/model/clock.ts'

const cap = 5 * 60_000
const absurd = [3_600, 86_400, 4_000_000_000, Number.MAX_SAFE_INTEGER]

/** A provider before which something asks, once, for a wait of so many seconds. */
function asking(seconds: number | string, method: string) {
  const at: number[] = []
  let asked = 0
  const headers = { 'retry-after': String(seconds) }
  const world = createEmulated((emulated) => async (input, init) => {
    if (init?.method !== method || asked < 0) return emulated(input, init)
    at.push(world.clock.now())
    if (asked++ > 0) return emulated(input, init)
    // In fal's own words: everything else about a create would be no refusal.
    return Response.json({ detail: 'Too many requests' }, { status: 429, headers })
  })
  return { ...world, at, fal: world.create().fal }
}

describe.each(absurd)('a server that asks for %i seconds', (seconds) => {
  it('holds a queue up for five minutes', async () => {
    const { fal, at } = asking(seconds, 'POST')
    await govern(fal, {}).submit(boat)
    expect(at).toHaveLength(2)
    expect(Number(at[1]) - Number(at[0])).toBe(cap)
  })

  it('holds a wait up for five minutes', async () => {
    const { fal, at } = asking(seconds, 'GET')
    const { handle } = await fal.submit(boat)
    expect((await wait(fal, handle)).status).toBe('succeeded')
    expect(Number(at[1]) - Number(at[0])).toBe(cap)
  })

  it('holds a single read up not at all: the error tells how long it asked for', async () => {
    const { fal, at, clock } = asking(seconds, 'GET')
    const { handle } = await fal.submit(boat)
    const before = clock.now()
    await expect(fal.get(handle)).rejects.toMatchObject({ retryAfterMs: seconds * 1_000 })
    expect([at.length, clock.now()]).toEqual([1, before])
  })

  it('holds the reads of an account up for five minutes', async () => {
    const { fal, at, clock } = asking(seconds, 'GET')
    const handles = [(await fal.submit(boat)).handle, (await fal.submit(boat)).handle]
    const before = clock.now()
    await fal.getMany?.(handles)
    expect(at.length).toBeGreaterThan(1)
    expect(clock.now() - before).toBeLessThanOrEqual(cap + 10_000)
  })

  it('holds a download up for five minutes', async () => {
    const clock = createVirtualClock()
    const at: number[] = []
    const fetch: typeof globalThis.fetch = async () => {
      at.push(clock.now())
      const headers = { 'retry-after': String(seconds) }
      if (at.length === 1) return new Response(null, { status: 503, headers })
      return new Response('bytes', { headers: { 'content-type': 'video/mp4', 'content-length': '5' } })
    }
    const output = { kind: 'video', url: 'https://cdn.example.com/a.mp4', mediaType: 'video/mp4' } as const
    const options = { clock, fetch: clock.track(fetch), deadlineMs: 3_600_000 }
    const tried = (await download(output, options).catch((error: unknown) => error)) as unknown
    expect(tried).toBeDefined()
    expect(at.length).toBeGreaterThan(1)
    expect(Number(at[1]) - Number(at[0])).toBe(cap)
  })
})

describe('a wait that is none', () => {
  it.each([Number.NaN, Number.NEGATIVE_INFINITY, -1, 0, undefined])('%s is not waited', (asked) => {
    expect(obeyed(asked)).toBe(0)
  })

  it('is never longer than the cap', () => {
    expect(obeyed(Number.POSITIVE_INFINITY)).toBe(longestObeyedMs)
    expect(longestObeyedMs).toBe(cap)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -5])(
    'and asked for by somebody else’s provider (%s) hangs no queue',
    async (retryAfterMs) => {
      const { clock, create } = createEmulated((emulated) => emulated)
      const { fal } = create()
      let posts = 0
      const odd: VideoProvider = {
        ...fal,
        submit(request, options) {
          posts += 1
          if (posts > 1) return fal.submit(request, options)
          throw new ReelayError('ERR_RATE_LIMIT', 'slow down', { outcome: 'rejected', retryAfterMs })
        },
      }
      const before = clock.now()
      await govern(odd, {}).submit(boat)
      expect(clock.now() - before).toBeLessThanOrEqual(cap)
    },
  )
})
