import { describe, expect, it } from 'vitest'
import { models } from '../../src/kling/kinds/models.ts'
import { createRig, I2V, T2V } from './rig.ts'

const image = 'https://example.com/a.png'
const tail = { image_tail: image }
const sound = { sound: 'on' }

type Row = readonly [
  model: string,
  op: 't2v' | 'i2v',
  over: Record<string, unknown>,
  units: number | 'refused',
]

// Units: the price page's rate per second times the length.
const table: readonly Row[] = [
  ['kling-v1-6', 't2v', {}, 2],
  ['kling-v1-6', 't2v', { mode: 'pro', duration: '10' }, 7],
  ['kling-v1-6', 't2v', { mode: '4k' }, 'refused'],
  ['kling-v1-6', 't2v', sound, 'refused'],
  ['kling-v1-6', 't2v', { cfg_scale: 0.7 }, 2],
  ['kling-v1-6', 'i2v', { mode: 'pro', ...tail }, 3.5],
  ['kling-v1-6', 'i2v', { mode: 'pro', image: undefined, ...tail }, 3.5],
  ['kling-v1-6', 'i2v', tail, 'refused'],
  ['kling-v1-5', 't2v', {}, 'refused'],
  ['kling-v1-5', 'i2v', { mode: 'pro', camera_control: { type: 'simple', config: { zoom: 3 } } }, 3.5],
  ['kling-v1-5', 'i2v', { mode: 'pro', camera_control: { type: 'down_back' } }, 'refused'],
  [
    'kling-v1-5',
    'i2v',
    { mode: 'pro', camera_control: { type: 'simple', config: { zoom: 3, pan: 1 } } },
    'refused',
  ],
  ['kling-v1-5', 'i2v', { mode: 'pro', camera_control: { type: 'simple', config: { zoom: 11 } } }, 'refused'],
  ['kling-v1-5', 'i2v', { camera_control: { type: 'simple', config: { zoom: 3 } } }, 'refused'],
  ['kling-v1-5', 'i2v', { mode: 'pro', static_mask: image }, 3.5],
  ['kling-v1-5', 'i2v', { mode: 'pro', duration: '10', static_mask: image }, 'refused'],
  ['kling-v1-5', 'i2v', { mode: 'pro', static_mask: image, ...tail }, 'refused'],
  [
    'kling-v1-5',
    'i2v',
    { mode: 'pro', dynamic_masks: [{ mask: image, trajectories: [{ x: 1, y: 1 }] }] },
    'refused',
  ],
  [
    'kling-v1-5',
    'i2v',
    {
      mode: 'pro',
      dynamic_masks: [
        {
          mask: image,
          trajectories: [
            { x: 1, y: 1 },
            { x: 2, y: 2 },
          ],
        },
      ],
    },
    3.5,
  ],
  ['kling-v2-master', 't2v', {}, 10],
  ['kling-v2-master', 'i2v', { duration: '10' }, 20],
  ['kling-v2-master', 't2v', { mode: 'std' }, 'refused'],
  ['kling-v2-master', 't2v', { mode: 'pro' }, 'refused'],
  ['kling-v2-1', 'i2v', {}, 2],
  ['kling-v2-1', 'i2v', { mode: 'pro', duration: '10', ...tail }, 7],
  ['kling-v2-1', 'i2v', { mode: 'pro', image: undefined, ...tail }, 'refused'],
  ['kling-v2-1-master', 't2v', {}, 10],
  ['kling-v2-1-master', 'i2v', tail, 'refused'],
  ['kling-v2-5-turbo', 't2v', {}, 1.5],
  ['kling-v2-5-turbo', 'i2v', { mode: 'pro', duration: '10' }, 5],
  ['kling-v2-5-turbo', 'i2v', { mode: 'pro', ...tail }, 2.5],
  ['kling-v2-5-turbo', 'i2v', tail, 'refused'],
  ['kling-v2-5-turbo', 't2v', { cfg_scale: 0.5 }, 'refused'],
  ['kling-v2-5-turbo', 't2v', sound, 'refused'],
  ['kling-v2-5-turbo', 't2v', { sound: 'off' }, 1.5],
  ['kling-v2-5-turbo', 't2v', { multi_shot: true, shot_type: 'intelligence' }, 'refused'],
  ['kling-v2-5-turbo', 't2v', { multi_shot: false }, 1.5],
  ['kling-v2-6', 't2v', {}, 1.5],
  ['kling-v2-6', 't2v', { duration: '10' }, 3],
  ['kling-v2-6', 't2v', { duration: '7' }, 'refused'],
  ['kling-v2-6', 't2v', { mode: 'pro' }, 2.5],
  ['kling-v2-6', 't2v', { mode: 'pro', ...sound }, 5],
  ['kling-v2-6', 't2v', sound, 'refused'],
  ['kling-v2-6', 'i2v', { mode: 'pro', ...sound, voice_list: [{ voice_id: 'a' }] }, 6],
  ['kling-v2-6', 'i2v', { mode: 'pro', voice_list: [{ voice_id: 'a' }] }, 'refused'],
  ['kling-v2-6', 'i2v', { mode: 'pro', ...sound, voice_list: [{}] }, 'refused'],
  ['kling-v2-6', 'i2v', { mode: 'pro', ...sound, voice_list: Array(3).fill({ voice_id: 'a' }) }, 'refused'],
  ['kling-v2-6', 'i2v', { mode: 'pro', ...tail }, 2.5],
  ['kling-v2-6', 'i2v', { mode: 'pro', ...tail, ...sound }, 'refused'],
  ['kling-v2-6', 'i2v', tail, 'refused'],
  ['kling-v2-6', 'i2v', { element_list: [{ element_id: 1 }] }, 'refused'],
  ['kling-v3', 't2v', {}, 3],
  ['kling-v3', 't2v', { duration: '3' }, 1.8],
  ['kling-v3', 't2v', { duration: '15', mode: 'pro' }, 12],
  ['kling-v3', 't2v', { duration: '2' }, 'refused'],
  ['kling-v3', 't2v', { duration: '16' }, 'refused'],
  ['kling-v3', 't2v', sound, 4.5],
  ['kling-v3', 't2v', { mode: 'pro', ...sound }, 6],
  ['kling-v3', 't2v', { mode: '4k' }, 15],
  ['kling-v3', 't2v', { mode: '4k', ...sound }, 15],
  ['kling-v3', 't2v', { cfg_scale: 0.5 }, 3],
  ['kling-v3', 't2v', { camera_control: { type: 'down_back' } }, 'refused'],
  ['kling-v3', 'i2v', tail, 3],
  ['kling-v3', 'i2v', { image: undefined, ...tail }, 'refused'],
  ['kling-v3', 'i2v', { ...tail, multi_shot: true, shot_type: 'intelligence' }, 3],
  ['kling-v3', 'i2v', { ...sound, voice_list: [{ voice_id: 'a' }] }, 'refused'],
  ['kling-v2-6', 't2v', { mode: 'pro', ...sound, voice_list: [{ voice_id: 'a' }] }, 'refused'],
  ['kling-v3', 'i2v', { element_list: Array(3).fill({ element_id: 1 }) }, 3],
  ['kling-v3', 'i2v', { element_list: Array(4).fill({ element_id: 1 }) }, 'refused'],
  ['kling-v3', 'i2v', { element_list: [{ element_id: '1' }] }, 'refused'],
  [
    'kling-v3',
    'i2v',
    { ...sound, element_list: [{ element_id: 1 }], voice_list: [{ voice_id: 'a' }] },
    'refused',
  ],
]

