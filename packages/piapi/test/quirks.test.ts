import { generate, isVideoOffer, type RenderEvent, wait } from '@reelay/core'
import { createEmulator, type FaultSpec } from '@reelay/emulator'
import { describe, expect, test } from 'vitest'
import { createPiapi } from '../src/index.ts'
import { apiKey, boat, createRig, png } from './world.ts'

describe('a finished clip', () => {
  test('of 2.6 comes from works, with its length, its copy with watermark and its cost', async () => {
    const { piapi } = createRig()
    const task = await generate(piapi, boat)
    const [output] = task.outputs
    expect(output).toMatchObject({ kind: 'video', mediaType: 'video/mp4' })
    expect(output.duration).toBeCloseTo(5, 0)
    expect(output.url).toMatch(/^https:/)
    expect(output.watermarkUrl).not.toBe(output.url)
    expect(output).not.toHaveProperty('expiresAt')
    expect(task.cost).toEqual({
      microUsd: 200_000,
      native: { amount: 2_000_000, unit: 'point' },
      basis: 'derived',
    })
    expect(Object.keys(task)).not.toContain('raw')
  })

  test.each([
    ['kling-v3', {}, 500_000],
    ['kling-v2-5-turbo', { turboOutput: 'video' }, 280_000],
    ['kling-v2-5-turbo', { turboOutput: 'video_url' }, 280_000],
    ['kling-v2-6', { unwatermarked: 'empty' }, 200_000],
    ['kling-v2-6', { capitalizedStatus: true, utcOffset: '+08:00' }, 200_000],
  ] as const)('of %s %j', async (model, emulated, usd) => {
    const { piapi, clock } = createRig({}, emulated)
    const startedAt = clock.now()
    const task = await generate(piapi, { ...boat, model })
    expect(task.outputs[0].url).toMatch(/^https:/)
    expect(task.cost).toMatchObject({ microUsd: usd })
    expect(task.createdAt).toBe(startedAt)
  })
})

test('over the concurrency a task is staged, then runs', async () => {
  const { piapi, emulator } = createRig()
  emulator.control.setConcurrency(1, { provider: 'piapi' })
  await piapi.submit(boat)
  const staged = await piapi.submit({ ...boat, prompt: 'Another boat' })
  expect(staged).toMatchObject({ status: 'queued', nativeStatus: 'staged' })
  const words: string[] = []
  const onEvent = (event: RenderEvent): void => {
    if (event.type === 'status') words.push(event.task.nativeStatus)
  }
  expect(await wait(piapi, staged.handle, { onEvent })).toMatchObject({ status: 'succeeded' })
  expect(words).toContain('processing')
})

describe('cancel', () => {
  test('stops a pending task, which costs nothing then', async () => {
    const { piapi } = createRig()
    const { handle } = await piapi.submit(boat)
    expect(await piapi.cancel(handle)).toBe('canceled')
    expect(await piapi.get(handle)).toMatchObject({
      status: 'canceled',
      nativeStatus: 'cancelled',
      cost: { microUsd: 0 },
    })
  })

  test.each([false, true])('comes too late for one that runs (HTTP 200: %j)', async (errorsAsHttp200) => {
    const { piapi, clock } = createRig({}, { errorsAsHttp200 })
    const { handle } = await piapi.submit(boat)
    await clock.advance(10_000)
    expect(await piapi.cancel(handle)).toBe('too-late')
    expect(await wait(piapi, handle)).toMatchObject({ status: 'succeeded' })
  })
})

test('bytes are uploaded, and the task starts from them', async () => {
  const { piapi, requests } = createRig()
  const task = await generate(piapi, {
    kind: 'image-to-video',
    startImage: png(640, 480),
    endImage: png(640, 480),
  })
  expect(task.status).toBe('succeeded')
  expect(requests('upload')).toHaveLength(2)
  expect(requests('create')).toHaveLength(1)
})

