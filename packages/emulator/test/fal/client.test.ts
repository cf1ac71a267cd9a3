// fal's own client, as published and unmodified, against the emulator: where the two disagree, the emulator is wrong.
import { ApiError, createFalClient, type FalClient, type QueueStatus, ValidationError } from '@fal-ai/client'
import { setupServer } from 'msw/node'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createEmulator, demoCredentials, type Emulator, type EmulatorOptions } from '../../src/index.ts'
import { mswHandlers } from '../../src/msw.ts'
import { pngBase64 } from '../kling/rig.ts'
import { I2V, prompt, T2V } from './rig.ts'

const png = new Blob([Buffer.from(pngBase64(600, 400), 'base64')], { type: 'image/png' })

// A clip takes a twentieth of a second, and outlives any stall of the machine.
const quick: EmulatorOptions = {
  speed: 200,
  seed: 7,
  fal: { queuedMs: 3000, processingMs: 7000, resultTtlMs: Number.POSITIVE_INFINITY },
}

interface Pair {
  readonly emulator: Emulator
  readonly client: FalClient
}

/** In-process: the client's own `fetch` option leads every host into the emulator. */
function inProcess(options: EmulatorOptions = {}): Pair {
  const emulator = createEmulator({ ...quick, ...options })
  const client = createFalClient({
    credentials: demoCredentials.fal.key,
    fetch: ((url: string, init?: RequestInit) => emulator.fetch(url, init)) as typeof fetch,
  })
  return { emulator, client }
}

const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
})

/** On a port: the client's request middleware moves its hosts; addresses in answers lead to the port by themselves. */
async function onPort(options: EmulatorOptions = {}): Promise<Pair> {
  const emulator = createEmulator({ ...quick, ...options })
  const { providers, close } = await emulator.listen()
  closing.push(close)
  const { hosts = {}, env } = providers.fal
  const client = createFalClient({
    credentials: () => env.FAL_KEY,
    requestMiddleware: async (request) => ({
      ...request,
      url: request.url
        .replace('https://queue.fal.run', hosts.queue ?? '')
        .replace('https://rest.fal.ai', hosts.rest ?? ''),
    }),
  })
  return { emulator, client }
}

/** Nothing of the client is told anything: msw answers at the real host names. */
async function underMsw(options: EmulatorOptions = {}): Promise<Pair> {
  const emulator = createEmulator({ ...quick, ...options })
  const server = setupServer(...mswHandlers(emulator))
  server.listen({ onUnhandledFrame: 'error' })
  onTestFinished(() => server.close())
  return { emulator, client: createFalClient({ credentials: demoCredentials.fal.key }) }
}

describe.each([
  ['in-process', async () => inProcess()],
  ['under msw', () => underMsw()],
  ['on a port', () => onPort()],
])('@fal-ai/client %s', (_mount, open) => {
  it('subscribes by polling', async () => {
    const { client, emulator } = await open()
    const seen: QueueStatus['status'][] = []
    let enqueued = ''
    const { data, requestId } = await client.subscribe(T2V, {
      input: { prompt, duration: '5' },
      logs: true,
      pollInterval: 1,
      onEnqueue: (id) => {
        enqueued = id
      },
      onQueueUpdate: ({ status }) => void seen.push(status),
    })
    expect(data.video).toMatchObject({ content_type: 'video/mp4', file_name: 'output.mp4' })
    expect(seen.at(-1)).toBe('COMPLETED')
    expect([requestId, enqueued]).toEqual([enqueued, emulator.control.ledger()[0]?.taskId])
    expect(emulator.control.ledger()).toHaveLength(1)
  })

  it('subscribes by streaming', async () => {
    const { client } = await open()
    const seen: string[] = []
    const logs = new Set<string>()
    const { data } = await client.subscribe(T2V, {
      input: { prompt },
      logs: true,
      mode: 'streaming',
      onQueueUpdate: (update) => {
        seen.push(update.status)
        if ('logs' in update) for (const { message } of update.logs) logs.add(message)
      },
    })
    expect(data.video.url).toMatch(/_output\.mp4$/)
    expect(seen.at(-1)).toBe('COMPLETED')
    expect([...logs]).toEqual(['Task accepted by upstream', 'Done'])
  })

  it('uploads a picture of its own accord and makes a clip of its shape', async () => {
    const { client, emulator } = await open()
    const { data } = await client.subscribe(I2V, {
      input: { prompt, image_url: png },
      pollInterval: 1,
    })
    const ops = emulator.control.requests().map(({ op }) => op)
    expect(ops.slice(0, 3)).toEqual(['upload', 'upload', 'create'])
    const clip = await emulator.fetch(data.video.url)
    expect((await clip.arrayBuffer()).byteLength).toBe(data.video.file_size)
  })

  it('stores and serves a file', async () => {
    const { client, emulator } = await open()
    const url = await client.storage.upload(png, { lifecycle: { expiresIn: '1d' } })
    const served = await emulator.fetch(url)
    expect(served.headers.get('content-type')).toBe('image/png')
    expect((await served.arrayBuffer()).byteLength).toBe(png.size)
    emulator.control.advance(86_400_000)
    expect((await emulator.fetch(url)).status).toBe(404)
  })

  it('reads a 422 as a ValidationError with the field', async () => {
    const { client } = await open()
    // A string of the wrong form, as a widely used client sends it.
    const input = { prompt, duration: '5s' as '5' }
    const error = await client.subscribe(T2V, { input, pollInterval: 1 }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ValidationError)
    const { requestId, getFieldErrors, status } = error as ValidationError
    expect([status, requestId]).toEqual([422, expect.stringMatching(/^[0-9a-f-]{36}$/)])
    expect(getFieldErrors.call(error, 'duration')).toMatchObject([{ type: 'literal_error' }])
  })
})

