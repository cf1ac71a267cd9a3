import type { ImageToVideoRequest, ProblemRule, RenderRequest, TextToVideoRequest } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { reservedOptions } from '../src/tables.ts'
import { created, png, stub } from './world.ts'

const text = (more: Partial<TextToVideoRequest>): RenderRequest => ({
  kind: 'text-to-video',
  prompt: 'A paper boat',
  ...more,
})
const startImage = 'https://example.com/start.png'
const endImage = 'https://example.com/end.png'
const image = (more: Partial<ImageToVideoRequest>): RenderRequest => ({
  kind: 'image-to-video',
  prompt: 'It drifts',
  startImage,
  ...more,
})
const own = (kling: Record<string, unknown>) => ({ providerOptions: { kling } })
const shot = (index: number, duration: unknown, prompt: unknown = 'A boat') => ({ index, prompt, duration })
const shots = (multi_prompt: unknown, more: Record<string, unknown> = {}) =>
  own({ multi_shot: true, shot_type: 'customize', multi_prompt, ...more })
const mask = {
  mask: startImage,
  trajectories: [
    { x: 1, y: 1 },
    { x: 2, y: 2 },
  ],
}
const brushed = (kling: Record<string, unknown>, more: Partial<ImageToVideoRequest> = {}): RenderRequest =>
  image({ model: 'kling-v1-5', mode: 'pro', ...own(kling), ...more })

type Case = [name: string, request: RenderRequest, field: string, rule: ProblemRule, fix: RegExp]

