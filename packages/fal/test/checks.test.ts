import type { CameraControl, RenderRequest } from '@reelay/core'
import { expect, test } from 'vitest'
import { createFal } from '../src/index.ts'
import { reservedOptions } from '../src/tables.ts'

const fal = createFal({ apiKey: 'stub-api-key' })
const link = 'https://example.com/a.png'
const text = { kind: 'text-to-video', prompt: 'A boat' } as const
const image = { kind: 'image-to-video', prompt: 'A boat', startImage: link } as const

const problems = (request: RenderRequest): string[] =>
  fal.check(request).map(({ field, rule }) => `${field.replace('providerOptions.fal.', '')} ${rule}`)

function withOptions(request: RenderRequest, options: object): string[] {
  return problems({ ...request, providerOptions: { fal: { ...options } } })
}

const shots = (...durations: unknown[]): object[] =>
  durations.map((duration) => ({ prompt: 'A boat', ...(duration === undefined ? {} : { duration }) }))
const noPrompt = { ...text, prompt: '' }
const oneTo = (length: number): undefined[] => Array.from({ length })

test.each<[string, RenderRequest, object, string[]]>([
  ['shots', noPrompt, { multi_prompt: shots('2', '3') }, []],
  [
    'shots of default length',
    { ...noPrompt, duration: 10 },
    { multi_prompt: shots(undefined, undefined) },
    [],
  ],
  [
    'shots beside an image, no prompt at all',
    { kind: 'image-to-video', startImage: link },
    { multi_prompt: shots('5') },
    [],
  ],
  ['shots and who cuts them', noPrompt, { multi_prompt: shots('5'), shot_type: 'intelligent' }, []],
  ['shots on turbo', { ...noPrompt, model: 'kling-v3-turbo' }, { multi_prompt: shots('5') }, []],
  ['shots on O3', { ...noPrompt, model: 'kling-v3-omni' }, { multi_prompt: shots('5') }, []],
  [
    'shots on v4 count in numbers',
    { ...noPrompt, model: 'kling-v4', duration: 9 },
    { multi_prompt: shots(4, undefined) },
    [],
  ],
  ['a number before v4', noPrompt, { multi_prompt: shots(5) }, ['multi_prompt type']],
  ['a string on v4', { ...noPrompt, model: 'kling-v4' }, { multi_prompt: shots('5') }, ['multi_prompt type']],
  ['the wrong sum', noPrompt, { multi_prompt: shots('2', '2') }, ['multi_prompt conflict']],
  ['a prompt too', text, { multi_prompt: shots('5') }, ['prompt conflict']],
  ['no shots', noPrompt, { multi_prompt: [] }, ['prompt required', 'multi_prompt type']],
  ['too many shots', noPrompt, { multi_prompt: shots(...oneTo(7)) }, ['multi_prompt type']],
  ['a silent shot', noPrompt, { multi_prompt: [{ prompt: ' ', duration: '5' }] }, ['multi_prompt type']],
  ['a unit', noPrompt, { multi_prompt: shots('5s') }, ['multi_prompt type']],
  ['null', text, { multi_prompt: null }, ['multi_prompt type']],
  ['undefined', text, { multi_prompt: undefined }, []],
  [
    'shots on v2.6',
    { ...noPrompt, model: 'kling-v2-6' },
    { multi_prompt: shots('5') },
    ['multi_prompt unsupported'],
  ],
  ['no shots, no prompt', noPrompt, {}, ['prompt required']],
  ['somebody else cuts', text, { shot_type: 'intelligence' }, ['shot_type type']],
  [
    'who cuts on turbo',
    { ...text, model: 'kling-v3-turbo' },
    { shot_type: 'customize' },
    ['shot_type unsupported'],
  ],
  [
    'elements',
    image,
    { elements: [{ frontal_image_url: link, reference_image_urls: [link] }, { video_url: link }] },
    [],
  ],
  ['two videos', image, { elements: [{ video_url: link }, { video_url: link }] }, ['elements type']],
  [
    'four references',
    image,
    { elements: [{ frontal_image_url: link, reference_image_urls: [link, link, link, link] }] },
    ['elements type'],
  ],
  ['an empty element', image, { elements: [{}] }, ['elements type']],
  ['a voice, which costs more', image, { elements: [{ video_url: link, voice_id: 'v' }] }, ['elements type']],
  ['elements without an image', text, { elements: [{ frontal_image_url: link }] }, ['elements unsupported']],
  [
    'elements on O3',
    { ...image, model: 'kling-v3-omni' },
    { elements: [{ frontal_image_url: link }] },
    ['elements unsupported'],
  ],
  [
    'masks',
    { ...image, model: 'kling-v1' },
    { static_mask_url: link, dynamic_masks: [{ mask_url: link, trajectories: [{ x: 1, y: 2 }] }] },
    [],
  ],
  [
    'masks on v1.5',
    { ...image, model: 'kling-v1-5' },
    { dynamic_masks: [{ mask_url: 'data:image/png;base64,AA==' }] },
    [],
  ],
  ['a path', { ...image, model: 'kling-v1' }, { static_mask_url: './mask.png' }, ['static_mask_url type']],
  [
    'a point of one number',
    { ...image, model: 'kling-v1' },
    { dynamic_masks: [{ mask_url: link, trajectories: [{ x: 1 }] }] },
    ['dynamic_masks type'],
  ],
  [
    'masks on v1.6',
    { ...image, model: 'kling-v1-6' },
    { static_mask_url: link },
    ['static_mask_url unsupported'],
  ],
  ['images in between', { ...image, model: 'kling-v4' }, { middle_image_urls: [link] }, []],
  [
    'nine of them',
    { ...image, model: 'kling-v4' },
    { middle_image_urls: oneTo(9).map(() => link) },
    ['middle_image_urls type'],
  ],
  ['images in between on v3', image, { middle_image_urls: [link] }, ['middle_image_urls unsupported']],
])('%s', (_name, request, options, wanted) => {
  expect(withOptions(request, options)).toEqual(wanted)
})

