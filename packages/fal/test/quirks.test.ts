import { download, generate, isVideoOffer, type RenderEvent, wait } from '@reelay/core'
import type { FaultSpec } from '@reelay/emulator'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, test } from 'vitest'
import { createFal } from '../src/index.ts'
import { boat, created, createRig, fixture, id, stub } from './world.ts'

const minute = 60_000
describe('a clip', () => {
  test('comes with its cost in billable units, and can be fetched', async () => {
    const { fal, emulator, clock, requests } = createRig()
    const task = await generate(fal, { ...boat, generateAudio: true, mode: 'pro' })
    expect(task).toMatchObject({
      nativeStatus: 'COMPLETED',
      outputs: [{ kind: 'video', mediaType: 'video/mp4', url: expect.stringMatching(/^https:/) }],
      cost: { microUsd: 840_000, native: { amount: 6, unit: 'unit' }, basis: 'derived' },
    })
    expect(emulator.control.ledger()).toMatchObject([{ taskId: task.id, microUsd: 840_000 }])
    expect(requests('result')).toHaveLength(1)
    const fetch = clock.track(emulator.fetch)
    const { body } = await download(task.outputs[0], { fetch, clock })
    expect((await new Response(body).arrayBuffer()).byteLength).toBeGreaterThan(1_000)
  })

  test('with its address alone is enough', async () => {
    const { fal } = createRig({ outputFile: 'url-only' })
    expect((await generate(fal, boat)).outputs[0]).toMatchObject({ mediaType: 'video/mp4' })
  })

  test('is the same under either reading of a waiting status', async () => {
    const { fal } = createRig({ waitingStatus: 200 })
    expect((await generate(fal, boat)).status).toBe('succeeded')
  })

  test('of every row is understood by a strict reader, at the price quoted', {
    timeout: 60_000,
  }, async () => {
    const { fal, emulator, requests } = createRig({ kling4: true, outputFile: 'url-only' })
    for (const { kind, model, mode, limits } of fal.catalog.offers.filter(isVideoOffer)) {
      const link = 'https://example.com/a.png'
      const fields = {
        ...{ model, mode, prompt: 'A boat' },
        ...(limits.negativePrompt && { negativePrompt: 'rain' }),
        ...(limits.cfgScale && { cfgScale: 0.7 }),
        ...(limits.aspectRatios && limits.aspectRatios.length > 1 && { aspectRatio: '9:16' }),
        ...(limits.audio === 'optional' && { generateAudio: true }),
        ...(limits.cameraControl && { cameraControl: { type: 'simple', config: { pan: 2 } } as const }),
      }
      const request =
        kind === 'text-to-video'
          ? { kind, ...fields }
          : { kind, ...fields, startImage: link, ...(limits.endImage && { endImage: link }) }
      const quote = fal.quote(request)
      const { handle } = await fal.submit(request)
      const task = await wait(fal, handle)
      expect([model, mode, kind, task.status, task.cost?.microUsd]).toEqual([
        ...[model, mode, kind, 'succeeded'],
        quote.type === 'exact' && quote.microUsd,
      ])
      expect(emulator.control.ledger().at(-1)?.microUsd).toBe(task.cost?.microUsd)
    }
    expect(requests('create').flatMap(({ unknownKeys }) => unknownKeys ?? [])).toEqual([])
  })

  test('is finished by another process from its stored handle, v4 too', async () => {
    const { fal, create } = createRig({ kling4: true })
    for (const request of [boat, { ...boat, model: 'kling-v4' }]) {
      const { handle } = await fal.submit(request)
      const task = await wait(create(), JSON.parse(JSON.stringify(handle)))
      expect(task).toMatchObject({ status: 'succeeded', id: handle.id })
    }
  })

  test('nobody read within an hour is expired', async () => {
    const { fal, clock } = createRig()
    const { handle } = await fal.submit(boat)
    await clock.sleep(120 * minute)
    expect(await fal.get(handle)).toMatchObject({ status: 'expired', id: handle.id })
  })
})