describe('@fal-ai/client, step by step', () => {
  it('submits, reads and streams a status, and reads the result', async () => {
    const { client, emulator } = inProcess({ speed: 0 })
    const { request_id: requestId, status } = await client.queue.submit(T2V, { input: { prompt } })
    expect(status).toBe('IN_QUEUE')
    expect(await client.queue.status(T2V, { requestId, logs: true })).toMatchObject({
      status: 'IN_QUEUE',
      queue_position: 2,
    })
    const early = await client.queue.result(T2V, { requestId }).catch((reason: unknown) => reason)
    expect(early).toBeInstanceOf(ApiError)
    expect(early).toMatchObject({ status: 400, body: { detail: 'Request is still in progress' }, requestId })

    const stream = await client.queue.streamStatus(T2V, { requestId, logs: true })
    const seen: string[] = []
    stream.on('data', (event: QueueStatus) => {
      seen.push(event.status)
      queueMicrotask(() => emulator.control.advance(600_000))
    })
    expect(await stream.done()).toMatchObject({ status: 'COMPLETED', metrics: { inference_time: 7 } })
    expect(stream.requestId).toBe(requestId)
    expect(seen).toEqual(['IN_QUEUE', 'COMPLETED'])
    expect((await client.queue.result(T2V, { requestId })).requestId).toBe(requestId)
  })

  it('cancels, and throws where there is nothing left to cancel', async () => {
    const { client } = inProcess({ speed: 0 })
    const { request_id: requestId } = await client.queue.submit(T2V, { input: { prompt } })
    await client.queue.cancel(T2V, { requestId })
    const again = await client.queue.cancel(T2V, { requestId }).catch((reason: unknown) => reason)
    expect(again).toMatchObject({ name: 'ApiError', status: 400, body: { status: 'ALREADY_COMPLETED' } })
    const missing = await client.queue.cancel(T2V, { requestId: 'none' }).catch((reason: unknown) => reason)
    expect(missing).toMatchObject({ status: 404, body: { status: 'NOT_FOUND' } })
    const result = await client.queue.result(T2V, { requestId }).catch((reason: unknown) => reason)
    expect(result).toMatchObject({ status: 499, body: { error_type: 'client_cancelled' } })
  })

  it('passes its start deadline and knows it for the caller’s own', async () => {
    const { client, emulator } = inProcess({ speed: 0 })
    const { request_id: requestId } = await client.queue.submit(T2V, { input: { prompt }, startTimeout: 2 })
    emulator.control.advance(60_000)
    const error = await client.queue.result(T2V, { requestId }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ status: 504, isUserTimeout: true })
    // It would retry any other 504.
    expect(emulator.control.requests()).toHaveLength(2)
  })

  it('uploads a large file in parts', async () => {
    const { client, emulator } = inProcess()
    const big = new Blob(['0123456789'.repeat(10)])
    // Only its size is large; the parts beyond the end are empty.
    Object.defineProperty(big, 'size', { value: 95 * 1024 * 1024 })
    const url = await client.storage.upload(big)
    expect(await (await emulator.fetch(url)).text()).toBe('0123456789'.repeat(10))
    expect(
      emulator.control.requests().filter(({ method, op }) => method === 'PUT' && op === 'upload'),
    ).toHaveLength(10)
  })

  it('runs directly', async () => {
    const { client, emulator } = inProcess()
    const { data } = await client.run(T2V, { input: { prompt } })
    expect(data.video.url).toMatch(/_output\.mp4$/)
    expect(emulator.control.requests()).toMatchObject([{ op: 'create', status: 200 }])
  })

  it('is refused with a wrong key and when the account is locked', async () => {
    const { client, emulator } = inProcess({ fal: { accounts: [{ key: 'another:key' }] } })
    const wrong = await client.queue.submit(T2V, { input: { prompt } }).catch((reason: unknown) => reason)
    expect(wrong).toMatchObject({ status: 401, body: { detail: 'invalid key credentials' } })
    const { client: next, emulator: other } = inProcess()
    other.control.setLocked(true, { provider: 'fal' })
    const locked = await next.queue.submit(T2V, { input: { prompt } }).catch((reason: unknown) => reason)
    expect(locked).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/^User is locked/) } })
    expect([...emulator.control.ledger(), ...other.control.ledger()]).toEqual([])
  })

  it('pays twice when an answer is lost: it repeats the submit', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { client, emulator } = inProcess({ speed: 0 })
      emulator.control.fault({ on: 'create', kind: 'lost-after-create' })
      const submitted = client.queue.submit(T2V, { input: { prompt } })
      await vi.advanceTimersByTimeAsync(5000)
      expect((await submitted).status).toBe('IN_QUEUE')
      expect(emulator.control.ledger()).toHaveLength(2)
    } finally {
      vi.useRealTimers()
    }
  })
})
