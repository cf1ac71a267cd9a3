import { describe, expect, it } from 'vitest'
import { createRig, I2V, jpegBase64, keyHeaders, pngBase64, T2V, validBody } from './rig.ts'

const v3 = { model_name: 'kling-v3', prompt: 'x' }
const shots = (...durations: unknown[]): unknown[] =>
  durations.map((duration, position) => ({ index: position + 1, prompt: 'a shot', duration }))

describe('Kling text2video fields', () => {
  const rig = createRig()

  it.each<[string, unknown]>([
    ['model_name', 7],
    ['prompt', ['x']],
    ['negative_prompt', 1],
    ['multi_shot', 'true'],
    ['shot_type', 1],
    ['multi_prompt', {}],
    ['sound', true],
    ['voice_list', 'v'],
    ['cfg_scale', '0.5'],
    ['mode', 1],
    ['camera_control', 'simple'],
    ['duration', 5],
    ['aspect_ratio', 1],
    ['callback_url', {}],
    ['external_task_id', 12],
    ['watermark_info', [{ enabled: true }]],
  ])('refuses %s of the wrong type, by name', async (field, value) => {
    const { status, body } = await rig.post(T2V, { ...validBody, [field]: value })
    expect([status, body.code]).toEqual([400, 1201])
    expect(body.message).toMatch(new RegExp(`^${field} must be of type`))
    expect(body).not.toHaveProperty('data')
  })

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown model', { model_name: 'kling-v3-0' }, /^model_name value 'kling-v3-0' is invalid$/],
    ['an inherited property as model', { model_name: 'constructor' }, /^model_name value/],
    ['an unknown mode', { mode: 'ultra' }, /^mode value 'ultra' is invalid$/],
    ['an odd length', { duration: '99' }, /^duration value '99' is invalid$/],
    ['a length that only looks right', { duration: '5.0' }, /^duration value '5.0' is invalid$/],
    ['an unknown aspect ratio', { aspect_ratio: '4:3' }, /^aspect_ratio value '4:3' is invalid$/],
    ['an unknown sound', { sound: 'loud' }, /^sound value/],
    ['an empty prompt', { prompt: '' }, /^prompt cannot be empty$/],
    ['no prompt', { prompt: undefined }, /^prompt cannot be empty$/],
    ['a long prompt', { prompt: 'x'.repeat(2501) }, /^prompt must not be longer than 2500/],
    ['a long negative prompt', { negative_prompt: 'x'.repeat(2501) }, /^negative_prompt must not be longer/],
    ['a loose watermark flag', { watermark_info: { enabled: 'yes' } }, /^watermark_info.enabled must be/],
    ['cfg_scale out of range', { ...v3, cfg_scale: 1.5 }, /^cfg_scale value '1.5' is invalid$/],
  ])('refuses %s', async (_name, over, message) => {
    const { status, body } = await rig.post(T2V, { ...validBody, ...over })
    expect([status, body.code]).toEqual([400, 1201])
    expect(body.message).toMatch(message)
  })

  it('refuses a model of the other path', async () => {
    const lenient = createRig({ kling: { unverifiedModels: 'accept' } })
    const { status, body } = await lenient.post(T2V, { ...validBody, model_name: 'kling-v2-1' })
    expect([status, body.code]).toEqual([400, 1201])
    expect(body.message).toMatch(/^model_name value/)
  })

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['no shot type', { multi_shot: true }, /^shot_type cannot be empty/],
    [
      'no prompt though intelligent',
      { prompt: '', multi_shot: true, shot_type: 'intelligence' },
      /^prompt cannot/,
    ],
    ['no shots', { multi_shot: true, shot_type: 'customize' }, /^multi_prompt must hold 1 to 6/],
    ['seven shots', { duration: '7', multi_prompt: shots(...Array(7).fill('1')) }, /^multi_prompt must hold/],
    ['a wrong sum', { duration: '5', multi_prompt: shots('2', '2') }, /^multi_prompt durations must add up/],
    ['numeric shot lengths', { multi_prompt: shots(5) }, /^multi_prompt\[0\].duration must be a string/],
    ['a shot of no length', { multi_prompt: shots('0', '5') }, /^multi_prompt\[0\].duration/],
    [
      'a wrong index',
      { multi_prompt: [{ index: 2, prompt: 'x', duration: '5' }] },
      /^multi_prompt\[0\].index/,
    ],
    [
      'an empty shot',
      { multi_prompt: [{ index: 1, prompt: '', duration: '5' }] },
      /^multi_prompt\[0\].prompt/,
    ],
    ['a long shot', { multi_prompt: [{ index: 1, prompt: 'x'.repeat(513), duration: '5' }] }, /512/],
    ['a shot that is a string', { multi_prompt: ['x'] }, /^multi_prompt\[0\] must be of type object/],
  ])('refuses a storyboard with %s', async (_name, over, message) => {
    const customize = 'multi_prompt' in over ? { multi_shot: true, shot_type: 'customize' } : {}
    const { status, body } = await rig.post(T2V, { ...v3, ...customize, ...over })
    expect([status, body.code]).toEqual([400, 1201])
    expect(body.message).toMatch(message)
  })

  it('needs no prompt for a customized storyboard', async () => {
    const board = { multi_shot: true, shot_type: 'customize', multi_prompt: shots('2', '3') }
    expect((await rig.post(T2V, { model_name: 'kling-v3', ...board })).status).toBe(200)
  })

  it('answers 1200 for what is not a JSON object, and for another content type', async () => {
    for (const body of ['', 'nope', '[]', '"x"', 'null']) {
      const answer = await rig.post(T2V, body)
      expect([answer.status, answer.body.code]).toEqual([400, 1200])
    }
    const typed = await rig.post(T2V, validBody, { ...keyHeaders, 'content-type': 'text/plain' })
    expect(typed.body.code).toBe(1200)
    const charset = { ...keyHeaders, 'content-type': 'application/json; charset=utf-8' }
    expect((await rig.post(T2V, validBody, charset)).status).toBe(200)
  })

  it('tolerates unknown keys, nulls and empty strings, and records the unknown keys', async () => {
    const body = {
      ...validBody,
      image: 'ignored',
      frames: 3,
      negative_prompt: '',
      callback_url: '',
      mode: null,
    }
    expect((await rig.post(T2V, body)).status).toBe(200)
    expect(rig.control.requests().at(-1)?.unknownKeys).toEqual(['image', 'frames'])
  })

  it('coerces a numeric duration only when told to', async () => {
    const tolerant = createRig({ kling: { coerceDuration: true } })
    expect((await tolerant.post(T2V, { ...validBody, duration: 10 })).status).toBe(200)
    expect(tolerant.control.tasks()[0]?.seconds).toBe(10)
    expect((await tolerant.post(T2V, { ...validBody, duration: 7 })).body.code).toBe(1201)
  })
})