describe('a failure', () => {
  test('is a completed status and the words of the result', async () => {
    const { fal, emulator, requests } = createRig({ contentFilter: { words: ['paper'] } })
    const { handle } = await fal.submit(boat)
    const task = await wait(fal, handle)
    expect(task).toMatchObject({
      status: 'failed',
      nativeStatus: 'ERROR',
      failure: { reason: 'content', flagged: true, retryable: false },
      cost: { microUsd: 0, native: { amount: 0, unit: 'unit' } },
    })
    expect(requests('create').map(({ status }) => status)).toEqual([200])
    const error = await generate(fal, boat).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_TASK_FAILED', outcome: 'accepted' })
    expect(error.message).toMatch(/^The prompt was flagged by a content checker\./)
    expect(emulator.control.tasks()).toHaveLength(2)
  })

  test.each(['always', 'platform', 'never'] as const)(
    'is one whether the status tells it or not (%s)',
    async (statusError) => {
      const { fal, emulator } = createRig({ statusError })
      const named = {
        runner_scheduling_failure: 'capacity',
        downstream_service_error: 'internal',
        image_too_small: 'input',
      }
      for (const [message, reason] of Object.entries(named)) {
        emulator.control.failNext({ provider: 'fal', message })
        const { handle } = await fal.submit(boat)
        expect(await wait(fal, handle)).toMatchObject({
          status: 'failed',
          failure: { reason, retryable: reason !== 'input' },
        })
      }
    },
  )
})

describe('reads', () => {
  test.each(['User is locked', 'TOP_UP.'])(
    'go on through a lock (%s): the task is not lost',
    async (reason) => {
      const { fal, emulator, clock } = createRig()
      const { handle } = await fal.submit(boat)
      emulator.control.setLocked(reason, { provider: 'fal' })
      const events: RenderEvent[] = []
      const ended = wait(fal, handle, { onEvent: (event) => void events.push(event) })
      void clock.sleep(20 * minute).then(() => emulator.control.setLocked(false, { provider: 'fal' }))
      expect(await ended).toMatchObject({ status: 'succeeded', id: handle.id })
      expect(events.find(({ type }) => type === 'retry')).toMatchObject({
        error: { code: 'ERR_FUNDS', httpStatus: 403, outcome: 'accepted', retryable: true, handle },
      })
    },
  )

  const nuisances: [string, FaultSpec][] = [
    [
      'a result read too early',
      { on: 'result', kind: 'status', status: 400, body: { detail: 'Request is still in progress' } },
    ],
    [
      'a refusal nobody explains',
      { on: 'query', kind: 'status', status: 403, body: { detail: 'Forbidden' } },
    ],
    ['a lock on the result', { on: 'result', kind: 'status', status: 403 }],
    ['an ingress fault on the result', { on: 'result', kind: 'html' }],
    ['no address in the result', { on: 'result', kind: 'missing-url' }],
    ['half of a result', { on: 'result', kind: 'truncated-json' }],
    ['a rate limit on the result', { on: 'result', kind: 'rate-limit' }],
    ['a status of nobody', { on: 'query', kind: 'unknown-status', word: 'FAILED' }],
    ['a status without its word', { on: 'query', kind: 'missing-field', field: 'status' }],
    ['a 500 of the status', { on: 'query', kind: 'status', status: 500 }],
  ]
  test.each(nuisances)('survive %s', async (_name, fault) => {
    const { fal, emulator } = createRig()
    const planted = emulator.control.fault({ ...fault, times: 4 })
    expect((await generate(fal, boat)).status).toBe('succeeded')
    expect(planted.hits).toBe(4)
    expect(emulator.control.ledger()).toHaveLength(1)
  })

  test.each([
    [503, { detail: 'The connection failed', error_type: 'runner_connection_error' }],
    [500, { detail: 'Internal error', error_type: 'internal_error' }],
    [500, { detail: 'No.' }],
  ])('survive a result answered %i %j, which nothing else backs', async (status, json) => {
    let looks = 0
    const headers = { 'x-fal-request-id': id }
    const { fal } = stub(({ method, url }) => {
      if (method === 'POST') return { json: created }
      if (url.pathname.endsWith('/status')) return { json: { status: 'COMPLETED', request_id: id } }
      looks += 1
      return looks > 4
        ? { json: { video: { url: 'https://v3b.fal.media/a.mp4' } } }
        : { status, json, headers }
    })
    expect((await generate(fal, boat)).status).toBe('succeeded')
    expect(looks).toBe(5)
  })
})