describe('Kling model matrix and prices', () => {
  // The models whose end was announced are served too, as in the table.
  const rig = createRig({ kling: { unverifiedModels: 'accept' } })

  it.each(table)('%s %s %j: %s', async (model, op, over, units) => {
    rig.control.reset()
    const base = op === 't2v' ? { prompt: 'x' } : { prompt: 'x', image }
    const { status, body } = await rig.post(op === 't2v' ? T2V : I2V, { model_name: model, ...base, ...over })
    const [entry] = rig.control.ledger()
    if (units === 'refused') {
      expect([status, body.code]).toEqual([400, 1201])
      expect(entry).toBeUndefined()
      return
    }
    expect([status, body.message]).toEqual([200, 'SUCCEED'])
    expect(entry).toMatchObject({ model, units, microUsd: Math.round(units * 140_000) })
  })

  it('refuses the discontinued model, also when it is only the default', async () => {
    const message = "The model 'kling-v1' has been discontinued and is no longer available."
    for (const named of [{ model_name: 'kling-v1' }, {}, { model: 'kling-v3' }, { model_name: '' }]) {
      const { status, body } = await rig.post(T2V, { prompt: 'x', ...named })
      expect([status, body.code, body.message]).toEqual([400, 1201, message])
    }
  })

  it.each([
    ['kling-v1-5', 1201],
    ['kling-v1-6', 1201],
    ['kling-v2-1', 1201],
    ['kling-v2-1-master', 1201],
    ['kling-v2-master', 0],
  ])('unless told, %s answers %i: its end was announced, or not', async (model_name, code) => {
    const asAnnounced = createRig()
    const { body } = await asAnnounced.post(I2V, { model_name, prompt: 'x', image })
    expect(body.code).toBe(code)
    if (code) expect(body.message).toMatch(/has been discontinued and is no longer available/)
  })

  it('lets the assumptions be switched', async () => {
    const strict = createRig({
      kling: {
        unverifiedModels: 'refuse',
        unverifiedFields: 'refuse',
        discontinuedCode: 1203,
        modelStates: { 'kling-v1': 'current', 'kling-v2-6': 'discontinued' },
      },
    })
    const code = async (body: Record<string, unknown>): Promise<unknown> =>
      (await strict.post(T2V, { prompt: 'x', ...body })).body.code
    expect(await code({ model_name: 'kling-v2-master' })).toBe(1203)
    expect(await code({ model_name: 'kling-v2-6' })).toBe(1203)
    expect(await code({ model_name: 'kling-v1', camera_control: { type: 'down_back' } })).toBe(0)
    expect(await code({ model_name: 'kling-v3', cfg_scale: 0.5 })).toBe(1201)
    expect(await code({ model_name: 'kling-v3', sound: 'on', voice_list: [{ voice_id: 'a' }] })).toBe(1201)
    expect(await code({ model_name: 'kling-v3', sound: 'on' })).toBe(0)

    const voiced = createRig({ kling: { unverifiedVoices: 'accept' } })
    const voices = { model_name: 'kling-v3', prompt: 'x', sound: 'on', voice_list: [{ voice_id: 'a' }] }
    expect((await voiced.post(T2V, voices)).body.code).toBe(0)

    const lenient = createRig({ kling: { unsupportedFields: 'ignore' } })
    const turbo = { model_name: 'kling-v2-5-turbo', prompt: 'x', cfg_scale: 0.9, sound: 'on' }
    expect((await lenient.post(T2V, turbo)).body.code).toBe(0)
    expect(lenient.control.ledger()[0]?.units).toBe(1.5)
    expect(
      (await lenient.post(T2V, { model_name: 'kling-v2-master', prompt: 'x', mode: 'std' })).status,
    ).toBe(200)
    expect((await lenient.post(I2V, { model_name: 'kling-v2-5-turbo', image, ...tail })).body.code).toBe(1201)
  })

  it('prices every mode it lists', () => {
    for (const row of Object.values(models)) {
      for (const mode of row.modes ?? ['pro']) expect(row.rates[mode]?.silent).toBeGreaterThan(0)
      for (const mode of row.sound ?? []) expect(row.rates[mode]?.sound).toBeGreaterThan(0)
    }
  })
})
