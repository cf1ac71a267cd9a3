import { describe, expect, it } from 'vitest'
import { API, createRig, MODEL, type Rig } from './rig.ts'

const target = { provider: 'replicate' } as const
const image = { start_image: 'https://example.com/a.png' }
const video = { reference_video: 'https://example.com/v.mp4' }
const k = (name: string): string => `kwaivgi/kling-${name}`

describe('the ledger', () => {
  it.each<[string, Record<string, unknown>, number]>([
    [k('v1.5-standard'), image, 250_000],
    [k('v1.6-standard'), { duration: 10 }, 500_000],
    [k('v1.6-pro'), image, 475_000],
    [k('v2.0'), {}, 1_400_000],
    [k('v2.1'), image, 250_000],
    [k('v2.1'), { ...image, mode: 'pro' }, 450_000],
    [k('v2.1-master'), {}, 1_400_000],
    [k('v2.5-turbo-pro'), {}, 350_000],
    [k('v2.6'), { generate_audio: false }, 350_000],
    [k('v2.6'), {}, 700_000],
    [k('v3-video'), {}, 1_120_000],
    [k('v3-video'), { mode: 'standard', generate_audio: true, duration: 3 }, 756_000],
    [k('v3-video'), { mode: '4k', generate_audio: true }, 2_100_000],
    [k('v3-omni-video'), { mode: 'standard', duration: 6, generate_audio: true }, 1_344_000],
    [k('o1'), { mode: 'std' }, 420_000],
    [k('o1'), video, 840_000],
  ])('%s with %j costs %i micro-USD', async (model, input, microUsd) => {
    const rig = createRig()
    const id = await rig.createId(input, model)
    expect(rig.control.ledger()).toEqual([
      expect.objectContaining({
        provider: 'replicate',
        account: 'demo',
        taskId: id,
        model,
        microUsd,
        units: microUsd / 1_000_000,
        refunded: false,
        op: 'start_image' in input ? 'image2video' : 'text2video',
      }),
    ])
    expect(rig.control.balance(target)).toBeCloseTo(1000 - microUsd / 1_000_000, 6)
  })

  it('gives v2.6 sound unless told otherwise', async () => {
    const rig = createRig()
    await rig.createId({ generate_audio: undefined })
    await rig.createId({ generate_audio: false })
    expect(rig.control.ledger().map(({ microUsd }) => microUsd)).toEqual([700_000, 350_000])
  })

  it('refuses what the credit does not cover, and creates nothing', async () => {
    const rig = createRig({ limits: 'off' })
    rig.control.setBalance(0.5, target)
    const { status, body } = await rig.create()
    expect([status, body.title]).toEqual([402, 'Insufficient credit'])
    expect(rig.control.ledger()).toEqual([])
    await rig.createId({ generate_audio: false })
    expect(rig.control.balance(target)).toBeCloseTo(0.15, 6)
  })

  it('gives the money of a failed prediction back', async () => {
    const rig = createRig()
    rig.control.failNext(target)
    await rig.createId()
    rig.control.advance(200_000)
    expect(rig.control.balance(target)).toBe(1000)
  })
})

describe('rate limits', () => {
  const creates = async (rig: Rig, count: number): Promise<number[]> => {
    const statuses: number[] = []
    for (let index = 0; index < count; index += 1) statuses.push((await rig.create()).status)
    return statuses
  }

  it('allow 600 creates in a minute', async () => {
    const rig = createRig({}, {})
    expect(new Set(await creates(rig, 600))).toEqual(new Set([201]))
    const { status, headers, body } = await rig.create()
    expect([status, headers.has('retry-after'), body]).toEqual([
      429,
      false,
      { detail: 'Request was throttled. Your rate limit resets in ~1s.' },
    ])
    expect(rig.control.ledger()).toHaveLength(600)
    expect((await rig.get(`${API}/predictions`)).status).toBe(200)
    rig.control.advance(1000)
    expect(await creates(rig, 11)).toEqual([...Array(10).fill(201), 429])
  })

  it('allow 3000 other calls in a minute, and may name the wait in a header', async () => {
    const rig = createRig({ retryAfterHeader: true })
    const ask = () => rig.get(`${API}/webhooks/default/secret`)
    for (let index = 0; index < 3000; index += 1) await ask()
    const { status, headers } = await ask()
    expect([status, headers.get('retry-after')]).toEqual([429, '1'])
    expect((await rig.create()).status).toBe(201)
  })

  it('allow one create, then six a minute, below five dollars', async () => {
    const rig = createRig()
    rig.control.setBalance(4.99, target)
    expect((await rig.create()).status).toBe(201)
    rig.control.advance(5000)
    const { status, headers, body } = await rig.create()
    expect([status, headers.get('retry-after')]).toEqual([429, '5'])
    expect(body).toMatchObject({ status: 429, retry_after: 5 })
    expect(body.detail).toContain('less than $5.0 in credit. Your rate limit resets in ~5s.')
    rig.control.advance(5000)
    expect((await rig.create()).status).toBe(201)
  })

  it('have a low-credit profile for rich accounts too, and can be off', async () => {
    expect(await creates(createRig({ limits: 'low-credit' }), 2)).toEqual([201, 429])
    const off = createRig({ limits: 'off' })
    off.control.setBalance(4, target)
    expect(await creates(off, 3)).toEqual([201, 201, 201])
  })

  it('tell what is left', async () => {
    const rig = createRig()
    const left = async (): Promise<string | null> => (await rig.create()).headers.get('ratelimit-remaining')
    expect([await left(), await left()]).toEqual(['599', '598'])
  })
})

it('reset forgets everything', async () => {
  const rig = createRig({}, { seed: 3 })
  const id = await rig.createId()
  rig.control.setBalance(1, target)
  rig.control.reset()
  expect(rig.control.tasks()).toEqual([])
  expect(rig.control.balance(target)).toBe(1000)
  expect(await rig.createId({}, MODEL)).toBe(id)
})
