import type { ReferenceToVideoRequest } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { readCreated, readResult } from '../src/read.ts'
import { created, createRig, fixture, replyOf, stub } from './world.ts'

const asset = (name: string): string => `https://assets.example.test/${name}`
const kind = 'reference-to-video'
const pairs: readonly (readonly [name: string, request: ReferenceToVideoRequest])[] = [
  [
    'reference_o3',
    {
      kind,
      model: 'kling-v3-omni',
      prompt: 'Mara walks into the kitchen of kitchen_view and lights the stove',
      references: {
        kitchen_view: asset('kitchen.png'),
        mara: { images: [asset('mara-front.png'), asset('mara-side.png')] },
      },
      duration: 7,
      aspectRatio: '16:9',
      providerOptions: { fal: { shot_type: 'customize' } },
    },
  ],
  [
    'reference_elements_v16',
    {
      kind,
      model: 'kling-v1-6',
      // No notation of its own: the words stay.
      prompt: 'a fox and a hen share an umbrella',
      references: { fox: asset('fox.png'), hen: asset('hen.png'), umbrella: asset('umbrella.png') },
      duration: 5,
      aspectRatio: '1:1',
      negativePrompt: 'blur, distort, and low quality',
    },
  ],
  [
    'reference_v4_video',
    {
      kind,
      model: 'kling-v4',
      prompt: 'The runner repeats the jump of that leap on the roof of rooftop',
      references: {
        rooftop: asset('roof.png'),
        'that leap': { video: asset('jump.mp4') },
        'the runner': { images: [asset('runner.png'), asset('runner-side.png')] },
      },
      duration: 8,
      aspectRatio: '16:9',
    },
  ],
  [
    'video_reference_o3',
    {
      kind,
      model: 'kling-v3-omni',
      prompt: 'Shot after before: the same harbour from the sea',
      references: { before: { video: asset('harbour.mp4') } },
      duration: 5,
    },
  ],
]

describe('recorded pairs', () => {
  test.each(pairs)('submit_%s', async (name, request) => {
    const { fal, sent } = stub(() => ({ json: created }))
    expect(fal.check(request)).toEqual([])
    await fal.submit(request)
    const { url, body } = fixture(`submit_${name}`).request
    expect(sent).toHaveLength(1)
    expect([sent[0]?.url.href, sent[0]?.body]).toEqual([url, body])
    const reply = replyOf(fixture(`submit_${name}`))
    expect(readCreated(reply)).toMatchObject({
      id: (reply.body as { request_id: string }).request_id,
      status: 'IN_QUEUE',
    })
  })

  test.each(pairs)('result_%s', (name) => {
    const pair = fixture(`result_${name}`)
    const { video } = pair.response.body as { video: { url: string } }
    const units = pair.response.headers['x-fal-billable-units']
    expect(readResult({ id: 'x', status: 'COMPLETED', raw: {} }, replyOf(pair))).toMatchObject({
      outputs: [{ kind: 'video', mediaType: 'video/mp4', url: video.url }],
      ...(units !== undefined && { charged: { amount: Number(units), unit: 'unit' } }),
    })
  })
})

describe('Kling 4.0 beside videos', () => {
  const request = pairs[2]?.[1] as ReferenceToVideoRequest
  const { fal } = stub(() => undefined)
  const fields = (edit: object) =>
    fal.check({ ...request, ...edit } as ReferenceToVideoRequest).map(({ field, rule }) => `${field} ${rule}`)

  test('costs what goes in and comes out, the input counted at least as long; between two ends, for nobody knows how long it is', () => {
    // 16 s at least: 8 s out, and as much for any shorter input.
    expect(fal.quote(request)).toMatchObject({
      type: 'bounded',
      min: 16 * 94_000,
      max: 38 * 94_000,
      basis: 'list',
    })
    expect(fal.quote({ ...request, mode: 'pro' })).toMatchObject({ min: 16 * 141_000, max: 38 * 141_000 })
    const pictures = { prompt: 'rooftop at dawn', references: { rooftop: asset('roof.png') } }
    expect(fal.quote({ ...request, ...pictures })).toMatchObject({ type: 'exact', microUsd: 8 * 157_000 })
  })

  test('takes five of them, ten pictures beside, and shots, but no first frame', () => {
    const clips = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`clip${at}x`, { video: asset(`${at}.mp4`) }]),
      )
    const naming = (references: object) => ({ references, prompt: Object.keys(references).join(', ') })
    expect(fields(naming(clips(5)))).toEqual([])
    expect(fields(naming(clips(6)))).toEqual(['references range'])
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`pic${at}x`, asset(`${at}.png`)]))
    expect(fields(naming({ ...clips(1), ...ten }))).toEqual([])
    // It would count as one, under a number that is not said.
    expect(fields({ startImage: asset('roof.png') })).toEqual(['startImage unsupported'])
    const { prompt: _prompt, ...rest } = request
    const shots = [{ prompt: String(request.prompt), duration: 8 }]
    expect(fal.check({ ...rest, prompt: '', shots })).toEqual([])
  })

  test('on the emulated fal it costs between the two', async () => {
    const { fal: emulated, emulator } = createRig()
    await emulated.submit(request)
    const [bill] = emulator.control.ledger()
    // A clip that nobody can look at is taken for one of 5 s.
    expect(bill?.microUsd).toBe(16 * 94_000)
  })
})
