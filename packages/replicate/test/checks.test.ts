import { describe, expect, test } from 'vitest'
import type { ReplicateVideoOptions } from '../src/index.ts'
import { replicate } from '../src/index.ts'
import { reservedOptions } from '../src/tables.ts'

const check = (options: Record<string, unknown> | ReplicateVideoOptions, more: object = {}) =>
  replicate.check({
    kind: 'text-to-video',
    prompt: 'A boat',
    ...more,
    providerOptions: { replicate: { ...options } },
  })
const field = (key: string): string => `providerOptions.replicate.${key}`

describe('cancel_after', () => {
  test.each([5, '5', '30', '30s', '5m', '2h', '1h30m45s', '24h', 86_400])('%j', (cancel_after) => {
    expect(check({ cancel_after })).toEqual([])
  })

  test.each(['', 's', '4', 4, '4s', '24h1s', '-5', '1.5h', '5 m', '1m1h', '5min', null, {}])(
    'not %j',
    (value) => {
      expect(check({ cancel_after: value })).toMatchObject([{ field: field('cancel_after'), rule: 'range' }])
    },
  )
})

describe('reference_images', () => {
  const images = (count: number) => Array.from({ length: count }, (_, n) => `https://e.com/${n}.png`)

  test.each([
    ['kling-v1-6', 4],
    ['kling-v3-omni', 7],
    ['kling-video-o1', 7],
  ])('%s takes up to %i', (model, most) => {
    expect(check({ reference_images: images(most) }, { model })).toEqual([])
    const wrong = { field: field('reference_images'), rule: 'range' }
    expect(check({ reference_images: images(most + 1) }, { model })).toMatchObject([wrong])
    for (const value of [[], 'https://e.com/a.png', [3], ['/tmp/a.png']])
      expect(check({ reference_images: value }, { model })).toMatchObject([wrong])
  })

  test('elsewhere they are refused', () => {
    const problem = { field: field('reference_images'), rule: 'unsupported' }
    expect(check({ reference_images: images(1) })).toMatchObject([problem])
  })
})

describe('multi_prompt', () => {
  const shots = [
    { prompt: 'wide', duration: 2 },
    { prompt: 'close', duration: 3 },
  ]

  test.each(['kling-v3', 'kling-v3-omni'])('%s takes shots that add up, also as text', (model) => {
    expect(check({ multi_prompt: shots }, { model })).toEqual([])
    expect(check({ multi_prompt: JSON.stringify(shots) }, { model })).toEqual([])
  })

  test.each<[string, unknown, string]>([
    ['no JSON', 'wide, close', 'type'],
    ['no list', '{}', 'type'],
    ['no shots', [], 'type'],
    ['seven', Array.from({ length: 7 }, () => ({ prompt: 'a', duration: 1 })), 'type'],
    ['no prompt', [{ duration: 5 }], 'type'],
    ['a length as text', [{ prompt: 'a', duration: '5' }], 'type'],
    ['half a second', [{ prompt: 'a', duration: 0.5 }], 'type'],
    ['null', [null], 'type'],
    ['another sum', [{ prompt: 'a', duration: 4 }], 'conflict'],
  ])('%s is refused', (_name, multi_prompt, rule) => {
    expect(check({ multi_prompt })).toMatchObject([{ field: field('multi_prompt'), rule }])
  })

  test('elsewhere they are refused', () => {
    const problem = { field: field('multi_prompt'), rule: 'unsupported' }
    expect(check({ multi_prompt: shots }, { model: 'kling-v2-6' })).toMatchObject([problem])
  })
})

test.each(Object.keys(reservedOptions))('%s is reserved, with what to do instead', (key) => {
  const [problem] = check({ [key]: 'mine' })
  expect(problem).toMatchObject({ field: field(key), rule: 'reserved' })
  expect(problem?.fix).toMatch(/\.$/)
})
