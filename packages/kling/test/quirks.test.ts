import { generate, isVideoOffer, ReelayError, type RenderEvent, type TaskHandle, wait } from '@reelay/core'
import type { FaultSpec } from '@reelay/emulator'
import { describe, expect, test } from 'vitest'
import { ahead, apiKey, boat, createRig, pair } from './world.ts'

const minute = 60_000

describe('tokens', () => {
  test('a wait of 31 minutes signs again and is never answered 401', async () => {
    const { kling, emulator, clock } = createRig({}, { processingMs: 31 * minute })
    const startedAt = clock.now()
    const task = await generate(kling, boat)
    expect(task.status).toBe('succeeded')
    expect(clock.now() - startedAt).toBeGreaterThan(31 * minute)
    expect(emulator.control.requests().filter(({ status }) => status === 401)).toEqual([])
  })

  test.each([
    ['10 minutes fast', 10 * minute],
    ['10 minutes slow', -10 * minute],
    ['an hour fast', 60 * minute],
    ['an hour slow', -60 * minute],
  ])('a host clock %s still renders, paid once', async (_name, skew) => {
    const { emulator, clock, create } = createRig({}, { processingMs: 40 * minute })
    const kling = create({ clock: ahead(clock, skew) })
    const task = await generate(kling, boat)
    expect(task.status).toBe('succeeded')
    expect(emulator.control.ledger()).toHaveLength(1)
    const refused = emulator.control.requests().filter(({ status }) => status === 401)
    expect(refused.length).toBeLessThanOrEqual(1)
  })

  test('requests that were refused together are all sent again', async () => {
    const { clock, create, emulator } = createRig(
      {},
      { accounts: [{ name: 'big', ...pair, concurrency: { video: 9 } }] },
    )
    const kling = create({ clock: ahead(clock, 10 * minute) })
    const tasks = await Promise.all([1, 2, 3, 4].map((n) => kling.submit({ ...boat, prompt: `boat ${n}` })))
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(4)
    expect(emulator.control.ledger()).toHaveLength(4)
  })

  test('an API key goes as it is', async () => {
    const { create, requests } = createRig()
    await create({ apiKey }).submit(boat)
    expect(requests('create')[0]?.authScheme).toBe('api-key')
  })

  test('credentials nobody issued are an error of authentication, not of the clock', async () => {
    const { create, requests } = createRig()
    const kling = create({ apiKey: undefined, accessKey: 'ak-nobody', secretKey: 'sk-nobody' })
    await expect(kling.submit(boat)).rejects.toMatchObject({ code: 'ERR_AUTH', outcome: 'rejected' })
    expect(requests('create')).toHaveLength(1)
  })
})