test.each(Object.keys(reservedOptions))('%s is reserved', (key) => {
  expect(withOptions(text, { [key]: 'mine' })).toEqual([`${key} reserved`])
})

test.each<[CameraControl, string[]]>([
  [{ type: 'forward_up' }, []],
  [{ type: 'simple', config: { pan: 3 } }, []],
  [{ type: 'simple' }, ['cameraControl.config required']],
  [{ type: 'simple', config: { pan: 3, tilt: 1 } }, ['cameraControl.config conflict']],
  [{ type: 'simple', config: { pan: 0 } }, ['cameraControl.config conflict']],
  [{ type: 'down_back', config: { pan: 3 } }, ['cameraControl.config conflict']],
])('camera %j', (cameraControl, wanted) => {
  expect(problems({ ...text, model: 'kling-v1', cameraControl })).toEqual(wanted)
})

test.each<[string, RenderRequest, string[]]>([
  [
    'a camera on v1.6',
    { ...text, model: 'kling-v1-6', cameraControl: { type: 'down_back' } },
    ['cameraControl unsupported'],
  ],
  ['std of a master', { ...text, model: 'kling-v2-1-master', mode: 'std' }, ['mode unsupported']],
  ['4k of v2.6', { ...text, model: 'kling-v2-6', mode: '4k' }, ['mode unsupported']],
  ['text on O1', { ...text, model: 'kling-video-o1' }, ['model unsupported']],
  ['text on v2.1', { ...text, model: 'kling-v2-1' }, ['model unsupported']],
  ['15 s of O1', { ...image, model: 'kling-video-o1', duration: 15 }, ['duration one-of']],
  ['16 s of v3', { ...text, duration: 16 }, ['duration one-of']],
  [
    'sound on turbo',
    { ...text, model: 'kling-v3-turbo', generateAudio: true },
    ['generateAudio unsupported'],
  ],
  ['silence on v4', { ...text, model: 'kling-v4', generateAudio: false }, ['generateAudio unsupported']],
  [
    'a negative prompt on O3',
    { ...text, model: 'kling-v3-omni', negativePrompt: 'rain' },
    ['negativePrompt unsupported'],
  ],
  ['an end alone', { kind: 'image-to-video', prompt: 'A boat', endImage: link }, ['startImage required']],
  [
    'no prompt beside an image',
    { kind: 'image-to-video', model: 'kling-v1-6', startImage: link },
    ['prompt required'],
  ],
])('%s', (_name, request, wanted) => {
  expect(problems(request)).toEqual(wanted)
})

test('a model that fal lacks is refused in a way that lets a failover go on', async () => {
  await expect(fal.submit({ ...text, model: 'kling-v2-1' })).rejects.toMatchObject({
    code: 'ERR_UNSUPPORTED',
    outcome: 'none',
  })
})
