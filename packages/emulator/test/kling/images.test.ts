import { describe, expect, it } from 'vitest'
import { sizeOf } from '../../src/engine/pictures.ts'
import { decodePicture } from '../../src/media/decode.ts'
import { API, createRig, pngBase64, type Rig } from './rig.ts'

const GENERATIONS = `${API}/v1/images/generations`
const OMNI = `${API}/v1/images/omni-image`
const MULTI = `${API}/v1/images/multi-image2image`
const EXPAND = `${API}/v1/images/editing/expand`
const boat = { model_name: 'kling-v3', prompt: 'A boat' }
const link = 'https://example.com/a.png'

interface ImageTask {
  readonly task_status: string
  readonly final_unit_deduction: string
  readonly task_result: Readonly<
    Record<'images' | 'series_images', readonly { index: number; url: string; watermark_url?: string }[]>
  >
}

async function finished(rig: Rig, url: string, body: Record<string, unknown>): Promise<ImageTask> {
  const created = await rig.post(url, body)
  expect(created.body.message).toBe('SUCCEED')
  rig.control.advance(10 * 60_000)
  return (await rig.get(`${url}/${created.body.data.task_id}`)).body.data as unknown as ImageTask
}

async function sizeAt(rig: Rig, url: string): Promise<number> {
  const answer = await rig.emulator.fetch(url)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png'])
  const size = sizeOf(new Uint8Array(await answer.arrayBuffer()), ['png'])
  if (!size) throw new Error('no PNG')
  return size.width / size.height
}

describe('pictures', () => {
  it.each<[string, Record<string, unknown>, number, number]>([
    [GENERATIONS, { ...boat, n: 2, aspect_ratio: '3:4' }, 2, 3 / 4],
    [GENERATIONS, { ...boat, image: link }, 1, 16 / 9],
    [OMNI, { model_name: 'kling-image-o1', prompt: 'A boat' }, 1, 16 / 9],
    [OMNI, { ...boat, model_name: 'kling-v3-omni', image_list: [{ image: pngBase64(600, 400) }] }, 1, 1.5],
    [MULTI, { subject_image_list: [{ subject_image: link }], scene_image: link, aspect_ratio: '1:1' }, 1, 1],
    [
      EXPAND,
      {
        image: pngBase64(400, 400),
        up_expansion_ratio: 0,
        down_expansion_ratio: 0,
        left_expansion_ratio: 0.5,
        right_expansion_ratio: 0.5,
        n: 3,
      },
      3,
      2,
    ],
  ])('are real, of the number and the shape asked for: %s %o', async (url, body, count, aspect) => {
    const rig = createRig()
    const { task_result: result } = await finished(rig, url, body)
    expect(result.images.map(({ index }) => index)).toEqual(
      Array.from({ length: count }, (_, index) => index),
    )
    for (const image of result.images) expect(await sizeAt(rig, image.url)).toBeCloseTo(aspect, 1)
    expect(new Set(result.images.map((image) => image.url)).size).toBe(count)
  })

  it('show what went in, and a watermark where one was asked for', async () => {
    const rig = createRig()
    const marked = await finished(rig, GENERATIONS, { ...boat, watermark_info: { enabled: true } })
    const [image] = marked.task_result.images
    const bytesAt = async (url = ''): Promise<Uint8Array> =>
      new Uint8Array(await (await rig.emulator.fetch(url)).arrayBuffer())
    expect(await bytesAt(image?.watermark_url)).not.toEqual(await bytesAt(image?.url))
    const from = await finished(rig, GENERATIONS, { ...boat, image: pngBase64(400, 300) })
    const light = (bytes: Uint8Array): number => decodePicture(bytes)?.rgba.at(-4) ?? 0
    expect(light(await bytesAt(from.task_result.images[0]?.url))).not.toBe(light(await bytesAt(image?.url)))
  })

  it('of a series stand in a list of their own; of auto the model decides how many', async () => {
    const rig = createRig()
    const omni = { model_name: 'kling-v3-omni', prompt: 'Covers', aspect_ratio: '1:1', result_type: 'series' }
    const of = async (more: object): Promise<number> => {
      const { task_result: result } = await finished(rig, OMNI, { ...omni, ...more })
      expect(result.images).toEqual([])
      return result.series_images.length
    }
    expect([await of({}), await of({ series_amount: 6 }), await of({ series_amount: 'auto' })]).toEqual([
      4, 6, 3,
    ])
  })

  it('are called back as they are queried', async () => {
    const rig = createRig({ kling: { watermarkUrlWhenOff: 'absent' } })
    const { task_result: result } = await finished(rig, GENERATIONS, boat)
    expect(Object.keys(result.images[0] ?? {})).toEqual(['index', 'url'])
  })
})