describe('getMany', () => {
  const roomy = { accounts: [{ name: 'big', ...pair, units: 10_000, concurrency: { video: 5_000 } }] }

  async function manyTasks(count: number, emulated: Parameters<typeof createRig>[1] = {}) {
    const rig = createRig({}, { ...roomy, ...emulated })
    const handles: TaskHandle[] = []
    for (let n = 0; n < count; n++) {
      handles.push((await rig.kling.submit({ ...boat, prompt: `boat ${n}` })).handle)
      await rig.clock.advance(1)
    }
    return { ...rig, handles }
  }

  test('1,000 newest first take 3 requests at most', async () => {
    const { kling, handles, requests } = await manyTasks(1_000)
    const answers = await kling.getMany([...handles].reverse())
    expect(answers.size).toBe(1_000)
    for (const [handle, answer] of answers) expect(answer).toMatchObject({ id: handle.id, handle })
    expect(requests('list').length).toBeLessThanOrEqual(3)
    expect(requests('query')).toEqual([])
  }, 30_000)

  test('in another order and among foreign tasks the right pages are found, at the pace of the account', async () => {
    const { kling, handles, requests } = await manyTasks(120, { listOrder: 'oldest' })
    // Nobody asks for the first hundred.
    const wanted = handles.slice(-20)
    const answers = await kling.getMany(wanted)
    expect([...answers.keys()]).toEqual(wanted)
    for (const [handle, answer] of answers) expect(answer).toMatchObject({ id: handle.id })
    expect(requests('query')).toEqual([])
    const reads = requests('list')
    expect(reads.length).toBeGreaterThan(1)
    expect(reads.length).toBeLessThanOrEqual(6)
    const gaps = reads.slice(1).map(({ at }, index) => at - (reads[index]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(400)
    // Remembered, the next time takes no search.
    await kling.getMany(wanted)
    expect(requests('list').length - reads.length).toBeLessThanOrEqual(2)
  })

  test('a task that is not there is an error of its own and keeps its handle', async () => {
    const { kling, handles } = await manyTasks(3)
    const [first] = handles as [TaskHandle]
    const gone = { ...first, id: '111111111111111111' }
    const answers = await kling.getMany([first, gone])
    expect(answers.get(first)).toMatchObject({ id: first.id })
    expect(answers.get(gone)).toMatchObject({ code: 'ERR_NOT_FOUND', outcome: 'accepted', handle: gone })
  })

  test('both routes are listed, each under its own path', async () => {
    const { kling, requests } = createRig()
    const one = await kling.submit(boat)
    const two = await kling.submit({ ...boat, prompt: 'Two' })
    const image = {
      kind: 'image-to-video',
      model: 'kling-v2-5-turbo',
      startImage: 'https://e.com/a.png',
    } as const
    const three = await kling.submit(image)
    const four = await kling.submit({ ...image, prompt: 'Four' })
    const handles = [one, three, two, four].map(({ handle }) => handle)
    const answers = await kling.getMany(handles)
    expect(handles.map((handle) => answers.get(handle))).toMatchObject(handles.map(({ id }) => ({ id })))
    expect(requests('list').map(({ path }) => path.split('?')[0])).toEqual([
      '/v1/videos/text2video',
      '/v1/videos/image2video',
    ])
  })

  test("another account's handle is refused before any request", async () => {
    const { kling, create, emulator } = createRig()
    const { handle } = await create({ account: 'other' }).submit(boat)
    const before = emulator.control.requests().length
    await expect(kling.getMany([handle])).rejects.toMatchObject({ code: 'ERR_INVALID_REQUEST' })
    expect(emulator.control.requests()).toHaveLength(before)
  })
})

describe('polling outlives', () => {
  const nuisances: [string, FaultSpec][] = [
    ['429 with Retry-After', { on: 'query', kind: 'rate-limit', retryAfter: 7 }],
    ['429 with a date', { on: 'query', kind: 'rate-limit', retryAfter: 'date' }],
    ['429 without', { on: 'query', kind: 'rate-limit' }],
    ['502 with HTML', { on: 'query', kind: 'html' }],
    ['5000', { on: 'query', kind: 'status', code: 5000 }],
    ['a reset', { on: 'query', kind: 'lost-before-create' }],
    ['a reset half way', { on: 'query', kind: 'reset-mid-answer' }],
    ['half of the JSON', { on: 'query', kind: 'truncated-json' }],
    ['an unknown status', { on: 'query', kind: 'unknown-status', word: 'pausing' }],
    ['no status', { on: 'query', kind: 'missing-field', field: 'data.task_status' }],
    ['no data', { on: 'query', kind: 'missing-field', field: 'data' }],
    ['no result yet though it succeeded', { on: 'query', kind: 'missing-field', field: 'task_result' }],
    ['no URL', { on: 'query', kind: 'missing-url' }],
    ['an empty 200', { on: 'query', kind: 'empty' }],
    ['silence', { on: 'query', kind: 'hang', created: false, ms: 3_600_000 }],
  ]
  test.each(nuisances.flatMap(([name, fault]) => [1, 3].map((times) => [name, times, fault] as const)))(
    '%s, %i in a row',
    async (_name, times, fault) => {
      const { kling, emulator } = createRig()
      const planted = emulator.control.fault({ ...fault, times })
      const task = await generate(kling, boat)
      expect(task).toMatchObject({
        status: 'succeeded',
        cost: { microUsd: 210_000, native: { amount: 1.5, unit: 'unit' } },
      })
      expect(planted.hits).toBe(times)
      expect(emulator.control.ledger()).toHaveLength(1)
    },
  )
})

describe('the deadline', () => {
  test('comes with the handle, and another process finishes the task', async () => {
    const { kling, create, emulator } = createRig({}, { processingMs: 20 * minute })
    const error = await generate(kling, boat, { deadlineMs: 5 * minute }).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', outcome: 'accepted' })
    const stored = JSON.parse(JSON.stringify(error.handle))
    const task = await wait(create(), stored)
    expect(task).toMatchObject({ status: 'succeeded', id: emulator.control.ledger()[0]?.taskId })
    expect(emulator.control.ledger()).toHaveLength(1)
  })

  test('names a status nobody knows, which was reported before', async () => {
    const { kling, emulator } = createRig()
    emulator.control.fault({ on: 'query', kind: 'unknown-status', word: 'pausing', times: Infinity })
    const events: RenderEvent[] = []
    const error = await generate(kling, boat, {
      deadlineMs: 5 * minute,
      onEvent: (event) => void events.push(event),
    }).catch((thrown) => thrown)
    expect(error).toMatchObject({
      code: 'ERR_UNKNOWN_STATUS',
      outcome: 'accepted',
      handle: { provider: 'kling' },
    })
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'unknown-status', nativeStatus: 'pausing' }),
    )
  })
})

