import { encode as encodePNG } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { API, createRig, pngBase64, type Rig } from './rig.ts'

const OMNI = `${API}/v1/videos/omni-video`
const MULTI = `${API}/v1/videos/multi-image2video`
const image = { image_url: 'https://example.com/a.png' }
const first = { ...image, type: 'first_frame' }
const end = { ...image, type: 'end_frame' }
const element = { element_id: 321922438904313 }
const video = { video_url: 'https://example.com/dance.mp4', refer_type: 'feature', keep_original_sound: 'no' }
const base = { ...video, refer_type: 'base' }
const valid = {
  model_name: 'kling-v3-omni',
  prompt: 'A boat',
  image_list: [image],
  mode: 'std',
  aspect_ratio: '16:9',
  duration: '5',
}
const o1 = { ...valid, model_name: 'kling-video-o1' }
const without = (key: string, body: object): object =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== key))
const framed = without('aspect_ratio', valid)

async function unitsOf(rig: Rig, url: string, body: unknown): Promise<number | string> {
  const answer = await rig.post(url, body)
  if (answer.status !== 200) return answer.body.message
  return rig.control.ledger().at(-1)?.units ?? 'nothing'
}

describe('omni-video', () => {
  it.each<[string, object, number]>([
    ['3.0 Omni std', valid, 3],
    ['with sound', { ...valid, sound: 'on' }, 4],
    ['in pro, the default', without('mode', valid), 4],
    ['in 4k', { ...valid, mode: '4k', duration: '3' }, 9],
    ['beside a video', { ...valid, video_list: [video] }, 4.5],
    ['beside a video in 4k', { ...valid, video_list: [video], mode: '4k' }, 15],
    ['an edit', { ...framed, video_list: [base] }, 4.5],
    ['O1', { ...o1, duration: '7' }, 4.2],
    ['O1 beside a video in pro', { ...o1, video_list: [video], mode: 'pro' }, 6],
    ['a duration that is a number', { ...valid, duration: 8 }, 4.8],
    [
      'frames and elements',
      { ...framed, image_list: [first, end], element_list: [element, element, element] },
      3,
    ],
    [
      'shots told in the prompt, beside a video',
      { ...valid, video_list: [video], multi_shot: true, shot_type: 'intelligence' },
      4.5,
    ],
  ])('%s: %#', async (_name, body, units) => {
    expect(await unitsOf(createRig(), OMNI, body)).toBe(units)
  })

  it.each<[string, object, string]>([
    ['no prompt', without('prompt', valid), 'prompt cannot be empty'],
    ['a number that no list has', { ...valid, prompt: '<<<image_2>>>' }, 'prompt refers to <<<image_2>>>'],
    ['an unknown model', { ...valid, model_name: 'kling-v3' }, 'model_name'],
    ['4k of O1', { ...o1, mode: '4k' }, 'mode'],
    ['11 s of O1', { ...o1, duration: '11' }, 'duration'],
    ['7 s of O1 from words', { ...o1, image_list: [], duration: '7' }, 'duration'],
    [
      '7 s of O1 from a frame',
      { ...without('aspect_ratio', o1), image_list: [first], duration: '7' },
      'duration',
    ],
    ['no ratio', framed, 'aspect_ratio cannot be empty'],
    ['a ratio beside a frame', { ...valid, image_list: [first] }, 'aspect_ratio is not supported'],
    ['an end frame alone', { ...framed, image_list: [end] }, 'end_frame needs'],
    [
      'frames of an edit',
      { ...framed, image_list: [first], video_list: [base] },
      'not supported with a base',
    ],
    [
      'O1’s end frame beside more',
      { ...without('aspect_ratio', o1), image_list: [image, first, end] },
      'more than 2',
    ],
    ['eight pictures', { ...valid, image_list: Array(8).fill(image) }, 'more than 7'],
    [
      'five beside a video',
      { ...valid, image_list: Array(5).fill(image), video_list: [video] },
      'more than 4',
    ],
    [
      'four elements beside a frame',
      { ...framed, image_list: [first], element_list: Array(4).fill(element) },
      'more than 3',
    ],
    ['two videos', { ...valid, video_list: [video, video] }, 'video_list'],
    ['sound beside a video', { ...valid, video_list: [video], sound: 'on' }, "must be 'off'"],
    ['sound of O1', { ...o1, sound: 'on' }, 'sound is not supported'],
    [
      'shots beside a video',
      {
        ...valid,
        video_list: [video],
        multi_shot: true,
        shot_type: 'customize',
        multi_prompt: [{ index: 1, prompt: 'x', duration: '5' }],
      },
      'intelligence',
    ],
    [
      'an element’s id as a text',
      { ...valid, element_list: [{ element_id: '321922438904313' }] },
      'element_id',
    ],
    ['a video that is no address', { ...valid, video_list: [{ ...video, video_url: 'AAAA' }] }, 'video_url'],
    ['a picture that is none', { ...valid, image_list: [{ image_url: 'AAAA' }] }, 'image_list[0].image_url'],
  ])('refuses %s', async (_name, body, message) => {
    expect(await unitsOf(createRig(), OMNI, body)).toContain(message)
  })
})