describe('what a picture costs', () => {
  it.each<[string, Record<string, unknown>, number]>([
    [GENERATIONS, boat, 8],
    [GENERATIONS, { ...boat, model_name: 'kling-v2-1' }, 4],
    [GENERATIONS, { ...boat, model_name: 'kling-v2-1', image: link, n: 2 }, 16],
    [OMNI, { ...boat, model_name: 'kling-v3-omni', aspect_ratio: '1:1', resolution: '4k' }, 16],
    [MULTI, { subject_image_list: [{ subject_image: link }], n: 2 }, 32],
  ])('%s %o: %d units of the image pack', async (url, body, units) => {
    const rig = createRig()
    expect((await finished(rig, url, body)).final_unit_deduction).toBe(String(units))
    const [task] = rig.control.tasks()
    expect(task?.microUsd).toBe(units * 3500)
    // Of the video pack nothing is taken.
    expect(rig.control.balance()).toBe(1000)
  })

  it('an empty image pack refuses pictures and no clips; each picture takes a place', async () => {
    const key = { accessKey: 'ak', secretKey: 'sk', apiKeys: ['k'] }
    const headers = { authorization: 'Bearer k' }
    const poor = createRig({ kling: { accounts: [{ ...key, imageUnits: 10 }] } })
    expect((await poor.post(GENERATIONS, { ...boat, n: 2 }, headers)).body.code).toBe(1102)
    expect((await poor.post(GENERATIONS, boat, headers)).body.code).toBe(0)
    const few = createRig({ kling: { accounts: [{ ...key, concurrency: { image: 3 } }] } })
    expect((await few.post(GENERATIONS, { ...boat, n: 2 }, headers)).body.code).toBe(0)
    expect((await few.post(GENERATIONS, { ...boat, n: 2 }, headers)).body.code).toBe(1303)
    expect((await few.post(GENERATIONS, boat, headers)).body.code).toBe(0)
  })
})

describe('what is refused', () => {
  const generations = { model_name: 'kling-v2-1', prompt: 'A boat' }
  const omni = { model_name: 'kling-v3-omni', prompt: 'A boat', aspect_ratio: '1:1' }
  const expand = {
    image: link,
    up_expansion_ratio: 0,
    down_expansion_ratio: 0,
    left_expansion_ratio: 0,
    right_expansion_ratio: 0,
  }
  it.each<[string, Record<string, unknown>, string]>([
    [GENERATIONS, { ...generations, prompt: '' }, 'prompt'],
    [GENERATIONS, { ...generations, model_name: 'kling-v3-omni' }, 'model_name'],
    [GENERATIONS, { ...generations, resolution: '4k' }, 'resolution'],
    [GENERATIONS, { ...generations, n: 10 }, 'n value'],
    [GENERATIONS, { ...generations, image: link, negative_prompt: 'text' }, 'negative_prompt'],
    [GENERATIONS, { ...generations, image_reference: 'face' }, 'image'],
    [
      GENERATIONS,
      { ...generations, model_name: 'kling-v3', image: link, image_reference: 'face' },
      'image_ref',
    ],
    [GENERATIONS, { ...generations, image: link, human_fidelity: 0.5 }, 'human_fidelity'],
    [OMNI, { ...omni, aspect_ratio: 'auto' }, 'aspect_ratio'],
    [OMNI, { ...omni, result_type: 'series', series_amount: 10 }, 'series_amount'],
    [OMNI, { ...omni, model_name: 'kling-image-o1', result_type: 'series', series_amount: 'auto' }, 'series'],
    [OMNI, { ...omni, prompt: 'like <<<image_2>>>', image_list: [{ image: link }] }, 'image_2'],
    [OMNI, { ...omni, image_list: Array.from({ length: 11 }, () => ({ image: link })) }, '10'],
    [MULTI, { prompt: 'x' }, 'subject_image_list'],
    [MULTI, { subject_image_list: Array.from({ length: 5 }, () => ({ subject_image: link })) }, 'subject'],
    [EXPAND, { ...expand, up_expansion_ratio: 2.5 }, 'up_expansion_ratio'],
    [EXPAND, { ...expand, up_expansion_ratio: 1, left_expansion_ratio: 1 }, '3 times'],
    [
      EXPAND,
      {
        ...expand,
        up_expansion_ratio: 0,
        down_expansion_ratio: 0,
        left_expansion_ratio: 0,
        right_expansion_ratio: 0,
      },
      'above 0',
    ],
  ])('%s %o', async (url, body, words) => {
    const { status, body: answer } = await createRig().post(url, body)
    expect([status, answer.code]).toEqual([400, 1201])
    expect(answer.message).toContain(words)
  })

  it('paths that third parties show are none', async () => {
    for (const path of ['image-expansion', 'expand', 'multi-image-generations', 'virtual-try-on'])
      expect((await createRig().post(`${API}/v1/images/${path}`, boat)).status).toBe(404)
  })
})
