import { describe, expect, it } from 'vitest'
import {
  download,
  failover,
  type SucceededTask,
  type VideoProvider,
  type VideoTask,
} from '../../src/index.ts'
import { handle, task } from '../fakes.ts'
import { finished } from './emulated.ts'
import { bytesOf, createHost, failure, mp4, output } from './support.ts'

const clip = mp4(20_000)
const dead = (status: number) => (request: Request) =>
  request.url.includes('a.mp4') ? new Response(null, { status }) : undefined

/** A provider whose task is read, and how often it was. */
function reader(now: VideoTask | (() => Promise<VideoTask>)) {
  const reads: unknown[] = []
  const provider: Pick<VideoProvider, 'get' | 'owns' | 'catalog'> = {
    catalog: { defaultModel: 'kling-v3', offers: [] },
    owns: ({ provider: id }) => id === 'fake',
    async get(of) {
      reads.push(of)
      return typeof now === 'function' ? now() : now
    },
  }
  return { provider, reads }
}

const renewed = (...outputs: object[]): SucceededTask =>
  ({ ...task('succeeded', handle(0)), outputs: outputs.map((one) => ({ ...output, ...one })) }) as never

describe('an expired URL', () => {
  it.each([[401], [403], [404], [410]])(
    'that answers %i is replaced by one read of its task',
    async (status) => {
      const host = createHost(clip, { instead: dead(status) })
      const { provider, reads } = reader(renewed({ url: 'https://cdn.example.com/fresh.mp4' }))
      const { fetch, clock } = host
      const { body } = await download(output, { fetch, clock, provider, handle: handle(0) })
      expect(await bytesOf(body)).toEqual(clip)
      expect(reads).toEqual([handle(0)])
    },
  )

  it('is replaced in the middle of a file, which goes on if it is the same', async () => {
    const instead = (request: Request, number: number) => (number === 1 ? dead(403)(request) : undefined)
    const host = createHost(clip, { cuts: [7_000], instead })
    const { provider } = reader(renewed({ url: 'https://cdn.example.com/fresh.mp4' }))
    const { body } = await download(output, {
      fetch: host.fetch,
      clock: host.clock,
      provider,
      handle: handle(0),
    })
    expect(await bytesOf(body)).toEqual(clip)
    expect(host.requests.map(({ url, headers }) => [new URL(url).pathname, headers.get('range')])).toEqual([
      ['/a.mp4', null],
      ['/a.mp4', 'bytes=7000-'],
      ['/fresh.mp4', 'bytes=7000-'],
    ])
    expect(host.sent()).toBe(clip.length)
  })

  it.each([
    [
      { id: 'b' },
      [
        { id: 'a', url: 'https://x.example/1' },
        { id: 'b', url: 'https://x.example/2' },
      ],
      '/2',
    ],
    [{}, [{ url: 'https://x.example/z.mp4' }, { url: 'https://x.example/a.mp4?sig=2' }], '/a.mp4'],
    [{}, [{ kind: 'audio', url: 'https://x.example/1' }, { url: 'https://x.example/2' }], '/2'],
  ] as [object, object[], string][])(
    'is replaced by that of the same output (%#)',
    async (facts, outputs, path) => {
      const host = createHost(clip, {
        instead: (_, number) => (number === 0 ? new Response(null, { status: 403 }) : undefined),
      })
      const { provider } = reader(renewed(...outputs))
      await download(
        { ...output, ...facts },
        { fetch: host.fetch, clock: host.clock, provider, handle: handle(0) },
      )
      expect(new URL(host.requests[1]?.url ?? '').pathname).toBe(path)
    },
  )

  it('that is not replaced says what to do', async () => {
    const { fetch, clock } = createHost(clip, { instead: dead(403) })
    const error = await failure(download(output, { fetch, clock, handle: handle(clock.now() - 7_200_000) }))
    expect(error).toMatchObject({
      code: 'ERR_DOWNLOAD',
      outcome: 'accepted',
      retryable: false,
      httpStatus: 403,
    })
    expect(error.message).toContain('The task is 2 hours old')
    expect(error.message).toContain('when given `provider` and `handle`')
  })

  it.each([
    ['names no other URL', renewed({}), 'names no other URL'],
    ['is gone', { ...task('failed', handle(0)), status: 'expired' } as VideoTask, 'is expired now'],
    [
      'has several that fit',
      renewed({ url: 'https://x.example/1' }, { url: 'https://x.example/2' }),
      'no other URL',
    ],
  ])('stays expired where the task %s', async (_name, now, words) => {
    const { fetch, clock } = createHost(clip, { instead: () => new Response(null, { status: 404 }) })
    const { provider, reads } = reader(now)
    const error = await failure(download(output, { fetch, clock, provider, handle: handle(0) }))
    expect(error.message).toContain(words)
    expect(reads).toHaveLength(1)
  })

  it('is not looked for twice', async () => {
    const { fetch, clock } = createHost(clip, { instead: () => new Response(null, { status: 403 }) })
    const { provider, reads } = reader(renewed({ url: 'https://cdn.example.com/fresh.mp4' }))
    const error = await failure(download(output, { fetch, clock, provider, handle: handle(0) }))
    expect(error.message).toContain('fresh URL of the result answered HTTP 403 as well')
    expect(reads).toHaveLength(1)
  })

  it('is checked like any other when it is fresh', async () => {
    const { fetch, clock } = createHost(clip, { instead: dead(403) })
    const { provider } = reader(renewed({ url: 'https://10.0.0.1/fresh.mp4' }))
    const error = await failure(download(output, { fetch, clock, provider, handle: handle(0) }))
    expect(error.message).toContain('it is an internal address')
  })

  it('of somebody else’s task is not asked about', async () => {
    const { fetch, clock } = createHost(clip, { instead: dead(403) })
    const { provider, reads } = reader(renewed({ url: 'https://cdn.example.com/fresh.mp4' }))
    await failure(download(output, { fetch, clock, provider, handle: { ...handle(0), provider: 'other' } }))
    expect(reads).toEqual([])
  })
})

describe('how long results live', () => {
  it.each([
    ['kling', 31 * 24, 'kling keeps results for 30 days'],
    ['fal', 8 * 24, 'fal keeps results for 7 days'],
    ['replicate', 2, 'replicate keeps results for 1 hour'],
    ['piapi', 48, 'how long piapi keeps results is not known here'],
  ] as const)('is said of %s', async (id, hours, words) => {
    const { clock, emulator, fetch, provider, task: done } = await finished(id)
    await clock.advance(hours * 3_600_000)
    emulator.control.fault({ on: 'download', kind: 'expired', times: 9 })
    const error = await failure(download(done.outputs[0], { clock, fetch, provider, handle: done.handle }))
    expect(error).toMatchObject({
      code: 'ERR_DOWNLOAD',
      outcome: 'accepted',
      provider: id,
      handle: done.handle,
    })
    expect(error.message).toContain(words)
  })

  it('is said also of a task behind several providers', async () => {
    const { clock, emulator, fetch, provider, task: done } = await finished('replicate')
    const { provider: other } = await finished('kling')
    emulator.control.fault({ on: 'download', kind: 'expired', times: 9 })
    const options = { clock, fetch, provider: failover([other, provider]), handle: done.handle }
    const error = await failure(download(done.outputs[0], options))
    expect(error.message).toContain('replicate keeps results for 1 hour')
  })
})