describe('Kling image2video pictures', () => {
  const rig = createRig()
  const body = { model_name: 'kling-v2-6', prompt: 'x', mode: 'pro' }

  it.each<[string, Record<string, unknown>]>([
    ['a URL', { image: 'https://example.com/a.png' }],
    ['a PNG', { image: pngBase64(300, 300) }],
    ['a JPEG', { image: jpegBase64(640, 360) }],
    ['the narrowest ratio', { image: pngBase64(750, 300) }],
    ['a start and an end frame', { image: pngBase64(400, 400), image_tail: 'https://example.com/b.png' }],
  ])('accepts %s', async (_name, over) => {
    rig.control.reset()
    expect((await rig.post(I2V, { ...body, ...over })).status).toBe(200)
  })

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['no picture', {}, /^image and image_tail cannot both be empty$/],
    [
      'a data: prefix',
      { image: `data:image/png;base64,${pngBase64(300, 300)}` },
      /^image is invalid: .*data:/,
    ],
    ['a word', { image: 'my picture.png' }, /^image is invalid: neither/],
    ['a GIF', { image: Buffer.from('GIF89a\x90\x01\x90\x01\0\0\0;').toString('base64') }, /not a jpg or png/],
    ['bytes of nothing', { image: Buffer.alloc(64).toString('base64') }, /not a jpg or png/],
    ['a short side', { image: pngBase64(299, 400) }, /^image is invalid: a side is shorter/],
    ['a long strip', { image: pngBase64(760, 300) }, /^image is invalid: aspect ratio/],
    ['a tall strip', { image: pngBase64(300, 760) }, /^image is invalid: aspect ratio/],
    ['more than 10 MB', { image: 'A'.repeat(14_000_000) }, /^image is invalid: larger than 10 MB/],
    [
      'a broken end frame',
      { image: 'https://example.com/a.png', image_tail: 'data:x' },
      /^image_tail is invalid/,
    ],
    ['a number', { image: 1 }, /^image must be of type string/],
  ])('refuses %s', async (_name, over, message) => {
    const { status, body: answer } = await rig.post(I2V, { ...body, ...over })
    expect([status, answer.code]).toEqual([400, 1201])
    expect(answer.message).toMatch(message)
  })

  it('needs a prompt only for kling-v3, and takes no aspect ratio', async () => {
    const image = 'https://example.com/a.png'
    expect((await rig.post(I2V, { model_name: 'kling-v2-6', image })).status).toBe(200)
    expect((await rig.post(I2V, { model_name: 'kling-v3', image })).body.message).toBe(
      'prompt cannot be empty',
    )
    await rig.post(I2V, { ...body, image, aspect_ratio: '1:1' })
    expect(rig.control.requests().at(-1)?.unknownKeys).toEqual(['aspect_ratio'])
  })
})
