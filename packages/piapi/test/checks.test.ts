import type { RenderRequest } from '@reelay/core'
import { expect, test } from 'vitest'
import { createPiapi } from '../src/index.ts'
import { png } from './world.ts'

const piapi = createPiapi({ apiKey: 'stub-api-key' })
const shot = { prompt: 'A boat', duration: 5 }
const startImage = 'https://e.com/a.png'

const fields = (more: object): string[] => {
  const image = 'startImage' in more || 'endImage' in more
  const request = { kind: image ? 'image-to-video' : 'text-to-video', prompt: 'A boat', ...more }
  return piapi.check(request as RenderRequest).map(({ field, rule }) => `${field}: ${rule}`)
}
const withOptions = (options: object, more: object = {}): string[] =>
  fields({ prompt: '', duration: 5, providerOptions: { piapi: options }, ...more })

const shots = 'providerOptions.piapi.multi_shots'
const cases: [string, () => string[], string[]][] = [
  ['a plain request', () => fields({}), []],
  ['no prompt', () => fields({ prompt: ' ' }), ['prompt: required']],
  ['an image needs no prompt', () => fields({ prompt: undefined, startImage }), []],
  ['7 s on 2.6', () => fields({ model: 'kling-v2-6', duration: 7 }), ['duration: one-of']],
  ['5.5 s on 3.0', () => fields({ duration: 5.5 }), ['duration: one-of']],
  ['2,501 characters', () => fields({ negativePrompt: 'x'.repeat(2_501) }), ['negativePrompt: length']],
  [
    'no negative prompt on omni',
    () => fields({ model: 'kling-v3-omni', negativePrompt: 'x' }),
    ['negativePrompt: unsupported'],
  ],
  ['no image on omni', () => fields({ model: 'kling-v3-omni', startImage }), ['model: unsupported']],
  ['no 4k', () => fields({ mode: '4k' }), ['mode: unsupported']],
  ['no std on a master', () => fields({ model: 'kling-v2-1-master', mode: 'std' }), ['mode: unsupported']],
  [
    'no sound on 2.5',
    () => fields({ model: 'kling-v2-5', generateAudio: true }),
    ['generateAudio: unsupported'],
  ],
  [
    'no cfgScale on turbo',
    () => fields({ model: 'kling-v2-5-turbo', cfgScale: 0.5 }),
    ['cfgScale: unsupported'],
  ],
  ['an end image alone', () => fields({ endImage: startImage }), ['startImage: required']],
  [
    'an end image on turbo',
    () => fields({ model: 'kling-v2-5-turbo', startImage, endImage: startImage }),
    ['endImage: unsupported'],
  ],
  ['an image of 300 px', () => fields({ startImage: png(300, 400) }), ['startImage: media-size']],
  ['an image of 301 px', () => fields({ startImage: png(301, 400) }), []],
  ['10 MB and a bit', () => fields({ startImage: png(640, 480, 10_485_761) }), ['startImage: media-size']],
  ['a camera move', () => fields({ cameraControl: { type: 'simple', config: { pan: 10, tilt: 0 } } }), []],
  ['no camera axis', () => fields({ cameraControl: { type: 'simple' } }), ['cameraControl.config: required']],
  [
    'a scripted camera move',
    () => fields({ cameraControl: { type: 'down_back', config: { pan: 1 } } }),
    ['cameraControl.type: one-of'],
  ],
  [
    'a camera move beside an image',
    () => fields({ startImage, cameraControl: { type: 'simple', config: { pan: 1 } } }),
    ['cameraControl: unsupported'],
  ],
  ['shots', () => withOptions({ multi_shots: [shot] }), []],
  ['shots on omni', () => withOptions({ multi_shots: [shot] }, { model: 'kling-v3-omni' }), []],
  ['shots of another length', () => withOptions({ multi_shots: [shot, shot] }), [`${shots}: conflict`]],
  [
    'shots on 2.6',
    () => withOptions({ multi_shots: [shot] }, { model: 'kling-v2-6' }),
    [`${shots}: unsupported`],
  ],
  ['no shots', () => withOptions({ multi_shots: [] }, { prompt: 'A boat' }), [`${shots}: range`]],
  [
    'seven shots',
    () => withOptions({ multi_shots: Array(7).fill({ ...shot, duration: 1 }) }, { duration: 7 }),
    [`${shots}: range`],
  ],
  ...[{}, null, 'x', { ...shot, prompt: '' }, { ...shot, duration: 15 }, { ...shot, duration: '5' }].map(
    (one): [string, () => string[], string[]] => [
      `the shot ${JSON.stringify(one)}`,
      () => withOptions({ multi_shots: [one] }),
      [`${shots}: range`],
    ],
  ),
  [
    'long shots',
    () => withOptions({ multi_shots: [{ ...shot, prompt: 'x'.repeat(2_501) }] }),
    [`${shots}: length`],
  ],
  [
    'a preference that is none',
    () => withOptions({ prefer_multi_shots: 'yes' }, { prompt: 'A boat' }),
    ['providerOptions.piapi.prefer_multi_shots: type'],
  ],
]

test.each(cases)('%s', (_name, check, problems) => {
  expect(check()).toEqual(problems)
})
