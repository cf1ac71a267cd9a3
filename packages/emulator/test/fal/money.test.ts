import { describe, expect, it } from 'vitest'
import { createRig, I2V, KLING, keyHeaders, prompt, T2V } from './rig.ts'

const image_url = 'https://example.com/a.png'
const start_image_url = image_url
const fal = { provider: 'fal' } as const

// Check values of the price pages; units follow the price API's unit price of each id.
const prices: readonly (readonly [
  path: string,
  input: Record<string, unknown>,
  usd: number,
  units: number,
  unitPrice: number,
])[] = [
  ['v1/standard/text-to-video', {}, 0.225, 5, 0.045],
  ['v1.6/pro/image-to-video', { image_url }, 0.49, 5, 0.098],
  ['v2.1/standard/image-to-video', { image_url, duration: '10' }, 0.56, 10, 0.056],
  ['v2.1/master/text-to-video', {}, 1.4, 5, 0.28],
  ['v2.5-turbo/standard/image-to-video', { image_url }, 0.21, 5, 0.042],
  ['v2.5-turbo/pro/text-to-video', { duration: '10' }, 0.7, 10, 0.07],
  ['v2.6/pro/text-to-video', {}, 0.7, 10, 0.07],
  ['v2.6/pro/text-to-video', { generate_audio: false }, 0.35, 5, 0.07],
  ['v2.6/pro/image-to-video', { start_image_url, duration: '10', voice_ids: ['v'] }, 1.68, 24, 0.07],
  ['v3/standard/text-to-video', { generate_audio: false }, 0.42, 3, 0.14],
  ['v3/standard/text-to-video', {}, 0.63, 4.5, 0.14],
  ['v3/pro/text-to-video', {}, 0.84, 6, 0.14],
  ['v3/pro/text-to-video', { duration: '15' }, 2.52, 18, 0.14],
  ['v3/standard/image-to-video', { start_image_url, elements: [{ voice_id: 'v' }] }, 0.77, 5.5, 0.14],
  ['v3/4k/text-to-video', {}, 2.1, 5, 0.42],
  ['v3/turbo/standard/text-to-video', {}, 0.56, 5, 0.112],
  [
    'v3/turbo/pro/text-to-video',
    { prompt: null, multi_prompt: [{ prompt, duration: '4' }, { prompt }] },
    1.26,
    9,
    0.14,
  ],
  ['o1/image-to-video', { start_image_url }, 0.56, 5, 0.112],
  ['o1/standard/image-to-video', { start_image_url }, 0.42, 5, 0.084],
  ['o3/standard/text-to-video', {}, 0.42, 3, 0.14],
  ['o3/pro/image-to-video', { image_url, generate_audio: true }, 0.7, 5, 0.14],
  ['o3/4k/text-to-video', {}, 2.1, 5, 0.42],
]

describe('prices', () => {
  it.each(prices)('%s %j costs $%d, %d units', async (path, input, usd, units, unitPrice) => {
    const rig = createRig({ outputFile: 'url-only' })
    const { headers } = await rig.finish(`${KLING}/${path}`, { prompt, ...input })
    expect(headers.get('x-fal-billable-units')).toBe(String(units))
    expect(rig.control.ledger()).toMatchObject([{ units, microUsd: Math.round(usd * 1e6), refunded: false }])
    expect(1000 - rig.control.balance(fal)).toBeCloseTo(usd, 6)

    const url = `https://api.fal.ai/v1/models/pricing?endpoint_id=${KLING}/${path}`
    const { body } = await rig.send(url, { headers: keyHeaders })
    const expected = {
      endpoint_id: `${KLING}/${path}`,
      unit_price: unitPrice,
      unit: 'seconds',
      currency: 'USD',
    }
    expect(body).toEqual({ prices: [expected], next_cursor: null, has_more: false })
    expect(unitPrice * units).toBeCloseTo(usd, 6)
  })

  it('the price API takes 1 to 50 ids and a key', async () => {
    const rig = createRig()
    const url = 'https://api.fal.ai/v1/models/pricing'
    const ask = async (query: string, headers: Record<string, string> = keyHeaders): Promise<number> =>
      (await rig.send(`${url}${query}`, { headers })).status
    expect(await ask('')).toBe(400)
    expect(await ask(`?endpoint_id=${Array(51).fill(T2V).join(',')}`)).toBe(400)
    expect(await ask(`?endpoint_id=${T2V}`, {})).toBe(401)
    const { body } = await rig.send(`${url}?endpoint_id=${T2V}&endpoint_id=${I2V}`, {
      headers: keyHeaders,
    })
    expect((body as unknown as { prices: unknown[] }).prices).toHaveLength(2)
    // One unknown id is a 404 for the whole call.
    expect(await ask(`?endpoint_id=${T2V},x/y`)).toBe(404)
  })
})

describe('the ledger', () => {
  it('has one entry per accepted request, twice for the same body', async () => {
    const rig = createRig()
    const ids = [await rig.create(), await rig.create()]
    expect(rig.control.ledger()).toMatchObject([
      { provider: 'fal', account: 'demo', taskId: ids[0], model: T2V, mode: 'pro', op: 'text-to-video' },
      { taskId: ids[1], units: 5, microUsd: 350_000, state: 'IN_QUEUE', refunded: false },
    ])
  })

  it('accepts a request while there is any credit, whatever it costs', async () => {
    const rig = createRig({
      accounts: [{ name: 'poor', key: 'demo-key-id-not-real:demo-key-secret-not-real', usd: 0.01 }],
    })
    await rig.create()
    expect(rig.control.balance(fal)).toBeCloseTo(-0.34, 6)
    expect((await rig.submit()).status).toBe(403)
    rig.control.setBalance(1, { provider: 'fal', account: 'poor' })
    expect((await rig.submit()).status).toBe(200)
    expect(rig.control.ledger()).toHaveLength(2)
  })
})

