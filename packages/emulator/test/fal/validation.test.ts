import { describe, expect, it } from 'vitest'
import { pngBase64 } from '../kling/rig.ts'
import { createRig, I2V, KLING, prompt, type Rig, T2V } from './rig.ts'

const V3 = `${KLING}/v3/pro/text-to-video`
const V3_IMAGE = `${KLING}/v3/pro/image-to-video`
const TURBO = `${KLING}/v3/turbo/pro/text-to-video`
const V1 = `${KLING}/v1/standard/text-to-video`
const V1_IMAGE = `${KLING}/v1/standard/image-to-video`
const V26_IMAGE = `${KLING}/v2.6/pro/image-to-video`
const image_url = 'https://example.com/a.png'
const start_image_url = image_url
const shot = { prompt: 'A shot', duration: '3' }

/** Status, and place and type of every complaint. */
async function verdict(rig: Rig, endpoint: string, input: unknown): Promise<unknown> {
  const { body } = await rig.submit(endpoint, input)
  rig.control.advance(600_000)
  expect((await rig.status(body.request_id)).body.status).toBe('COMPLETED')
  const answer = await rig.result(body.request_id)
  if (answer.status === 200) return 200
  expect(answer.headers.get('x-fal-billable-units')).toBe('0')
  expect(answer.headers.get('x-fal-needs-retry')).toBe('0')
  return [answer.status, ...answer.body.detail.map(({ loc, type }) => `${loc.slice(1).join('.')}: ${type}`)]
}