describe('multi-image2video', () => {
  const four = {
    model_name: 'kling-v1-6',
    prompt: 'A boat',
    image_list: Array(4).fill({ image: image.image_url }),
  }
  it('answers where the model does, for up to four pictures', async () => {
    const rig = createRig({ kling: { unverifiedModels: 'accept' } })
    expect(await unitsOf(rig, MULTI, four)).toBe(2)
    expect(await unitsOf(rig, MULTI, { ...four, mode: 'pro', duration: '10' })).toBe(7)
    expect(await unitsOf(rig, MULTI, { ...four, image_list: [] })).toContain('image_list')
    expect(await unitsOf(rig, MULTI, { ...four, image_list: Array(5).fill(four.image_list[0]) })).toContain(
      'image_list',
    )
    expect(await unitsOf(rig, MULTI, { ...four, model_name: 'kling-v3' })).toContain('model_name')
  })

  it('is gone by itself', async () => {
    expect(await unitsOf(createRig(), MULTI, four)).toContain('discontinued')
  })
})

/** The coded frames alone: the boxes around them carry the time of the encoding. */
function coded(mp4: Uint8Array): Uint8Array {
  const view = new DataView(mp4.buffer, mp4.byteOffset)
  for (let box = 0; box < mp4.length; box += view.getUint32(box)) {
    const type = String.fromCharCode(...mp4.subarray(box + 4, box + 8))
    if (type === 'mdat') return mp4.slice(box + 8, box + view.getUint32(box))
  }
  throw new Error('no mdat box')
}

const plain = (red: number, blue: number): string => {
  const data = new Uint8Array(400 * 400 * 3)
  for (let pixel = 0; pixel < data.length; pixel += 3) data.set([red, 30, blue], pixel)
  return Buffer.from(encodePNG({ width: 400, height: 400, data, channels: 3, depth: 8 })).toString('base64')
}

describe('the clip', () => {
  async function clip(...pictures: readonly string[]): Promise<Uint8Array> {
    const rig = createRig()
    const body = { ...valid, image_list: pictures.map((image_url) => ({ image_url })) }
    const created = await rig.post(OMNI, body)
    rig.control.advance(10 * 60_000)
    const { task_result } = (await rig.get(`${OMNI}/${created.body.data.task_id}`)).body.data
    return coded(new Uint8Array(await (await rig.emulator.fetch(task_result.videos[0].url)).arrayBuffer()))
  }

  it('has the pictures that its references are, in their order', async () => {
    const [red, blue] = [plain(220, 30), plain(30, 220)]
    const both = await clip(red, blue)
    expect(both).toEqual(await clip(red, blue))
    expect(both).not.toEqual(await clip(blue, red))
    expect(both).not.toEqual(await clip(red))
    expect(both).not.toEqual(await clip(pngBase64(400, 400)))
  })
})
