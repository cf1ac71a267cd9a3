import type { ReferenceToVideoRequest } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { createPiapi } from '../src/index.ts'
import { createRig, fixture, stub, task } from './world.ts'

const asset = (name: string): string => `https://assets.example.test/${name}`
const kind = 'reference-to-video'

describe('recorded bodies', () => {
  const cases: readonly (readonly [name: string, request: ReferenceToVideoRequest])[] = [
    [
      'create_elements_video',
      {
        kind,
        model: 'kling-v1-6',
        mode: 'std',
        // No notation of its own: the words stay.
        prompt: 'the fox hands the lantern to the hen',
        references: { fox: asset('fox.png'), hen: asset('hen.png'), lantern: asset('lantern.png') },
        negativePrompt: '',
        duration: 5,
        aspectRatio: '16:9',
      },
    ],
    [
      'create_omni_images',
      {
        kind,
        model: 'kling-v3-omni',
        mode: 'std',
        prompt: 'Mara walks into the café and sits down',
        references: { mara: asset('mara.png'), 'the café': asset('cafe.png') },
        duration: 6,
        aspectRatio: '16:9',
        generateAudio: false,
      },
    ],
    [
      'create_omni_v4_references',
      {
        kind,
        model: 'kling-v4',
        mode: 'pro',
        // Sounds have no field in common: they are the caller's own, and so is their notation.
        prompt: 'before continued on the roof of rooftop, with the voice of @audio_1',
        references: { rooftop: asset('roof.png'), before: { video: asset('jump.mp4') } },
        duration: 8,
        aspectRatio: '16:9',
        providerOptions: { piapi: { audio_urls: [asset('voice.mp3')] } },
      },
    ],
  ]
  test.each(cases)('%s', async (name, request) => {
    const { piapi, sent } = stub(() => ({ json: task() }))
    expect(piapi.check(request)).toEqual([])
    await piapi.submit(request)
    const { url, body } = fixture(name).request
    expect(sent).toHaveLength(1)
    expect([sent[0]?.url.href, sent[0]?.body]).toEqual([url, body])
  })
})

describe('Kling 4.0 with references', () => {
  const request: ReferenceToVideoRequest = {
    kind,
    model: 'kling-v4',
    prompt: 'before continued on the roof of rooftop',
    references: { rooftop: asset('roof.png'), before: { video: asset('jump.mp4') } },
    duration: 8,
  }
  const piapi = createPiapi({ apiKey: 'stub-api-key' })
  const fields = (edit: object) =>
    piapi
      .check({ ...request, ...edit } as ReferenceToVideoRequest)
      .map(({ field, rule }) => `${field} ${rule}`)

  test('is unverified: used when it is named, never chosen', () => {
    const rows = piapi.catalog.offers.filter((offer) => offer.kind === kind && /^kling-v4/.test(offer.model))
    expect(rows.map(({ model, mode, state }) => `${model} ${mode} ${state}`)).toEqual([
      'kling-v4 std unverified',
      'kling-v4 pro unverified',
      'kling-v4-flash std unverified',
    ])
    const { model: _model, ...unnamed } = request
    expect(piapi.appraise(unnamed).chosen?.model).not.toBe('kling-v4')
    // A hosted account cannot make it.
    const hosted = createPiapi({ apiKey: 'stub-api-key', serviceMode: 'private' }).catalog.offers
    expect(hosted.some((offer) => offer.kind === kind && offer.model === 'kling-v4')).toBe(false)
  })

  test('costs seconds of input and output, the input counted at least as long', () => {
    // The recorded one: 8 + max(5, 8) at 0.15. Between two ends, for nobody knows how long a video is.
    expect(piapi.quote({ ...request, mode: 'pro' })).toMatchObject({
      type: 'bounded',
      min: 16 * 150_000,
      max: 38 * 150_000,
    })
    const pictures = { prompt: 'rooftop at dawn', references: { rooftop: asset('roof.png') } }
    expect(piapi.quote({ ...request, ...pictures })).toMatchObject({ type: 'exact', microUsd: 1_333_600 })
    const flash = { ...request, model: 'kling-v4-flash', duration: 5 }
    expect(piapi.quote(flash)).toMatchObject({ min: 667_000, max: 35 * 66_700 })
  })

  test('takes five videos and ten pictures', () => {
    const clips = Object.fromEntries(
      Array.from({ length: 6 }, (_, at) => [`clip${at}x`, { video: asset(`${at}.mp4`) }]),
    )
    expect(fields({ references: clips, prompt: Object.keys(clips).join(', ') })).toEqual(['references range'])
    expect(fields({ providerOptions: { piapi: { videos: [] } } })).toEqual([
      'providerOptions.piapi.videos reserved',
    ])
    expect(fields({ generateAudio: false })).toEqual(['generateAudio unsupported'])
  })

  test('on the emulated PiAPI it is charged as quoted', async () => {
    const { piapi: emulated, emulator } = createRig()
    await emulated.submit({ ...request, mode: 'pro' })
    expect(emulator.control.ledger().map(({ microUsd }) => microUsd)).toEqual([2_400_000])
  })
})