const refused: Record<string, readonly Case[]> = {
  catalogue: [
    ['7 s on kling-v1-6', text({ model: 'kling-v1-6', duration: 7 }), 'duration', 'one-of', /Use 5|Use 10/],
    ['2 s on kling-v3', text({ duration: 2 }), 'duration', 'one-of', /Use 3/],
    ['16 s on kling-v3', text({ duration: 16 }), 'duration', 'one-of', /Use 15/],
    ['4.5 s on kling-v3', text({ duration: 4.5 }), 'duration', 'one-of', /Use [45]/],
    ['std on a master', text({ model: 'kling-v2-master', mode: 'std' }), 'mode', 'unsupported', /use pro/],
    ['4k on kling-v2-6', text({ model: 'kling-v2-6', mode: '4k' }), 'mode', 'unsupported', /std, pro/],
    ['a discontinued model', text({ model: 'kling-v1' }), 'model', 'discontinued', /kling-v3/],
    ['a model without text', text({ model: 'kling-v2-1' }), 'model', 'unsupported', /kling-v3/],
    ['a misspelt model', text({ model: 'kling-v3-0' }), 'model', 'unsupported', /Did you mean kling-v3\?/],
    ['no prompt', text({ prompt: '' }), 'prompt', 'required', /Say what/],
    ['a blank prompt', text({ prompt: ' \n' }), 'prompt', 'required', /Say what/],
    ['2,501 characters', text({ prompt: 'x'.repeat(2_501) }), 'prompt', 'length', /Shorten it by 1\./],
    [
      '2,501 characters to avoid',
      text({ negativePrompt: 'x'.repeat(2_501) }),
      'negativePrompt',
      'length',
      /Shorten it by 1\./,
    ],
    ['21:9', text({ aspectRatio: '21:9' }), 'aspectRatio', 'one-of', /16:9/],
    [
      'sound on kling-v2-6 std',
      text({ model: 'kling-v2-6', generateAudio: true }),
      'generateAudio',
      'unsupported',
      /mode: 'pro'/,
    ],
    [
      'cfgScale on kling-v2-6',
      text({ model: 'kling-v2-6', cfgScale: 0.5 }),
      'cfgScale',
      'unsupported',
      /Leave it out/,
    ],
    ['no prompt for kling-v3 from an image', image({ prompt: '' }), 'prompt', 'required', /Say what/],
    ['two clips', text({ n: 2 }), 'n', 'unsupported', /2 times/],
  ],
  images: [
    ['none', { kind: 'image-to-video', prompt: 'x' }, 'startImage', 'required', /text-to-video/],
    [
      'an end image on kling-v2-1 std',
      image({ model: 'kling-v2-1', endImage }),
      'endImage',
      'unsupported',
      /mode: 'pro'/,
    ],
    [
      'an end image on a master',
      image({ model: 'kling-v2-1-master', endImage }),
      'endImage',
      'unsupported',
      /Leave it out/,
    ],
    [
      'an end image alone on kling-v3',
      { kind: 'image-to-video', prompt: 'x', endImage },
      'startImage',
      'required',
      /Set startImage/,
    ],
    [
      'sound beside an end image on kling-v2-6',
      image({ model: 'kling-v2-6', mode: 'pro', generateAudio: true, endImage }),
      'endImage',
      'conflict',
      /generateAudio/,
    ],
    ['30 MB', image({ startImage: png(1_000, 1_000, 30_000_000) }), 'startImage', 'media-size', /Scale/],
    ['299 px', image({ startImage: png(299, 400) }), 'startImage', 'media-size', /Scale/],
    ['a strip', image({ startImage: png(2_000, 700) }), 'startImage', 'media-size', /Crop/],
    [
      'a GIF',
      image({ startImage: new TextEncoder().encode('GIF89a') }),
      'startImage',
      'media-type',
      /image\/jpeg/,
    ],
    ['a local path', image({ startImage: './boat.png' }), 'startImage', 'media-type', /URL/],
  ],
  camera: [
    [
      'on a model without',
      text({ model: 'kling-v1-6', cameraControl: { type: 'down_back' } }),
      'cameraControl',
      'unsupported',
      /prompt/,
    ],
    [
      'a scripted move on kling-v1-5',
      image({ model: 'kling-v1-5', mode: 'pro', cameraControl: { type: 'down_back' } }),
      'cameraControl.type',
      'one-of',
      /simple/,
    ],
    [
      'at 10 s',
      image({
        model: 'kling-v1-5',
        mode: 'pro',
        duration: 10,
        cameraControl: { type: 'simple', config: { pan: 1 } },
      }),
      'cameraControl',
      'conflict',
      /5/,
    ],
    [
      'simple without config',
      image({ model: 'kling-v1-5', mode: 'pro', cameraControl: { type: 'simple' } }),
      'cameraControl.config',
      'required',
      /Set one/,
    ],
    [
      'simple along two axes',
      image({
        model: 'kling-v1-5',
        mode: 'pro',
        cameraControl: { type: 'simple', config: { pan: 1, zoom: 2 } },
      }),
      'cameraControl.config',
      'conflict',
      /Set one/,
    ],
    [
      'simple along none',
      image({ model: 'kling-v1-5', mode: 'pro', cameraControl: { type: 'simple', config: { pan: 0 } } }),
      'cameraControl.config',
      'conflict',
      /Set one/,
    ],
    [
      'beside an end image',
      image({
        model: 'kling-v1-5',
        mode: 'pro',
        endImage,
        cameraControl: { type: 'simple', config: { pan: 1 } },
      }),
      'cameraControl',
      'conflict',
      /Keep one/,
    ],
  ],
  brush: [
    [
      'on kling-v3',
      image(own({ static_mask: startImage })),
      'providerOptions.kling.static_mask',
      'unsupported',
      /Leave it out/,
    ],
    [
      'at 10 s',
      brushed({ static_mask: startImage }, { duration: 10 }),
      'providerOptions.kling.static_mask',
      'conflict',
      /duration of 5/,
    ],
    [
      'beside an end image',
      brushed({ dynamic_masks: [mask] }, { endImage }),
      'providerOptions.kling.dynamic_masks',
      'conflict',
      /Keep one/,
    ],
    [
      'without a start image',
      {
        kind: 'image-to-video',
        model: 'kling-v1-5',
        mode: 'pro',
        endImage,
        ...own({ static_mask: startImage }),
      },
      'providerOptions.kling.static_mask',
      'conflict',
      /Set startImage/,
    ],
    [
      'with a data URI',
      brushed({ static_mask: 'data:image/png;base64,AAAA' }),
      'providerOptions.kling.static_mask',
      'type',
      /plain base64/,
    ],
    [
      'with seven masks',
      brushed({ dynamic_masks: Array(7).fill(mask) }),
      'providerOptions.kling.dynamic_masks',
      'range',
      /1 to 6/,
    ],
    [
      'with one point',
      brushed({ dynamic_masks: [{ mask: startImage, trajectories: [{ x: 1, y: 1 }] }] }),
      'providerOptions.kling.dynamic_masks.0.trajectories',
      'range',
      /\{ x, y \}/,
    ],
    [
      'with a mask that is no object',
      brushed({ dynamic_masks: ['x'] }),
      'providerOptions.kling.dynamic_masks.0',
      'type',
      /trajectories/,
    ],
  ],
  'multi-shot': [
    [
      'on kling-v2-6',
      text({ model: 'kling-v2-6', ...own({ multi_shot: true, shot_type: 'intelligence' }) }),
      'providerOptions.kling.multi_shot',
      'unsupported',
      /kling-v3/,
    ],
    ['as text', text(own({ multi_shot: 'yes' })), 'providerOptions.kling.multi_shot', 'type', /true/],
    [
      'without shot_type',
      text(own({ multi_shot: true })),
      'providerOptions.kling.shot_type',
      'required',
      /customize/,
    ],
    [
      'with another shot_type',
      text(own({ multi_shot: true, shot_type: 'auto' })),
      'providerOptions.kling.shot_type',
      'one-of',
      /customize/,
    ],
    [
      'shot_type alone',
      text(own({ shot_type: 'customize' })),
      'providerOptions.kling.shot_type',
      'conflict',
      /multi_shot/,
    ],
    [
      'no prompt for intelligence',
      text({ prompt: '', ...own({ multi_shot: true, shot_type: 'intelligence' }) }),
      'prompt',
      'required',
      /Say what/,
    ],
    [
      'shots for intelligence',
      text(shots([shot(1, '5')], { shot_type: 'intelligence' })),
      'providerOptions.kling.multi_prompt',
      'conflict',
      /customize/,
    ],
    ['no shots', text(shots([])), 'providerOptions.kling.multi_prompt', 'range', /1 to 6/],
    [
      'seven shots',
      text({ duration: 7, ...shots([1, 2, 3, 4, 5, 6, 7].map((index) => shot(index, '1'))) }),
      'providerOptions.kling.multi_prompt',
      'range',
      /1 to 6/,
    ],
    [
      'a sum that is not the duration',
      text({ duration: 8, ...shots([shot(1, '4'), shot(2, '3')]) }),
      'providerOptions.kling.multi_prompt',
      'conflict',
      /duration of 7/,
    ],
    [
      'a numeric duration',
      text(shots([shot(1, 5)])),
      'providerOptions.kling.multi_prompt.0.duration',
      'type',
      /"4"/,
    ],
    [
      'a shot of 0 s',
      text(shots([shot(1, '5'), shot(2, '0')])),
      'providerOptions.kling.multi_prompt.1.duration',
      'type',
      /"4"/,
    ],
    [
      '513 characters',
      text(shots([shot(1, '5', 'x'.repeat(513))])),
      'providerOptions.kling.multi_prompt.0.prompt',
      'length',
      /by 1\./,
    ],
    [
      'a shot without prompt',
      text(shots([shot(1, '5', '')])),
      'providerOptions.kling.multi_prompt.0.prompt',
      'required',
      /Say/,
    ],
    [
      'an index from 0',
      text(shots([shot(0, '5')])),
      'providerOptions.kling.multi_prompt.0.index',
      'range',
      /Use 1/,
    ],
  ],
  'other options': [
    [
      'elements from text',
      text(own({ element_list: [{ element_id: 1 }] })),
      'providerOptions.kling.element_list',
      'unsupported',
      /image-to-video/,
    ],
    [
      'four elements',
      image(own({ element_list: [1, 2, 3, 4].map((element_id) => ({ element_id })) })),
      'providerOptions.kling.element_list',
      'range',
      /1 to 3/,
    ],
    [
      'a rounded element id',
      image(own({ element_list: [{ element_id: 2 ** 60 }] })),
      'providerOptions.kling.element_list.0.element_id',
      'type',
      /as text/,
    ],
    [
      'watermark_info as array',
      text(own({ watermark_info: [true] })),
      'providerOptions.kling.watermark_info',
      'type',
      /enabled/,
    ],
    ['a bigint', text(own({ seed: 1n })), 'providerOptions.kling.seed', 'type', /bigint/],
    ['a function', text(own({ seed: () => 1 })), 'providerOptions.kling.seed', 'type', /plain data/],
  ],
}

