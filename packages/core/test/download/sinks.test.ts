import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createStorage } from 'unstorage'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  generate,
  type Output,
  type S3Options,
  type SucceededTask,
  toS3,
  toStorage,
} from '../../src/index.ts'
import { handle, task } from '../fakes.ts'
import { finished } from './emulated.ts'
import { createHost, failure, mp4, output } from './support.ts'

const clip = mp4(300_000)
const done = task('succeeded', handle(0)) as SucceededTask
const withOutputs = (...outputs: Partial<Output>[]): SucceededTask =>
  ({ ...done, outputs: outputs.map((one) => ({ ...output, ...one })) }) as never

describe('a storage', () => {
  it('gets every output whole, under a name that says whose it is', async () => {
    const { fetch, clock } = createHost(clip, { cuts: [100_000] })
    const storage = createStorage()
    const picture = {
      kind: 'image',
      mediaType: 'image/jpeg',
      url: 'data:image/jpeg;base64,/9j/4AAQSkZJRg==',
    } as const
    const stored = await toStorage(storage, undefined, { fetch, clock })(withOutputs({}, {}, picture))
    expect(stored).toEqual([
      { file: 'renders:fake-task-1.mp4', bytes: clip.length, mediaType: 'video/mp4' },
      { file: 'renders:fake-task-1-2.mp4', bytes: clip.length, mediaType: 'video/mp4' },
      { file: 'renders:fake-task-1-3.jpg', bytes: 10, mediaType: 'image/jpeg' },
    ])
    expect(await storage.getItemRaw('renders:fake-task-1-2.mp4')).toEqual(clip)
  })

  it('takes names from its caller', async () => {
    const { fetch, clock } = createHost(clip)
    const storage = createStorage()
    const two = withOutputs({}, {})
    const plain = await toStorage(storage, 'boats:boat.mp4', { fetch, clock })(two)
    const own = await toStorage(storage, (of, _, index) => `${of.id}/${index}`, { fetch, clock })(two)
    expect([...plain, ...own].map(({ file }) => file)).toEqual([
      'boats:boat.mp4',
      'boats:boat-2.mp4',
      'task-1/0',
      'task-1/1',
    ])
  })

  it.each(['../../../evil', '..', '', 'a:b/c', 'CON', '\ud800', 'x'.repeat(5_000), '\u001b[2J'])(
    'keeps a name out of a reply in its place: %j',
    async (id) => {
      const { fetch, clock } = createHost(clip)
      const storage = createStorage()
      const [stored] = await toStorage(storage, 'renders:', { fetch, clock })({ ...withOutputs({}), id })
      expect(stored?.file).toMatch(/^renders:fake-[\w.-]{1,80}\.mp4$/)
      expect(await storage.getKeys()).toEqual([stored?.file])
    },
  )

  it('gets nothing of a file that turns out wrong, or is too large', async () => {
    const storage = createStorage()
    const wrong = createHost(clip, { instead: () => new Response(clip.slice(0, -1)) })
    const large = createHost(clip)
    await failure(toStorage(storage, 'a', wrong)(done))
    const error = await failure(toStorage(storage, 'a', { ...large, maxBytes: 1_000 })(done))
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle: done.handle })
    expect(await storage.getKeys()).toEqual([])
  })

  it('starts over with a file that changed on the way', async () => {
    const storage = createStorage()
    const { fetch, clock } = createHost(clip, { cuts: [100_000], headers: {} })
    await toStorage(storage, 'a', { fetch, clock })(done)
    expect(await storage.getItemRaw('a')).toEqual(clip)
  })

  it('that refuses keeps its secrets', async () => {
    const { fetch, clock } = createHost(clip)
    const storage = { setItemRaw: () => Promise.reject(new Error('redis://:hush-77@db')) }
    const error = await failure(toStorage(storage, 'a', { fetch, clock })(done))
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle: done.handle })
    expect(JSON.stringify(error) + error.stack + error.cause).not.toContain('hush-77')
  })
})

