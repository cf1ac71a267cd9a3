import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { download } from '../../src/index.ts'
import { handle } from '../fakes.ts'
import { bytesOf, createHost, failure, type HostOptions, mp4, output, same } from './support.ts'

const clip = mp4(40_000)

async function get(options: HostOptions, more: Parameters<typeof download>[1] = {}, bytes = clip) {
  const host = createHost(bytes, options)
  const { fetch, clock } = host
  const startedAt = clock.now()
  const work = download(output, { fetch, clock, handle: handle(clock.now()), ...more })
  return {
    host,
    whole: work.then(({ body }) => bytesOf(body)),
    elapsed: () => clock.now() - startedAt,
  }
}

describe('a download whose connection breaks', () => {
  it('goes on where it broke, guarded by the version it began with', async () => {
    const { host, whole } = await get({ cuts: [12_345, 1_000] })
    expect(await whole).toEqual(clip)
    expect(host.requests.map(({ headers }) => [headers.get('range'), headers.get('if-range')])).toEqual([
      [null, null],
      ['bytes=12345-', '"v1"'],
      ['bytes=13345-', '"v1"'],
    ])
    expect(host.sent()).toBe(clip.length)
  })

  it('comes out byte for byte the same wherever it breaks, and transfers nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5_000 }),
        async (cuts, chunk) => {
          const { host, whole } = await get({ cuts, chunk })
          expect(same(await whole, clip)).toBe(true)
          expect(host.sent()).toBe(clip.length)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('takes Last-Modified for a version only if there is no tag and the date is a second old', async () => {
    const modified = 'Tue, 24 Nov 2026 09:00:00 GMT'
    const later = 'Tue, 24 Nov 2026 09:00:01 GMT'
    const good = await get({ cuts: [5_000], headers: { 'last-modified': modified, date: later } })
    expect(await good.whole).toEqual(clip)
    expect(good.host.requests[1]?.headers.get('if-range')).toBe(modified)
    for (const headers of [
      { 'last-modified': modified, date: modified },
      { 'last-modified': modified },
      { 'last-modified': modified, date: later, etag: 'W/"weak"' },
      {},
    ] as Record<string, string>[]) {
      const { host, whole } = await get({ cuts: [5_000], headers })
      expect((await failure(whole)).message).toContain('names no version')
      expect(host.requests).toHaveLength(1)
    }
  })

  it('errors rather than mix two versions of a file', async () => {
    const changed = { instead: (_: Request, number: number) => (number === 1 ? answer : undefined) }
    const answer = new Response(clip, { headers: { etag: '"v2"', 'content-type': 'video/mp4' } })
    const { whole } = await get({ cuts: [5_000], ...changed })
    const error = await failure(whole)
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', retryable: true })
    expect(error.message).toMatch(/after 5000 of 40000 bytes .*the file has changed/)
  })

  it.each([
    ['from elsewhere', { 'content-range': 'bytes 4000-39999/40000' }, 'the wrong part'],
    ['beyond the end', { 'content-range': 'bytes 5000-40000/40000' }, 'the wrong part'],
    ['that does not say which', {}, 'no Content-Range'],
    ['of several parts', { 'content-type': 'multipart/byteranges; boundary=x' }, 'no Content-Range'],
    ['of another file', { 'content-range': 'bytes 5000-39999/40000', etag: '"v2"' }, 'the file has changed'],
    ['of a longer file', { 'content-range': 'bytes 5000-49999/50000' }, 'the file has changed'],
  ] as [string, Record<string, string>, string][])('refuses a part %s', async (_name, headers, words) => {
    const part = () => new Response(clip.slice(5_000), { status: 206, headers })
    const instead = (_: Request, number: number) => (number === 0 ? undefined : part())
    const { whole } = await get({ cuts: [5_000], instead })
    expect((await failure(whole)).message).toContain(words)
  })

  it('refuses a part that nobody asked for', async () => {
    const headers = { 'content-range': 'bytes 0-4999/40000', etag: '"v1"' }
    const part = () => new Response(clip.slice(0, 5_000), { status: 206, headers })
    const { whole } = await get({ instead: part })
    expect((await failure(whole)).message).toContain('nobody asked for')
  })

  it('takes all of a file as such, though it is called a part', async () => {
    const headers = { 'content-range': 'bytes 0-39999/40000', etag: '"v1"' }
    const { whole } = await get({ instead: () => new Response(clip, { status: 206, headers }) })
    expect(await whole).toEqual(clip)
  })

  it('passes over what it has where the server can only start from the beginning', async () => {
    const { host, whole } = await get({ cuts: [5_000], ranges: false })
    expect(await whole).toEqual(clip)
    expect(host.requests).toHaveLength(2)
  })

  it('takes parts as short as the server likes', async () => {
    const instead = (request: Request, number: number) => {
      if (number === 0) return undefined
      const from = Number(/\d+/.exec(request.headers.get('range') ?? '')?.[0])
      const to = Math.min(from + 9_000, clip.length)
      const headers = { 'content-range': `bytes ${from}-${to - 1}/${clip.length}`, etag: '"v1"' }
      return new Response(clip.slice(from, to), { status: 206, headers })
    }
    const { host, whole } = await get({ cuts: [5_000], instead })
    expect(await whole).toEqual(clip)
    expect(host.requests).toHaveLength(5)
  })

  it('ends well when the server says that nothing was missing', async () => {
    const instead = (_: Request, number: number) =>
      number === 0
        ? new Response(
            new ReadableStream({
              start(controller) {
                controller.enqueue(clip.slice())
              },
              pull: (controller) => controller.error(new TypeError('terminated')),
            }),
            { headers: { etag: '"v1"' } },
          )
        : new Response('none', { status: 416, headers: { 'content-range': `bytes */${clip.length}` } })
    const { whole } = await get({ instead })
    expect(await whole).toEqual(clip)
  })
})

describe('the patience of a download', () => {
  it('ends after so many attempts in a row that brought nothing', async () => {
    const { host, whole, elapsed } = await get({ cuts: [5_000, ...new Array(99).fill(0)] }, { retries: 3 })
    const error = await failure(whole)
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', retryable: true })
    expect(error.message).toContain('after 5000 of 40000 bytes')
    expect(error.message).toContain('4 attempts in a row brought nothing')
    expect(error.handle).toBeDefined()
    expect(host.requests).toHaveLength(4)
    // 250, 500 and 1,000 ms, each between half and whole.
    expect(elapsed()).toBeGreaterThanOrEqual(875)
    expect(elapsed()).toBeLessThanOrEqual(1_750)
  })

  it('is restored by every byte', async () => {
    const { whole } = await get({ cuts: new Array(30).fill(1_000) }, { retries: 1 })
    expect(await whole).toEqual(clip)
  })

  it.each([[503], [500], [429], [408]])('covers HTTP %i, and does as Retry-After says', async (status) => {
    const headers = { 'retry-after': '7' }
    const instead = (_: Request, number: number) =>
      number < 2 ? new Response(null, { status, headers }) : undefined
    const { whole, elapsed } = await get({ instead })
    expect(await whole).toEqual(clip)
    expect(elapsed()).toBe(14_000)
  })

  it('does not wait for longer than there is time', async () => {
    const headers = { 'retry-after': '3600' }
    const { whole, elapsed } = await get(
      { instead: () => new Response(null, { status: 503, headers }) },
      { deadlineMs: 60_000 },
    )
    expect(await failure(whole)).toMatchObject({ httpStatus: 503, retryAfterMs: 3_600_000 })
    expect(elapsed()).toBe(0)
  })

  it('covers a connection that cannot be made, and names no secret of its error', async () => {
    const fetch = () => Promise.reject(new TypeError('fetch failed: Bearer sk-1'))
    const { whole } = await get({}, { fetch })
    const error = await failure(whole)
    expect(error.message).toContain('6 attempts in a row')
    expect(error.message).not.toContain('sk-1')
  })

  it('covers a connection that stalls', async () => {
    const stalled = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(clip.slice(0, 5_000)),
    })
    const headers = { etag: '"v1"', 'content-length': String(clip.length) }
    const signals: AbortSignal[] = []
    const host = createHost(clip)
    // Not tracked: for such a clock a call under way stops time.
    let call = 0
    const fetch: typeof globalThis.fetch = (input, init) => {
      call += 1
      if (call > 1) return host.fetch(input, init)
      signals.push(init?.signal as AbortSignal)
      return Promise.resolve(new Response(stalled, { headers }))
    }
    const { clock } = host
    const { body } = await download(output, { fetch, clock, stallMs: 20_000 })
    expect(await bytesOf(body)).toEqual(clip)
    expect(clock.now() - Date.UTC(2026, 0, 1)).toBeGreaterThanOrEqual(20_000)
    expect(signals[0]?.aborted).toBe(true)
  })
})