describe.each(Object.entries(refused))('%s', (_topic, cases) => {
  test.each(cases)('%s', async (_name, request, field, rule, fix) => {
    const { kling, sent } = stub(() => ({ json: created }))
    const problems = kling.check(request)
    const found = problems.find((one) => one.field === field && one.rule === rule)
    expect(found, JSON.stringify(problems)).toMatchObject({ fix: expect.stringMatching(fix) })
    expect(found?.message).toMatch(/\.$/)
    await expect(kling.submit(request)).rejects.toMatchObject({ outcome: 'none', problems })
    expect(sent, 'nothing is sent').toEqual([])
  })
})

test.each(Object.entries(reservedOptions))('%s is reserved: %s', async (key, fix) => {
  const { kling, sent } = stub(() => ({ json: created }))
  const request = text(own({ [key]: 'x' }))
  expect(kling.check(request)).toEqual([
    { field: `providerOptions.kling.${key}`, rule: 'reserved', message: expect.any(String), fix },
  ])
  await expect(kling.submit(request)).rejects.toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
  expect(sent).toEqual([])
})

test('everything the adapter writes into a body itself is reserved', async () => {
  const { kling, sent } = stub(() => ({ json: created }))
  const options = { webhookUrl: 'https://example.com/hook' }
  await kling.submit(text({ negativePrompt: 'x', cfgScale: 0.5, aspectRatio: '1:1' }), options)
  await kling.submit(image({ endImage }))
  await kling.submit(
    image({ model: 'kling-v1-5', mode: 'pro', cameraControl: { type: 'simple', config: { pan: 1 } } }),
  )
  const written = new Set(sent.flatMap(({ body }) => Object.keys(body ?? {})))
  expect([...written].filter((key) => !Object.hasOwn(reservedOptions, key))).toEqual([])
})

