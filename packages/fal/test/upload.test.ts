import { createEmulator } from '@reelay/emulator'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, test } from 'vitest'
import { createFal } from '../src/index.ts'
import { apiKey, created, createRig, fixture, png, stub } from './world.ts'

const image = {
  kind: 'image-to-video',
  prompt: 'A paper boat',
  startImage: 'https://example.com/a.png',
} as const

describe('a file', () => {
  const large = png(640, 480, 9_000)

  test('over a few KB is uploaded, without the key and for a day', async () => {
    const { emulator, clock } = createRig()
    const seen: Request[] = []
    const fetch = clock.track(async (input, init) => {
      seen.push(new Request(input, init))
      return emulator.fetch(input as string, init)
    })
    const fal = createFal({ apiKey, fetch, clock, headers: { 'x-trace': '1' } })
    await fal.submit({ ...image, startImage: large, endImage: png(640, 480) })
    const [initiate, put, create] = seen
    expect(seen.map(({ method, url }) => `${method} ${new URL(url).host}`)).toEqual([
      'POST rest.fal.ai',
      'PUT v3b.fal.media',
      'POST queue.fal.run',
    ])
    expect(new URL(initiate?.url ?? '').search).toBe('?storage_type=fal-cdn-v3')
    expect(await initiate?.json()).toEqual({ content_type: 'image/png', file_name: 'startImage.png' })
    for (const name of ['x-fal-object-lifecycle', 'x-fal-object-lifecycle-preference']) {
      expect(JSON.parse(initiate?.headers.get(name) ?? '')).toEqual({ expiration_duration_seconds: 86_400 })
    }
    expect([...(put?.headers ?? [])]).toEqual([['content-type', 'image/png']])
    expect((await put?.arrayBuffer())?.byteLength).toBe(large.byteLength)
    const body = await create?.json()
    expect(body).toMatchObject({
      start_image_url: expect.stringMatching(/^https:\/\/v3b\.fal\.media\//),
      end_image_url: expect.stringMatching(/^data:image\/png;base64,/),
    })
    expect(emulator.control.ledger()).toHaveLength(1)
  })

  test(`upload_initiate (${fixture('upload_initiate').source})`, async () => {
    const { request, response } = fixture('upload_initiate')
    const seen: Request[] = []
    const fal = createFal({
      apiKey: 'stub-key-id:stub-key-secret',
      async fetch(input, init) {
        const asked = new Request(input, init)
        seen.push(asked.clone())
        if (asked.method === 'PUT') return new Response(null)
        return Response.json(new URL(asked.url).host === 'rest.fal.ai' ? response.body : created)
      },
    })
    await fal.submit({ ...image, startImage: large })
    const [initiate, put, create] = seen
    expect([initiate?.method, initiate?.url]).toEqual([request.method, request.url])
    expect(await initiate?.json()).toEqual({ ...request.body, file_name: 'startImage.png' })
    const asRecorded = { ...request.headers, authorization: 'Key stub-key-id:stub-key-secret' }
    expect(Object.fromEntries(initiate?.headers ?? [])).toMatchObject(asRecorded)
    const { upload_url, file_url } = response.body as unknown as { upload_url: string; file_url: string }
    expect([put?.method, put?.url]).toEqual(['PUT', upload_url])
    expect(await create?.json()).toMatchObject({ start_image_url: file_url })
  })

  test('that cannot be uploaded buys nothing', async () => {
    const { fal, emulator, requests } = createRig()
    const submit = (): Promise<unknown> => fal.submit({ ...image, startImage: large })
    emulator.control.setLocked(true, { provider: 'fal' })
    await expect(submit()).rejects.toMatchObject({ code: 'ERR_FUNDS', outcome: 'none', retryable: true })
    emulator.control.setLocked(false, { provider: 'fal' })
    emulator.control.fault({ on: 'upload', kind: 'missing-field', field: 'upload_url' })
    await expect(submit()).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_REPLY', outcome: 'none' })
    emulator.control.fault({ on: 'upload', kind: 'html', skip: 1 })
    await expect(submit()).rejects.toMatchObject({ code: 'ERR_UNAVAILABLE', outcome: 'none' })
    expect(requests('create')).toEqual([])
  })

  test.each(['http://v3b.fal.media/put', 'https://10.0.0.1/put', 'https://u:p@x.example/put', 'put'])(
    'is not brought to %s',
    async (upload_url) => {
      const { fal, sent } = stub(() => ({ json: { upload_url, file_url: 'https://v3b.fal.media/a.png' } }))
      await expect(fal.submit({ ...image, startImage: large })).rejects.toMatchObject({
        code: 'ERR_UNEXPECTED_REPLY',
        outcome: 'none',
      })
      expect(sent).toHaveLength(1)
    },
  )

  test('goes to an emulator on a port by its one base URL', async () => {
    const clock = createVirtualClock()
    const emulator = createEmulator({ clock: clock.server, seed: 1 })
    const server = await emulator.listen()
    try {
      const { baseURL } = server.providers.fal
      const fal = createFal({ apiKey, baseURL, clock, fetch: clock.track(globalThis.fetch) })
      const task = await fal.submit({ ...image, startImage: large })
      expect(task.status).toBe('queued')
      expect(emulator.control.requests().map(({ op }) => op)).toEqual(['upload', 'upload', 'create'])
    } finally {
      await server.close()
    }
  })
})