test('with a baseURL even uploads stay there', async () => {
  const emulator = createEmulator({ seed: 1 })
  const server = await emulator.listen()
  try {
    const { baseURL } = emulator.providers(server.url).piapi
    const piapi = createPiapi({ apiKey, baseURL })
    const { handle } = await piapi.submit({ kind: 'image-to-video', startImage: png(640, 480) })
    expect(await piapi.get(handle)).toMatchObject({ id: handle.id })
    expect(emulator.control.requests().map(({ op }) => op)).toEqual(['upload', 'create', 'query'])
  } finally {
    await server.close()
  }
})

test('a failed task says why in its own words and costs nothing', async () => {
  const { piapi } = createRig()
  const failed = async (prompt: string): Promise<unknown> =>
    wait(piapi, (await piapi.submit({ ...boat, prompt })).handle)
  expect(await failed('busy-async')).toMatchObject({
    status: 'failed',
    failure: {
      reason: 'capacity',
      retryable: true,
      message: expect.stringMatching(/^submit task failed: 500/),
    },
    cost: { microUsd: 0 },
  })
  expect(await failed('forbidden-async')).toMatchObject({
    failure: { reason: 'content', flagged: true, retryable: false },
  })
})

describe('polling outlives', () => {
  const nuisances: [string, FaultSpec][] = [
    ['429 with Retry-After', { on: 'query', kind: 'rate-limit', retryAfter: 7 }],
    ['500', { on: 'query', kind: 'status', status: 500 }],
    ['500 in the envelope only', { on: 'query', kind: 'status', status: 200, code: 500 }],
    ['502 with HTML', { on: 'query', kind: 'html' }],
    ['half of the JSON', { on: 'query', kind: 'truncated-json' }],
    ['an unknown status', { on: 'query', kind: 'unknown-status', word: 'Retrying' }],
    ['an empty status', { on: 'query', kind: 'unknown-status', word: '' }],
    ['no status', { on: 'query', kind: 'missing-field', field: 'data.status' }],
    ['no meta', { on: 'query', kind: 'missing-field', field: 'data.meta' }],
    ['no URL', { on: 'query', kind: 'missing-url' }],
  ]
  test.each(nuisances)('%s, three in a row', async (_name, fault) => {
    const { piapi, emulator } = createRig()
    const planted = emulator.control.fault({ ...fault, times: 3 })
    expect(await generate(piapi, boat)).toMatchObject({ status: 'succeeded' })
    expect(planted.hits).toBe(3)
    expect(emulator.control.ledger()).toHaveLength(1)
  })
})

test('a strict reader accepts every row, omni and 4.0 too, and charges what was quoted', async () => {
  const { piapi, emulator } = createRig()
  for (const { kind, model, mode, limits } of piapi.catalog.offers.filter(isVideoOffer)) {
    const images = {
      startImage: 'https://e.com/a.png',
      ...(limits.endImage && { endImage: 'https://e.com/b.png' }),
    }
    const fields = {
      model,
      mode,
      prompt: 'A boat',
      ...(limits.negativePrompt && { negativePrompt: 'rain' }),
      ...(limits.cfgScale && { cfgScale: 0.7 }),
      ...(limits.aspectRatios && { aspectRatio: '9:16' }),
      ...(limits.cameraControl && { cameraControl: { type: 'simple', config: { zoom: 3 } } as const }),
    }
    const request = kind === 'text-to-video' ? { kind, ...fields } : { kind, ...fields, ...images }
    const { warnings } = await piapi.submit(request, { webhookUrl: 'https://hooks.example.test/piapi' })
    const quote = piapi.quote(request)
    const [entry] = emulator.control.ledger()
    if (quote.type === 'exact') expect(entry?.microUsd, `${kind} ${model} ${mode}`).toBe(quote.microUsd)
    else expect(warnings).toMatchObject([{ field: 'model' }])
    emulator.control.reset()
  }
})

test.each([
  ['kling-v3-omni', 500_000],
  ['kling-video-o1', 390_000],
  ['kling-v4', 833_500],
] as const)('a clip of %s is made from submit to cost', async (model, microUsd) => {
  const { piapi } = createRig()
  const task = await generate(piapi, { kind: 'text-to-video', prompt: 'A boat', model })
  expect(task.outputs[0].url).toMatch(/^https:/)
  expect(task.cost).toMatchObject({ microUsd })
})