const allowed: [string, RenderRequest][] = [
  ['2,500 characters', text({ prompt: 'x'.repeat(2_500) })],
  ['an unverified model when named', text({ model: 'kling-v1-6', duration: 10, cfgScale: 1 })],
  [
    'an end image alone on kling-v1-6 pro',
    { kind: 'image-to-video', model: 'kling-v1-6', mode: 'pro', endImage },
  ],
  ['no prompt on kling-v2-6 from an image', { kind: 'image-to-video', model: 'kling-v2-6', startImage }],
  ['an image of 300 px at 2.5 to 1', image({ startImage: png(750, 300) })],
  ['both masks on kling-v1-5 pro', brushed({ static_mask: startImage, dynamic_masks: [mask] })],
  [
    'three elements',
    image(own({ element_list: [{ element_id: 1 }, { element_id: 2 }, { element_id: '3' }] })),
  ],
  ['shots with their own prompts', text({ prompt: '', duration: 7, ...shots([shot(1, '4'), shot(2, '3')]) })],
  ['shots cut from the prompt', text(own({ multi_shot: true, shot_type: 'intelligence' }))],
  ['shots beside an end image, sold since 2026-05-07', image({ endImage, ...shots([shot(1, '5')]) })],
  ['multi_shot false', text(own({ multi_shot: false }))],
  ['cfgScale on kling-v3 (unverified)', text({ cfgScale: 0.5 })],
]
test.each(allowed)('allowed: %s', (_name, request) => {
  expect(stub(() => ({ json: created })).kling.check(request)).toEqual([])
})
