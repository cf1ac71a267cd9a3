import { describe, expect, it } from 'vitest'
import { bodyOf, createRig, keyHeaders, TASK, turbo } from './rig.ts'

const image = 'https://example.com/a.png'
const shot = { prompt: 'a shot', duration: 3 }

const refusal = (field: string): RegExp =>
  new RegExp(`^invalid request: ${field.replaceAll(/[[\]]/g, '\\$&')}`)

describe('PiAPI fields', () => {
  const rig = createRig()

  it.each<[string, unknown]>([
    ['prompt', ['x']],
    ['negative_prompt', 1],
    ['cfg_scale', 'half'],
    ['cfg_scale', true],
    ['cfg_scale', ''],
    ['duration', '5'],
    ['duration', 5.5],
    ['aspect_ratio', 1],
    ['mode', 1],
    ['version', 2.6],
    ['image_url', {}],
    ['image_tail_url', 1],
    ['camera_control', 'simple'],
    ['elements', {}],
    ['motion_brush', []],
    ['enable_audio', 'true'],
    ['prefer_multi_shots', 1],
    ['multi_shots', {}],
    ['professional_mode', 'no'],
  ])('refuses %s of the wrong type, by name: %j', async (field, value) => {
    const { status, body } = await rig.create({ [field]: value })
    expect([status, body.code, body.data]).toEqual([400, 400, null])
    expect(body.message).toMatch(new RegExp(`^invalid request: ${field} must be of type`))
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown version', { version: '9.9' }, 'version'],
    ['an inherited property as version', { version: 'constructor' }, 'version'],
    ['the version of another model', { version: '2.5-turbo' }, 'version'],
    ['an omni version', { version: 'o1' }, 'version'],
    ['an unknown mode', { mode: '4k' }, 'mode'],
    ['an odd length', { duration: 7 }, 'duration'],
    ['no length', { duration: 0 }, 'duration'],
    ['an unknown shape', { aspect_ratio: '4:3' }, 'aspect_ratio'],
    ['an empty prompt', { prompt: ' ' }, 'prompt'],
    ['no prompt', { prompt: undefined }, 'prompt'],
    ['a long prompt', { prompt: 'x'.repeat(2501) }, 'prompt'],
    ['a long negative prompt', { negative_prompt: 'x'.repeat(2501) }, 'negative_prompt'],
    ['a scale above 1', { cfg_scale: 1.1 }, 'cfg_scale'],
    ['a scale below 0', { cfg_scale: -0.1 }, 'cfg_scale'],
    ['a spelled scale above 1', { cfg_scale: '2' }, 'cfg_scale'],
    ['an end frame alone', { image_tail_url: image }, 'image_tail_url'],
    ['a picture as data', { image_url: 'data:image/png;base64,AAAA' }, 'image_url'],
    ['a picture by name', { image_url: 'cat.png' }, 'image_url'],
    ['a picture on a disk', { image_url: 'file:///cat.png' }, 'image_url'],
    ['audio on 2.5', { version: '2.5', enable_audio: true }, 'enable_audio'],
    ['audio on 1.6', { version: '1.6', enable_audio: true }, 'enable_audio'],
    ['shots on 2.6', { multi_shots: [shot] }, 'multi_shots'],
    ['preferred shots on 2.6', { prefer_multi_shots: true }, 'prefer_multi_shots'],
    ['elements on 2.6', { elements: [{ image_url: image }] }, 'elements'],
    ['five elements', { version: '1.6', elements: Array(5).fill({ image_url: image }) }, 'elements'],
    ['elements of strings', { version: '1.6', elements: [image] }, 'elements'],
    [
      'elements beside a picture',
      { version: '1.6', image_url: image, elements: [{ image_url: image }] },
      'elements',
    ],
    [
      'an element that is no URL',
      { version: '1.6', elements: [{ image_url: 'x' }] },
      'elements[0].image_url',
    ],
    ['a preset camera', { camera_control: { type: 'down_back' } }, 'camera_control.type'],
    ['a camera without config', { camera_control: { type: 'simple' } }, 'camera_control.config'],
    [
      'an unknown axis',
      { camera_control: { type: 'simple', config: { spin: 1 } } },
      'camera_control.config.spin',
    ],
    ['a wild axis', { camera_control: { type: 'simple', config: { pan: 11 } } }, 'camera_control.config.pan'],
  ])('refuses %s', async (_name, over, field) => {
    const { status, body } = await rig.create(over)
    expect([status, body.code]).toEqual([400, 400])
    expect(body.message).toMatch(refusal(field))
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['seven', { multi_shots: Array(7).fill({ prompt: 'x', duration: 1 }) }, 'multi_shots'],
    ['a string', { multi_shots: ['x'] }, 'multi_shots[0]'],
    ['no prompt', { multi_shots: [{ duration: 3 }] }, 'multi_shots[0].prompt'],
    [
      'a length as string',
      { multi_shots: [shot, { prompt: 'x', duration: '3' }] },
      'multi_shots[1].duration',
    ],
    ['no length', { multi_shots: [{ prompt: 'x', duration: 0 }] }, 'multi_shots[0].duration'],
    ['fifteen seconds in one', { multi_shots: [{ prompt: 'x', duration: 15 }] }, 'multi_shots[0].duration'],
    ['sixteen seconds in all', { multi_shots: Array(4).fill({ prompt: 'x', duration: 4 }) }, 'multi_shots'],
    ['a novel', { multi_shots: Array(2).fill({ prompt: 'x'.repeat(1300), duration: 2 }) }, 'multi_shots'],
  ])('refuses shots: %s', async (_name, over, field) => {
    const { status, body } = await rig.create({ version: '3.0', ...over })
    expect(status).toBe(400)
    expect(body.message).toMatch(refusal(field))
  })

  it.each<[string, Record<string, unknown>]>([
    ['a number as cfg_scale', { cfg_scale: 0.5 }],
    ['a spelled number as cfg_scale', { cfg_scale: '0.5' }],
    [
      'blank strings and nulls',
      { aspect_ratio: '', mode: '', image_url: '', negative_prompt: '', cfg_scale: null },
    ],
    [
      'switched-off extras',
      { version: '1.6', enable_audio: false, prefer_multi_shots: false, multi_shots: [] },
    ],
    ['a start frame without prompt', { prompt: '', image_url: image }],
    ['both frames', { image_url: image, image_tail_url: image }],
    ['elements on 1.6', { version: '1.6', elements: [{ image_url: image }] }],
    ['a camera', { camera_control: { type: 'simple', config: { horizontal: -10, zoom: 10 } } }],
    ['a motion brush, whose body nobody documents', { image_url: image, motion_brush: { mask_url: image } }],
    ['a shape beside a picture', { image_url: image, aspect_ratio: '9:16' }],
    ['audio on 2.6', { enable_audio: true }],
  ])('accepts %s', async (_name, over) => {
    rig.control.reset()
    expect((await rig.create(over)).body.message).toBe('success')
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown model', { model: 'kling-3' }, 'model'],
    ['no model', { model: undefined }, 'model'],
    ['an invented task type', { task_type: 'text2video' }, 'task_type'],
    ['a task type that is not emulated', { task_type: 'effects' }, 'task_type effects is not emulated'],
    ['no input', { input: undefined }, 'input'],
    ['an input of another kind', { input: [] }, 'input'],
    ['a config of another kind', { config: 'public' }, 'config'],
    ['an unknown service mode', { config: { service_mode: 'hya' } }, 'config.service_mode'],
    ['a webhook as string', { config: { webhook_config: 'https://x.test' } }, 'config.webhook_config'],
    ['a numeric secret', { config: { webhook_config: { secret: 1 } } }, 'config.webhook_config.secret'],
    [
      'an endpoint that is no URL',
      { config: { webhook_config: { endpoint: 'x' } } },
      'config.webhook_config.endpoint',
    ],
  ])('refuses %s', async (_name, over, field) => {
    const { status, body } = await rig.create({}, over)
    expect(status).toBe(400)
    expect(body.message).toMatch(refusal(field))
  })

  it('wants a JSON object, named so', async () => {
    for (const body of ['', 'nope', '[]', 'null']) expect((await rig.post(TASK, body)).status).toBe(400)
    const typed = await rig.post(TASK, bodyOf(), { ...keyHeaders, 'content-type': 'text/plain' })
    expect(typed.body.message).toMatch(refusal('Content-Type'))
    const charset = { ...keyHeaders, 'content-type': 'application/json; charset=utf-8' }
    expect((await rig.post(TASK, bodyOf(), charset)).status).toBe(200)
  })
})