describe('an S3-compatible store', () => {
  interface Put {
    readonly path: string
    readonly headers: IncomingMessage['headers']
    readonly body: Buffer
    /** Whether the whole request arrived, which is when a store makes an object of it. */
    readonly complete: boolean
  }
  let server: Server
  let base = ''
  let puts: Put[] = []
  let respond: (request: IncomingMessage, answer: ServerResponse) => void

  beforeEach(async () => {
    puts = []
    respond = (_request, answer) => answer.end()
    server = createServer((request, answer) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('error', () => undefined)
      request.on('close', () => {
        const { url = '', headers, complete } = request
        puts.push({ path: url, headers, body: Buffer.concat(chunks), complete })
      })
      request.on('end', () => respond(request, answer))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  /** Whatever was on its way has arrived, or never will. */
  const closed = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  afterEach(closed)

  const put = (host: ReturnType<typeof createHost>, options: S3Options = {}, of = done) => {
    const { fetch, clock } = host
    return toS3(`${base}/bucket/clip.mp4?X-Amz-Signature=hush-77`, { fetch, clock, ...options })(of)
  }

  it('gets the file as it comes, with its length', async () => {
    const stored = await put(createHost(clip, { cuts: [100_000] }), {
      putHeaders: { 'x-amz-acl': 'private' },
    })
    expect(stored).toEqual([{ file: `${base}/bucket/clip.mp4`, bytes: clip.length, mediaType: 'video/mp4' }])
    const [sent] = puts
    expect(sent?.headers).toMatchObject({
      'content-length': String(clip.length),
      'content-type': 'video/mp4',
      'x-amz-acl': 'private',
    })
    expect(sent?.headers['transfer-encoding']).toBeUndefined()
    expect(sent?.path).toBe('/bucket/clip.mp4?X-Amz-Signature=hush-77')
    expect(sent?.body).toEqual(Buffer.from(clip))
  })

  it('gets a file of unknown length in one piece, if that is small enough', async () => {
    const unknown = () => createHost(clip, { instead: () => new Response(clip) })
    await put(unknown())
    expect(puts[0]?.headers['content-length']).toBe(String(clip.length))
    expect(puts[0]?.body).toEqual(Buffer.from(clip))
    const error = await failure(put(unknown(), { bufferBytes: 1_000 }))
    expect(error.message).toContain('Raise bufferBytes, or save it to a file first')
    expect(puts).toHaveLength(1)
  })

  it.each([
    ['that breaks off', { cuts: [100_000, 0, 0, 0] }, 'broke off after 100000'],
    ['whose server sends a page', { instead: page }, 'is a page'],
    ['that the provider itself cut off', { instead: cutOff }, 'cut off at the provider'],
    ['that changes', { cuts: [100_000], headers: {} }, 'changed while it was on its way'],
  ])('never gets all of a file %s', async (_name, host, words) => {
    const error = await failure(put(createHost(clip, host), { retries: 2 }))
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle: done.handle })
    expect(error.message).toContain(words)
    await closed()
    expect(puts.filter(({ complete }) => complete)).toEqual([])
  })

  function page() {
    const text = new TextEncoder().encode('<html>page</html>')
    return new Response(text, { headers: { 'content-length': String(text.length) } })
  }

  function cutOff() {
    const cut = clip.slice(0, 200_000)
    return new Response(cut, { headers: { 'content-length': String(cut.length) } })
  }

  it.each([[403], [500], [301]])(
    'that answers %i is not asked again, and its URL stays secret',
    async (status) => {
      respond = (_request, answer) =>
        answer.writeHead(status, { location: '/elsewhere' }).end('<Error>hush-77</Error>')
      const error = await failure(put(createHost(clip)))
      expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', httpStatus: status })
      expect(error.message).toContain(
        `not stored at ${base}/bucket/clip.mp4: the server answered HTTP ${status}`,
      )
      expect(JSON.stringify(error) + error.stack + error.cause).not.toContain('hush-77')
      expect(puts).toHaveLength(1)
    },
  )

  it('that answers before it has the file is not believed', async () => {
    const { fetch, clock } = createHost(clip)
    const hasty: typeof globalThis.fetch = async (_input, init) => {
      const reader = new Response(init?.body).body?.getReader()
      await reader?.read()
      return new Response(null)
    }
    const error = await failure(put({ fetch, clock } as never, { putFetch: hasty }))
    expect(error.message).toContain('answered before it had all of the clip')
  })

  it('that breaks off, or says nothing, is given up', async () => {
    respond = (request) => request.socket.destroy()
    expect((await failure(put(createHost(clip)))).message).toContain('not stored at')
    let signal: AbortSignal | null | undefined
    const silent: typeof globalThis.fetch = (_input, init) => {
      signal = init?.signal
      return new Promise(() => {})
    }
    const { clock } = createHost(clip)
    const headers = { 'content-length': String(clip.length) }
    // Not tracked: for such a clock a body that is not read stops time.
    const fetch = async () => new Response(clip, { headers })
    const error = await failure(put({ fetch, clock } as never, { putFetch: silent, stallMs: 5_000 }))
    expect(error.message).toContain('it stalled: no data for 5000 ms')
    expect(signal?.aborted).toBe(true)
  })

  it('is not taken to stall while the provider is what keeps it waiting', async () => {
    const headers = { 'retry-after': '600' }
    const instead = (_: Request, number: number) =>
      number === 1 ? new Response(null, { status: 503, headers }) : undefined
    const host = createHost(clip, { cuts: [100_000], instead })
    const [stored] = await put(host, { stallMs: 5_000 })
    expect(stored?.bytes).toBe(clip.length)
    expect(puts[0]?.body).toEqual(Buffer.from(clip))
  })

  it('needs an address for each output', async () => {
    const two = withOutputs({}, {})
    const host = createHost(clip)
    expect(await failure(put(host, {}, two))).toMatchObject({ code: 'ERR_CONFIG', outcome: 'accepted' })
    expect(host.requests).toEqual([])
    const { fetch, clock } = host
    const stored = await toS3((of, _, index) => `${base}/${of.id}-${index}`, { fetch, clock })(two)
    expect(stored.map(({ file }) => file)).toEqual([`${base}/task-1-0`, `${base}/task-1-1`])
  })

  it('stops when asked to, and leaves no object', async () => {
    const stop = new AbortController()
    const host = createHost(clip)
    const onProgress = () => stop.abort(new Error('enough'))
    const error = await failure(put(host, { onProgress, abortSignal: stop.signal }))
    expect(error).toMatchObject({ code: 'ERR_ABORTED', outcome: 'accepted', handle: done.handle })
    await closed()
    expect(puts.filter(({ complete }) => complete)).toEqual([])
  })
})

describe('generate', () => {
  it('resolves when the clip is stored, and gives its store what an expired URL is replaced with', async () => {
    const { clock, emulator, fetch, provider } = await finished('kling')
    const storage = createStorage()
    const told: unknown[] = []
    const request = { kind: 'text-to-video', prompt: 'A paper boat', duration: 5 } as const
    const store = toStorage(storage, 'clips:', { fetch })
    emulator.control.fault({ on: 'download', kind: 'truncated' })
    const rendered = await generate(provider, request, {
      store: async (of, context) => {
        told.push(context.provider, context.clock)
        return store(of, context)
      },
    })
    const keys = await storage.getKeys()
    expect(keys).toEqual([`clips:kling-${rendered.id}.mp4`])
    expect(told).toEqual([provider, undefined])
    expect(clock.now()).toBeGreaterThan(0)
  })

  it('keeps the task when its store fails', async () => {
    const { emulator, fetch, provider } = await finished('kling')
    emulator.control.fault({ on: 'download', kind: 'html-as-video', times: 99 })
    const request = { kind: 'text-to-video', prompt: 'A paper boat', duration: 5 } as const
    const error = await failure(
      generate(provider, request, { store: toStorage(createStorage(), 'a', { fetch }) }),
    )
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle: { provider: 'kling' } })
  })
})