describe('a body is judged when it runs', () => {
  it.each<[string, unknown, unknown]>([
    [T2V, { prompt }, 200],
    [T2V, { prompt, duration: '10', aspect_ratio: '1:1', cfg_scale: 1, negative_prompt: 'x' }, 200],
    [T2V, { prompt, duration: null, cfg_scale: null, seed: 3 }, 200],
    [T2V, { prompt, duration: 5 }, [422, 'duration: literal_error']],
    [T2V, { prompt, duration: '5s' }, [422, 'duration: literal_error']],
    [T2V, { prompt, duration: '15' }, [422, 'duration: literal_error']],
    [T2V, { prompt, aspect_ratio: '4:3' }, [422, 'aspect_ratio: literal_error']],
    [T2V, { prompt, cfg_scale: 1.1 }, [422, 'cfg_scale: less_than_equal']],
    [T2V, { prompt, cfg_scale: -1 }, [422, 'cfg_scale: greater_than_equal']],
    [T2V, { prompt, cfg_scale: '0.5' }, [422, 'cfg_scale: float_type']],
    [T2V, { prompt: 5 }, [422, 'prompt: string_type']],
    [T2V, { prompt: null, duration: 5 }, [422, 'prompt: missing', 'duration: literal_error']],
    [T2V, [], [422, ': model_type']],
    [T2V, 'not json', [422, ': json_invalid']],
    [I2V, { prompt }, [422, 'image_url: missing']],
    [I2V, { prompt, start_image_url }, [422, 'image_url: missing']],
    [I2V, { prompt, image_url: 7 }, [422, 'image_url: string_type']],
    [V26_IMAGE, { prompt, image_url }, [422, 'start_image_url: missing']],
    [V26_IMAGE, { prompt, start_image_url, generate_audio: false, voice_ids: ['a', 'b'] }, 200],
    [
      V26_IMAGE,
      { prompt, start_image_url, voice_ids: ['a', 'b', 'c'] },
      [422, 'voice_ids: sequence_too_long'],
    ],
    [V26_IMAGE, { prompt, start_image_url, generate_audio: 'no' }, [422, 'generate_audio: bool_type']],
    [V3, { prompt, duration: '15', shot_type: 'intelligent' }, 200],
    [V3, { prompt, duration: '2' }, [422, 'duration: literal_error']],
    [V3, {}, [422, 'prompt: missing']],
    [V3, { multi_prompt: [shot] }, 200],
    [V3, { prompt, multi_prompt: [shot] }, [422, ': value_error']],
    [V3, { multi_prompt: 'x', prompt }, [422, 'multi_prompt: list_type']],
    [V3, { multi_prompt: [{ duration: '3' }] }, [422, 'multi_prompt.0.prompt: missing']],
    [V3, { multi_prompt: [shot, { ...shot, duration: 3 }] }, [422, 'multi_prompt.1.duration: literal_error']],
    [V3_IMAGE, { prompt, start_image_url, elements: ['x'] }, [422, 'elements.0: model_type']],
    [TURBO, { multi_prompt: Array(7).fill(shot) }, [422, 'multi_prompt: sequence_too_long']],
    [TURBO, { multi_prompt: Array(6).fill(shot) }, [422, 'multi_prompt: value_error']],
    [TURBO, { multi_prompt: Array(5).fill(shot) }, 200],
    [
      V1,
      { prompt, advanced_camera_control: { movement_type: 'dance' } },
      [
        422,
        'advanced_camera_control.movement_type: literal_error',
        'advanced_camera_control.movement_value: missing',
      ],
    ],
    [
      V1_IMAGE,
      { prompt, image_url, dynamic_masks: [{ mask_url: image_url, trajectories: [{ x: 1 }] }] },
      [422, 'dynamic_masks.0.trajectories.0.y: missing'],
    ],
  ])('%s %j: %j', async (endpoint, input, expected) => {
    expect(await verdict(createRig({ outputFile: 'url-only' }), endpoint, input)).toEqual(expected)
  })

  it('4.0 takes whole numbers, and a ratio of its list', async () => {
    const rig = createRig({ outputFile: 'url-only' })
    const ask = async (input: object): Promise<unknown> => {
      const { body } = await rig.submit('kling/v4/text-to-video', input)
      rig.control.advance(600_000)
      const { status, body: result } = await rig.send(body.response_url, {
        headers: { authorization: `Key ${rig.emulator.providers('http://x.test').fal.env.FAL_KEY}` },
      })
      return status === 200 ? 200 : result.detail[0].type
    }
    expect(await ask({ prompt, duration: 7 })).toBe(200)
    expect(await ask({ prompt, duration: '5' })).toBe('int_type')
    expect(await ask({ prompt, duration: 5.5 })).toBe('int_from_float')
    expect(await ask({ prompt, duration: 31 })).toBe('less_than_equal')
    expect(await ask({ prompt, aspect_ratio: '9:16' })).toBe(200)
    expect(await ask({ prompt, aspect_ratio: '4:3' })).toBe('literal_error')
  })

  it.each<[string, unknown]>([
    [`data:image/png;base64,${pngBase64(400, 300)}`, 200],
    [`data:image/png;base64,${pngBase64(299, 600)}`, [422, 'image_url: image_too_small']],
    ['data:image/png;base64,AAAA', [422, 'image_url: image_load_error']],
    ['data:image/png,plain', [422, 'image_url: image_load_error']],
    [pngBase64(400, 400), [422, 'image_url: file_download_error']],
    ['ftp://example.com/a.png', [422, 'image_url: file_download_error']],
    ['https://gone.invalid/a.png', [422, 'image_url: file_download_error']],
    ['https://v3.fal.media/files/b/00000000/none.png', [422, 'image_url: file_download_error']],
    ['https://example.com/a.png', 200],
  ])('a picture at %.40s: %j', async (image, expected) => {
    const rig = createRig({ outputFile: 'url-only' })
    expect(await verdict(rig, I2V, { prompt, image_url: image })).toEqual(expected)
  })

  it('a refused body runs for half a second and costs nothing', async () => {
    const rig = createRig()
    const id = await rig.create(T2V, { prompt, duration: '5s' })
    rig.control.advance(3499)
    expect((await rig.status(id)).body.status).toBe('IN_PROGRESS')
    rig.control.advance(1)
    expect((await rig.status(id)).body).toMatchObject({
      status: 'COMPLETED',
      metrics: { inference_time: 0.5 },
    })
    expect(rig.control.ledger()).toMatchObject([{ taskId: id, microUsd: 0, refunded: true }])
  })
})