describe('PiAPI switches of the fields', () => {
  it('turbo lists fewer fields, and ignores the others only when told to', async () => {
    const extras = [{ cfg_scale: 0.5 }, { image_tail_url: image }, { enable_audio: true }]
    for (const extra of extras) {
      const { status, body } = await createRig().create({}, turbo(extra))
      expect([status, body.message]).toEqual([
        400,
        expect.stringMatching(/is not supported by model kling-turbo$/),
      ])
      const lenient = createRig({ piapi: { unsupportedFields: 'ignore' } })
      expect((await lenient.create({}, turbo(extra))).status).toBe(200)
    }
    expect((await createRig().create({}, turbo({ enable_audio: false }))).status).toBe(200)
  })

  it('turbo has one mode unless told', async () => {
    expect((await createRig().create({}, turbo({ mode: 'std' }))).body.message).toMatch(refusal('mode'))
    const both = createRig({ piapi: { turboModes: ['std', 'pro'] } })
    expect((await both.create({}, turbo({ mode: 'std' }))).status).toBe(200)
    expect((await createRig().create({}, turbo({ mode: undefined }))).status).toBe(200)
    expect((await createRig().create({}, turbo({ version: '2.6' }))).body.message).toMatch(refusal('version'))
  })

  it('an absent version is 1.6 unless told', async () => {
    const rig = createRig()
    await rig.create({ version: undefined })
    await rig.create({ version: '' })
    await rig.create({ version: undefined }, turbo({ version: undefined }))
    expect(rig.control.tasks().map(({ model }) => model)).toEqual([
      'kling/1.6',
      'kling/1.6',
      'kling-turbo/2.5-turbo',
    ])
    const three = createRig({ piapi: { defaultVersion: '3.0' } })
    await three.create({ version: undefined, duration: 15 })
    expect(three.control.tasks()[0]).toMatchObject({ model: 'kling/3.0', seconds: 15 })
  })

  it('pages of 2024 refuse shape and camera beside a picture', async () => {
    const old = createRig({ piapi: { textOnlyFields: 'refuse' } })
    const message = async (over: Record<string, unknown>): Promise<string> =>
      (await old.create({ image_url: image, ...over })).body.message
    expect(await message({ aspect_ratio: '1:1' })).toMatch(refusal('aspect_ratio'))
    expect(await message({ camera_control: { type: 'simple', config: {} } })).toMatch(
      refusal('camera_control'),
    )
    expect(await message({})).toBe('success')
    expect((await old.create({ aspect_ratio: '1:1' })).status).toBe(200)
  })
})
