import { setupServer } from 'msw/node'
import Replicate, { validateWebhook } from 'replicate'
import { afterEach, describe, expect, it } from 'vitest'
import { createEmulator, demoCredentials, type Emulator, signReplicateWebhook } from '../../src/index.ts'
import { mswHandlers } from '../../src/msw.ts'
import { pngBase64 } from '../kling/rig.ts'

const MODEL = 'kwaivgi/kling-v2.6'
const input = { prompt: 'A paper boat drifts along a rain gutter', duration: 5 }

const servers: { close(): unknown }[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

/** The vendor's client as it is published, with nothing replaced. */
async function overPort(emulator: Emulator): Promise<Replicate> {
  const server = await emulator.listen()
  servers.push(server)
  const { baseURL, env } = server.providers.replicate
  return new Replicate({ auth: env.REPLICATE_API_TOKEN ?? '', baseUrl: baseURL })
}

async function inProcess(emulator: Emulator): Promise<Replicate> {
  const { fetch } = emulator
  return new Replicate({ auth: demoCredentials.replicate.apiToken, fetch })
}

/** Nothing of the client is told anything: msw answers at the real host names. */
async function underMsw(emulator: Emulator): Promise<Replicate> {
  const server = setupServer(...mswHandlers(emulator))
  server.listen({ onUnhandledFrame: 'error' })
  servers.push(server)
  return new Replicate({ auth: demoCredentials.replicate.apiToken })
}

const mounts = [
  ['over a port', overPort],
  ['in-process', inProcess],
  ['under msw', underMsw],
] as const

/** A minute of theirs passes in 30 milliseconds. */
const fast = { speed: 2000, seed: 1 }
const isMP4 = (bytes: Uint8Array): boolean => new TextDecoder().decode(bytes.subarray(4, 8)) === 'ftyp'

describe.each(mounts)('npm replicate %s', (_name, connect) => {
  it('creates, waits, and its output is a clip', async () => {
    // At this speed the hour after which data is removed passes while a clip is encoded on a busy machine.
    const emulator = createEmulator({ ...fast, replicate: { retentionMs: 24 * 3_600_000 } })
    const replicate = await connect(emulator)
    const created = await replicate.predictions.create({ model: MODEL, input })
    expect(created).toMatchObject({ status: 'starting', version: 'hidden', model: MODEL })
    const done = await replicate.wait(created, { interval: 5 })
    expect(done).toMatchObject({ status: 'succeeded', id: created.id })
    const clip = await emulator.fetch(String(done.output))
    expect(isMP4(new Uint8Array(await clip.arrayBuffer()))).toBe(true)
    expect(await replicate.predictions.get(created.id)).toEqual(done)
    expect(emulator.control.ledger()).toHaveLength(1)
  })

  it('runs a model to its output, blocking and polling', async () => {
    const emulator = createEmulator({ ...fast, replicate: { processingMs: 10_000 } })
    const replicate = await connect(emulator)
    for (const wait of [{ mode: 'block' }, { mode: 'poll', interval: 5 }] as const) {
      const seen: string[] = []
      const output = await replicate.run(MODEL, { input, wait }, ({ status }) => void seen.push(status))
      // A string over http, a stream over https: the client wraps only the latter.
      const clip = await emulator.fetch(String(output))
      expect(isMP4(new Uint8Array(await clip.arrayBuffer()))).toBe(true)
      expect(seen.at(-1)).toBe(wait.mode === 'block' ? 'processing' : 'succeeded')
    }
    expect(emulator.control.ledger()).toHaveLength(2)
  })

  it('falls back to polling when the wait is over', async () => {
    const emulator = createEmulator({ speed: 0, seed: 1 })
    emulator.control.onEvent(({ type, op }) => {
      if (type === 'answer-held') emulator.control.advance(1000)
      if (type === 'request-received' && op === 'query') emulator.control.advance(200_000)
    })
    const replicate = await connect(emulator)
    const output = await replicate.run(MODEL, { input, wait: { mode: 'block', timeout: 1 } })
    expect(String(output)).toContain('.mp4')
    // The client begins to download at https by itself: that of a test before this one may still be under way.
    const [create, read] = emulator.control.requests().filter(({ op }) => op !== 'download')
    expect([create?.status, read?.op]).toEqual([202, 'query'])
  })

  it('throws for a failure', async () => {
    const emulator = createEmulator({ ...fast, replicate: { processingMs: 10_000 } })
    const replicate = await connect(emulator)
    emulator.control.failNext({ provider: 'replicate' })
    const wait = { mode: 'poll', interval: 5 } as const
    await expect(replicate.run(MODEL, { input, wait })).rejects.toThrow(/^Prediction failed: .*\(E005\)$/)
    emulator.control.failNext({ provider: 'replicate' })
    await expect(replicate.run(MODEL, { input, wait: { mode: 'block', timeout: 60 } })).rejects.toThrow(
      /E005/,
    )
  })

  it('runs a pinned version', async () => {
    const replicate = await connect(createEmulator(fast))
    const version = 'c17ab6fb62ef8b427c30147c3fef6b4d3bb94af3ba6095c67f8f82304829008a'
    const created = await replicate.predictions.create({ version, input })
    expect(created).toMatchObject({ version, model: 'kwaivgi/kling-v2.0' })
  })

  it('lists, pages and cancels', async () => {
    const emulator = createEmulator({ speed: 0, seed: 1 })
    const replicate = await connect(emulator)
    const ids: string[] = []
    for (let count = 0; count < 120; count += 1) {
      ids.push((await replicate.predictions.create({ model: MODEL, input })).id)
    }
    const pages: string[][] = []
    for await (const page of replicate.paginate(replicate.predictions.list)) {
      pages.push(page.map(({ id }) => id))
    }
    expect(pages.map(({ length }) => length)).toEqual([100, 20])
    expect(pages.flat()).toEqual(ids.reverse())
    const first = ids[0] ?? ''
    expect((await replicate.predictions.cancel(first)).status).toBe('canceled')
    expect((await replicate.predictions.list()).results[0]).toMatchObject({ id: first, status: 'canceled' })
  })

  it('uploads an image by itself, and handles files', async () => {
    const emulator = createEmulator(fast)
    const replicate = await connect(emulator)
    const picture = new Blob([Buffer.from(pngBase64(600, 400), 'base64')], { type: 'image/png' })
    const created = await replicate.predictions.create({
      model: MODEL,
      input: { ...input, start_image: picture },
    })
    const { start_image: url } = created.input as { start_image: string }
    expect(url).toMatch(/\/v1\/files\/[A-Za-z0-9]+=*$/)
    expect((await replicate.wait(created, { interval: 5 })).status).toBe('succeeded')
    expect(
      emulator.control
        .requests()
        .map(({ op }) => op)
        .slice(0, 2),
    ).toEqual(['upload', 'create'])

    const file = await replicate.files.create(picture, { shot: 1 })
    expect(file).toMatchObject({ content_type: 'image/png', metadata: { shot: 1 }, size: picture.size })
    expect(await replicate.files.get(file.id)).toEqual(file)
    expect((await replicate.files.list()).results).toHaveLength(2)
    expect(await replicate.files.delete(file.id)).toBe(true)
    await expect(replicate.files.get(file.id)).rejects.toThrow(/404.*File not found/)
  })

  it('reports refusals as they came', async () => {
    const emulator = createEmulator(fast)
    const replicate = await connect(emulator)
    const wrong = { model: MODEL, input: { ...input, duration: '5' } }
    await expect(replicate.predictions.create(wrong)).rejects.toThrow(/status 422.*Expected: integer/)
    await expect(replicate.models.get('kwaivgi', 'kling-v9')).rejects.toThrow(/404.*Model not found/)
    expect((await replicate.models.get('kwaivgi', 'kling-o1')).is_official).toBe(true)
  })

  it('accepts a webhook signed with the secret it reads', async () => {
    const emulator = createEmulator(fast)
    const replicate = await connect(emulator)
    const { key } = await replicate.webhooks.default.secret.get()
    const body = JSON.stringify(await replicate.predictions.create({ model: MODEL, input }))
    const headers = await signReplicateWebhook(body, { id: 'msg_1', timestamp: 1_795_510_885 })
    expect(await validateWebhook({ headers, body } as never, key)).toBe(true)
    expect(await validateWebhook({ headers, body: `${body} ` } as never, key)).toBe(false)
  })

  // The trap a paid API has to fear: this client sends a create again after a lost answer, six times in all.
  it('pays six times when every answer to a create is lost', async () => {
    const emulator = createEmulator(fast)
    const replicate = await connect(emulator)
    emulator.control.fault({ on: 'create', kind: 'lost-after-create', times: Infinity })
    await expect(replicate.predictions.create({ model: MODEL, input })).rejects.toThrow('fetch failed')
    expect(emulator.control.ledger()).toHaveLength(6)
  })
})

it('npm replicate reads a clip as a stream from the real host name', async () => {
  const emulator = createEmulator(fast)
  const replicate = await inProcess(emulator)
  const output = await replicate.run(MODEL, { input, wait: { mode: 'poll', interval: 5 } })
  const blob = await (output as unknown as { blob(): Promise<Blob> }).blob()
  expect(blob.type).toBe('video/mp4')
  expect(isMP4(new Uint8Array(await blob.arrayBuffer()))).toBe(true)
})