describe('concurrency', () => {
  it('runs two at a time and lets the others wait in order', async () => {
    const rig = createRig({ queuedMs: 1000, processingMs: 10_000 })
    const ids = [await rig.create(), await rig.create(), await rig.create(), await rig.create()]
    const at = async (ms: number): Promise<string[]> => {
      rig.control.advance(ms)
      return Promise.all(
        ids.map(async (id) => {
          const { body } = await rig.status(id)
          return body.status === 'IN_QUEUE' ? String(body.queue_position) : body.status
        }),
      )
    }
    const [running, done] = ['IN_PROGRESS', 'COMPLETED']
    expect(await at(0)).toEqual(['0', '1', '2', '3'])
    expect(await at(1000)).toEqual([running, running, '0', '1'])
    expect(await at(10_000)).toEqual([done, done, running, running])
    expect(await at(10_000)).toEqual([done, done, done, done])
  })

  it('a jump of the clock ends where single steps do', async () => {
    const rig = createRig({ queuedMs: 1000, processingMs: 10_000 })
    const ids: string[] = []
    for (let count = 0; count < 6; count += 1) ids.push(await rig.create())
    rig.control.advance(31_000)
    const ends = rig.control.tasks().map(({ updatedAt, createdAt }) => updatedAt - createdAt)
    expect(ends).toEqual([11_000, 11_000, 21_000, 21_000, 31_000, 31_000])
    expect(ids).toHaveLength(6)
  })

  it('a new limit counts from now on', async () => {
    const rig = createRig({ queuedMs: 0, processingMs: 10_000 })
    rig.control.setConcurrency(0, fal)
    const id = await rig.create()
    rig.control.advance(60_000)
    expect((await rig.status(id)).body.status).toBe('IN_QUEUE')
    rig.control.setConcurrency(1, fal)
    expect((await rig.status(id)).body.status).toBe('IN_PROGRESS')
    rig.control.slowNext({ provider: 'fal', ms: 5000 })
    const slow = await rig.create()
    rig.control.advance(24_999)
    expect((await rig.status(slow)).body.status).toBe('IN_PROGRESS')
    rig.control.advance(1)
    expect((await rig.status(slow)).body.status).toBe('COMPLETED')
  })

  it('fal_max_queue_length refuses instead of queueing', async () => {
    const rig = createRig({ queuedMs: 0 })
    const ask = async (longest: number): Promise<number> =>
      (await rig.submit(T2V, { prompt }, { query: `?fal_max_queue_length=${longest}` })).status
    for (let count = 0; count < 4; count += 1) await rig.create()
    expect([await ask(1), await ask(2), await ask(2)]).toEqual([429, 200, 429])
    const { headers } = await rig.submit(T2V, { prompt }, { query: '?fal_max_queue_length=0' })
    expect([headers.get('x-fal-needs-retry'), headers.get('retry-after')]).toEqual(['1', null])
    expect(rig.control.ledger()).toHaveLength(5)
  })
})

describe('cancel', () => {
  it('removes a waiting request for free', async () => {
    const rig = createRig()
    const id = await rig.create()
    expect(await rig.cancel(id)).toMatchObject({ status: 200, body: { status: 'OK' } })
    expect((await rig.status(id)).body).toMatchObject({ status: 'COMPLETED', error_type: 'client_cancelled' })
    expect((await rig.result(id)).status).toBe(499)
    expect(await rig.cancel(id)).toMatchObject({ status: 400, body: { status: 'ALREADY_COMPLETED' } })
    expect(rig.control.ledger()).toMatchObject([{ refunded: true }])
  })

  it('asks a running one to stop, and it stays paid for', async () => {
    const rig = createRig()
    const id = await rig.create()
    rig.control.advance(4000)
    expect(await rig.cancel(id)).toMatchObject({ status: 202, body: { status: 'CANCELLATION_REQUESTED' } })
    expect((await rig.status(id)).body.status).toBe('IN_PROGRESS')
    rig.control.advance(1000)
    const { status, headers } = await rig.result(id)
    expect([status, headers.get('x-fal-billable-units')]).toEqual([499, '5'])
    expect(rig.control.ledger()).toMatchObject([{ refunded: false }])
  })

  it('may be ignored by the app', async () => {
    const rig = createRig({ cancelRunning: 'ignored' })
    const id = await rig.create()
    rig.control.advance(4000)
    expect((await rig.cancel(id)).status).toBe(202)
    rig.control.advance(600_000)
    expect((await rig.result(id)).status).toBe(200)
  })

  it('makes room for those behind', async () => {
    const rig = createRig({ queuedMs: 0 })
    const [first, , third] = [await rig.create(), await rig.create(), await rig.create()]
    await rig.cancel(first)
    rig.control.advance(999)
    expect((await rig.status(third)).body.status).toBe('IN_QUEUE')
    rig.control.advance(1)
    expect((await rig.status(third)).body.status).toBe('IN_PROGRESS')
  })
})
