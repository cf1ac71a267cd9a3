import { isVideoOffer, type Offer, type RenderRequest, type VideoKind } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { replicate } from '../src/index.ts'

const offers = replicate.catalog.offers.filter(isVideoOffer)
const line = ({ model, mode, kind, nativeModel, price, limits, state }: Offer<VideoKind>): string =>
  [
    model,
    mode,
    kind === 'text-to-video' ? 't' : 'i',
    nativeModel.replace('kwaivgi/kling-', ''),
    price.rates.silent,
    price.rates.audio ?? '-',
    String(price.basis ?? 'list'),
    `${limits.durations[0]}-${limits.durations.at(-1)}`,
    limits.endImage === false ? '-' : limits.endImage.alone ? 'alone' : 'end',
    state,
  ].join(' ')

test('every row that Replicate sells', () => {
  expect(offers.filter(isVideoOffer).map(line)).toEqual([
    'kling-v1-5 std i v1.5-standard 0.05 - derived 5-10 - unverified',
    'kling-v1-5 pro i v1.5-pro 0.095 - derived 5-10 alone unverified',
    'kling-v1-6 std t v1.6-standard 0.05 - derived 5-10 - current',
    'kling-v1-6 std i v1.6-standard 0.05 - derived 5-10 - current',
    'kling-v1-6 pro i v1.6-pro 0.095 - derived 5-10 alone current',
    'kling-v2-master pro t v2.0 0.28 - derived 5-10 - current',
    'kling-v2-master pro i v2.0 0.28 - derived 5-10 - current',
    'kling-v2-1 std i v2.1 0.05 - list 5-10 - current',
    'kling-v2-1 pro i v2.1 0.09 - list 5-10 end current',
    'kling-v2-1-master pro t v2.1-master 0.28 - derived 5-10 - unverified',
    'kling-v2-1-master pro i v2.1-master 0.28 - derived 5-10 - unverified',
    'kling-v2-5-turbo pro t v2.5-turbo-pro 0.07 - derived 5-10 - current',
    'kling-v2-5-turbo pro i v2.5-turbo-pro 0.07 - derived 5-10 end current',
    'kling-v2-6 pro t v2.6 0.07 0.14 list 5-10 - current',
    'kling-v2-6 pro i v2.6 0.07 0.14 list 5-10 - current',
    'kling-v3 std t v3-video 0.168 0.252 list 3-15 - current',
    'kling-v3 std i v3-video 0.168 0.252 list 3-15 end current',
    'kling-v3 pro t v3-video 0.224 0.336 list 3-15 - current',
    'kling-v3 pro i v3-video 0.224 0.336 list 3-15 end current',
    'kling-v3 4k t v3-video 0.42 0.42 list 3-15 - current',
    'kling-v3 4k i v3-video 0.42 0.42 list 3-15 end current',
    'kling-v3-omni std t v3-omni-video 0.168 0.224 list 3-15 - current',
    'kling-v3-omni std i v3-omni-video 0.168 0.224 list 3-15 end current',
    'kling-v3-omni pro t v3-omni-video 0.224 0.28 list 3-15 - current',
    'kling-v3-omni pro i v3-omni-video 0.224 0.28 list 3-15 end current',
    'kling-v3-omni 4k t v3-omni-video 0.42 0.42 list 3-15 - current',
    'kling-v3-omni 4k i v3-omni-video 0.42 0.42 list 3-15 end current',
    'kling-video-o1 std t o1 0.084 - list 5-10 - current',
    'kling-video-o1 std i o1 0.084 - list 5-10 end current',
    'kling-video-o1 pro t o1 0.112 - list 5-10 - current',
    'kling-video-o1 pro i o1 0.112 - list 5-10 end current',
  ])
})

const text = { kind: 'text-to-video', prompt: 'A boat' } as const
const image = { kind: 'image-to-video', prompt: 'A boat', startImage: 'https://e.com/a.png' } as const

describe('quotes', () => {
  test.each<[RenderRequest, usd: number, basis: string]>([
    [text, 840_000, 'list'],
    [{ ...text, generateAudio: true, duration: 3 }, 756_000, 'list'],
    [{ ...text, model: 'kling-v2-6', generateAudio: true, duration: 10 }, 1_400_000, 'list'],
    [{ ...text, model: 'kling-v3-omni', mode: 'pro', generateAudio: true }, 1_400_000, 'list'],
    [{ ...text, model: 'kling-v1-6' }, 250_000, 'derived'],
    [{ ...image, model: 'kling-v1-6', mode: 'pro' }, 475_000, 'derived'],
  ])('%j', (request, usd, basis) => {
    const quote = { type: 'exact', microUsd: usd, native: { amount: usd / 1_000_000, unit: 'usd' }, basis }
    expect(replicate.quote(request)).toMatchObject(quote)
  })

  test('none of the free options moves the price', () => {
    const options = { cancel_after: '10m', multi_prompt: [{ prompt: 'a', duration: 5 }] }
    expect(replicate.quote({ ...text, providerOptions: { replicate: options } })).toEqual(
      replicate.quote(text),
    )
  })
})

describe('limits', () => {
  test.each<[RenderRequest, field: string, rule: string]>([
    [{ ...text, model: 'kling-v2-1' }, 'model', 'unsupported'],
    [{ ...text, model: 'kling-v1-5' }, 'model', 'unsupported'],
    [{ ...text, model: 'kling-v1-6', mode: 'pro' }, 'mode', 'unsupported'],
    [{ ...text, model: 'kling-v2-6', mode: 'std' }, 'mode', 'unsupported'],
    [{ ...text, model: 'kling-v2-master', mode: 'std' }, 'mode', 'unsupported'],
    [{ ...text, model: 'kling-video-o1', duration: 7 }, 'duration', 'one-of'],
    [{ ...text, model: 'kling-v3-omni', negativePrompt: 'x' }, 'negativePrompt', 'unsupported'],
    [{ ...text, model: 'kling-video-o1', negativePrompt: 'x' }, 'negativePrompt', 'unsupported'],
    [{ ...text, model: 'kling-v2-1-master', cfgScale: 0.5 }, 'cfgScale', 'unsupported'],
    [{ ...text, cfgScale: 0.5 }, 'cfgScale', 'unsupported'],
    [{ ...text, prompt: 'x'.repeat(2_501) }, 'prompt', 'length'],
    [{ ...text, aspectRatio: '4:3' }, 'aspectRatio', 'one-of'],
    [{ ...image, prompt: '' }, 'prompt', 'required'],
    [{ ...image, model: 'kling-v2-1', endImage: 'https://e.com/b.png' }, 'endImage', 'unsupported'],
    [{ ...image, model: 'kling-v2-6', endImage: 'https://e.com/b.png' }, 'endImage', 'unsupported'],
    [{ kind: 'image-to-video', prompt: 'x', endImage: 'https://e.com/b.png' }, 'startImage', 'required'],
  ])('%j', (request, field, rule) => {
    expect(replicate.check(request)).toMatchObject([{ field, rule }])
  })
})