describe('results', () => {
  test('a clip with everything known about it', async () => {
    const { kling } = createRig()
    const request = { ...boat, providerOptions: { kling: { watermark_info: { enabled: true } } } }
    const task = await generate(kling, request)
    const [output] = task.outputs
    expect(output).toMatchObject({ kind: 'video', mediaType: 'video/mp4', id: expect.any(String) })
    expect(output.duration).toBeCloseTo(5, 0)
    expect(output.watermarkUrl).toMatch(/^https:/)
    expect(output.expiresAt).toBe((task.updatedAt ?? 0) + 30 * 24 * 60 * minute)
    expect(Object.keys(task)).not.toContain('raw')
  })

  test('a failed task is free and says why in the words of Kling', async () => {
    const { kling, emulator } = createRig()
    emulator.control.failNext()
    const { handle } = await kling.submit(boat)
    const task = await wait(kling, handle)
    expect(task).toMatchObject({
      status: 'failed',
      failure: { reason: 'content', flagged: true, retryable: false },
      cost: { microUsd: 0, native: { amount: 0, unit: 'unit' } },
    })
    const error = await generate(kling, { ...boat, prompt: 'forbidden-async' }).catch((thrown) => thrown)
    expect(ReelayError.isInstance(error) && error.code).toBe('ERR_TASK_FAILED')
    expect(error.message).toMatch(/^Failure to pass the risk control system/)
  })

  test('a clip paid from the cash balance says so in the read', async () => {
    const account = { ...pair, paysFrom: 'balance' } as const
    const { kling } = createRig({}, { accounts: [account] })
    const task = await generate(kling, boat)
    // The reply names no currency, so it is no dollar amount.
    expect(task.cost).toEqual({ native: { amount: 0.21, unit: 'balance' }, basis: 'reported' })
    expect(task).toHaveProperty('raw.final_balance_deduction', { quota: '0.21', list_price: '0.21' })
  })

  test("a token that Kling sees at its exp is expired: it is signed again by Kling's clock", async () => {
    const { clock, create, requests, emulator } = createRig()
    // Our clock is behind by just what a token lasts.
    await create({ clock: ahead(clock, -1_800_000) }).submit(boat)
    expect(requests('create').map(({ status }) => status)).toEqual([401, 200])
    expect(emulator.control.ledger()).toHaveLength(1)
  })

  test('a named model in doubt is sent, with a warning, and never chosen', async () => {
    const { kling } = createRig()
    const task = await kling.submit({ ...boat, model: 'kling-v2-master' })
    expect(task.warnings).toEqual([{ field: 'model', message: expect.stringMatching(/unverified/) }])
    expect((await kling.submit(boat)).warnings).toEqual([])
    const { offers, defaultModel } = kling.catalog
    expect(offers.filter(({ model }) => model === defaultModel).map(({ state }) => state)).not.toContain(
      'unverified',
    )
  })

  test('a strict reader accepts every row of the catalogue', async () => {
    const { kling, emulator } = createRig({}, { unverifiedModels: 'accept' })
    for (const { kind, model, mode, state, limits } of kling.catalog.offers.filter(isVideoOffer)) {
      if (state === 'discontinued') continue
      const urls = {
        startImage: 'https://e.com/a.png',
        ...(limits.endImage && { endImage: 'https://e.com/b.png' }),
      }
      const fields = {
        model,
        mode,
        prompt: 'A boat',
        negativePrompt: 'rain',
        ...(limits.cfgScale && { cfgScale: 0.7 }),
        ...(limits.aspectRatios && { aspectRatio: '9:16' }),
      }
      await kling.submit(kind === 'text-to-video' ? { kind, ...fields } : { kind, ...fields, ...urls })
      emulator.control.reset()
    }
  })
})