describe('the status stream', () => {
  const lasting = { queuedMs: 0, processingMs: 93_456 }

  test('shows the end of a task that is waited for alone at once', async () => {
    const { create, clock, requests } = createRig(lasting)
    const fal = create({ stream: true })
    const { handle } = await fal.submit(boat)
    const startedAt = clock.now()
    expect(await wait(fal, handle)).toMatchObject({ status: 'succeeded' })
    expect(clock.now() - startedAt).toBeLessThan(93_456 + 3_500)
    expect(requests('query').filter(({ path }) => path.includes('/status/stream'))).toHaveLength(1)
  })

  test(`status_stream (${fixture('status_stream').source}): read as recorded, its last event ends the wait`, async () => {
    const { request, response } = fixture('status_stream')
    const { sse } = response as unknown as { readonly sse: readonly { readonly data: object }[] }
    const clock = createVirtualClock()
    const asked: Request[] = []
    const byPath: Readonly<Record<string, () => Response>> = {
      stream: () =>
        new Response(sse.map(({ data }) => `data: ${JSON.stringify(data)}\n\n`).join(''), {
          headers: response.headers,
        }),
      // Until the stream has said so, a look finds it in the queue.
      status: () =>
        Response.json(asked.some(({ url }) => url.includes('stream')) ? sse[2]?.data : sse[0]?.data),
    }
    const fal = createFal({
      apiKey: 'stub-key-id:stub-key-secret',
      clock,
      stream: true,
      fetch: clock.track(async (input, init) => {
        const one = new Request(input as string, init)
        asked.push(one)
        if (one.method === 'POST') return Response.json(sse[0]?.data)
        const { pathname } = new URL(one.url)
        return (
          byPath[pathname.split('/').at(-1) ?? ''] ??
          (() => Response.json(fixture('result_video_url_only').response.body))
        )()
      }),
    })
    const { handle } = await fal.submit(boat)
    const startedAt = clock.now()
    expect(await wait(fal, handle)).toMatchObject({ status: 'succeeded', id: handle.id })
    expect(clock.now() - startedAt).toBeLessThan(5_000)
    const opened = asked.find(({ url }) => url.includes('stream'))
    expect([opened?.method, new URL(opened?.url ?? '').pathname]).toEqual([
      request.method,
      new URL(request.url).pathname,
    ])
    expect(request.headers.accept).toContain(opened?.headers.get('accept'))
  })

  test('is not opened unless asked for', async () => {
    const { fal, requests } = createRig(lasting)
    await wait(fal, (await fal.submit(boat)).handle)
    expect(requests('query').filter(({ path }) => path.includes('stream'))).toEqual([])
  })

  test.each(['rate-limit', 'html', 'reset'] as const)(
    'that meets %s leaves the looks as they are',
    async (kind) => {
      const { create, emulator, requests } = createRig(lasting)
      const match = ({ path }: { readonly path: string }): boolean => path.endsWith('/stream')
      emulator.control.fault({ on: 'any-read', kind, match } as FaultSpec)
      const fal = create({ stream: true })
      const { handle } = await fal.submit(boat)
      expect(await wait(fal, handle)).toMatchObject({ status: 'succeeded' })
      expect(requests('query').length).toBeGreaterThan(2)
    },
  )

  test('ends with the wait', async () => {
    const { create, emulator, clock } = createRig({ ...lasting, processingMs: 3_600_000 })
    const tracked = clock.track(emulator.fetch)
    let signal: AbortSignal | null | undefined
    const fetch: typeof tracked = (input, init) => {
      if (String(input).endsWith('/status/stream')) signal = init?.signal
      return tracked(input, init)
    }
    const fal = create({ stream: true, fetch })
    const { handle } = await fal.submit(boat)
    await expect(wait(fal, handle, { deadlineMs: 60_000 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
    await clock.sleep(1)
    expect(signal?.aborted).toBe(true)
  })
})
