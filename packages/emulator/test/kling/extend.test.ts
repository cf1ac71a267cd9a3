import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { beforeEach, describe, expect, it } from 'vitest'
import { API, createRig, I2V, keyHeaders, pngBase64, type Rig, T2V, validBody } from './rig.ts'

const EXTEND = `${API}/v1/videos/video-extend`
const DAY = 86_400_000
const MINUTE = 60_000

interface Extended {
  readonly task_info: { readonly parent_video?: object }
  readonly task_result: {
    readonly videos: readonly [{ readonly id: string; readonly url: string; readonly duration: string }]
  }
  readonly final_unit_deduction: string
}

async function ended(rig: Rig, url: string, body: Record<string, unknown>): Promise<Extended> {
  const created = await rig.post(url, body)
  expect(created.body).toMatchObject({ code: 0 })
  rig.control.advance(60 * MINUTE)
  return (await rig.get(`${url}/${created.body.data.task_id}`)).body.data as unknown as Extended
}

const old = { model_name: 'kling-v1-6', prompt: 'A paper boat', mode: 'std', duration: '5' }

async function lengthAt(rig: Rig, url: string): Promise<number> {
  const bytes = new Uint8Array(await (await rig.emulator.fetch(url)).arrayBuffer())
  return new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS }).computeDuration()
}

describe('video-extend', () => {
  let rig = createRig()
  beforeEach(() => {
    rig = createRig({ kling: { unverifiedModels: 'accept' } })
  })

  it('answers with the whole clip under a new id, its source beside it, and can be extended again', async () => {
    const source = await ended(rig, T2V, old)
    const { id, url, duration } = source.task_result.videos[0]
    const once = await ended(rig, EXTEND, { video_id: id, prompt: 'It sinks' })
    expect(once.task_info.parent_video).toEqual({ id, url, duration })
    const [longer] = once.task_result.videos
    expect(longer.id).not.toBe(id)
    expect(Number(longer.duration)).toBeCloseTo(9.541, 3)
    expect(await lengthAt(rig, longer.url)).toBeCloseTo(9.5, 1)
    expect(once.final_unit_deduction).toBe('2')
    const twice = await ended(rig, EXTEND, { video_id: longer.id })
    expect(Number(twice.task_result.videos[0].duration)).toBeCloseTo(14.041, 3)
  })

  it('goes on from the picture of its source, whatever that was made of', async () => {
    const square = await ended(rig, I2V, { ...old, image: pngBase64(400, 400) })
    const { url } = (await ended(rig, EXTEND, { video_id: square.task_result.videos[0].id })).task_result
      .videos[0]
    const bytes = new Uint8Array(await (await rig.emulator.fetch(url)).arrayBuffer())
    const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
    const track = await input.getPrimaryVideoTrack()
    expect(track && track.displayWidth / track.displayHeight).toBeCloseTo(1, 1)
  })

  const refused = async (body: Record<string, unknown>): Promise<string> => {
    const { status, body: answer } = await rig.post(EXTEND, body)
    expect([status, answer.code]).toEqual([400, 1201])
    return answer.message
  }

  it('refuses ids that are strange, unfinished, another account’s, or past their 30 days', async () => {
    expect(await refused({ video_id: 'never-given' })).toContain('does not exist or has expired')
    expect(await refused({})).toBe('video_id cannot be empty')
    const source = await ended(rig, T2V, old)
    const video_id = source.task_result.videos[0].id
    rig.control.advance(30 * DAY)
    expect(await refused({ video_id })).toContain('does not exist or has expired')
  })

  it('knows no other account’s clips', async () => {
    const accounts = ['one', 'two'].map((name) => ({
      name,
      accessKey: `ak-${name}`,
      secretKey: `sk-${name}`,
      apiKeys: [`key-${name}`],
    }))
    rig = createRig({ kling: { unverifiedModels: 'accept', accounts } })
    const as = (name: string) => ({ authorization: `Bearer key-${name}` })
    const created = await rig.post(T2V, old, as('one'))
    rig.control.advance(10 * MINUTE)
    const read = await rig.send(`${T2V}/${created.body.data.task_id}`, { headers: as('one') })
    const body = { video_id: read.body.data.task_result.videos[0].id }
    expect((await rig.post(EXTEND, body, as('two'))).body.code).toBe(1201)
    expect((await rig.post(EXTEND, body, as('one'))).body.code).toBe(0)
  })

  it('extends no clip of a model it was never documented for', async () => {
    const newer = await ended(rig, T2V, validBody)
    expect(await refused({ video_id: newer.task_result.videos[0].id })).toContain('cannot be extended')
  })

  it('makes nothing longer than three minutes', async () => {
    let video_id = (await ended(rig, T2V, { ...old, duration: '10' })).task_result.videos[0].id
    for (let seconds = 10; seconds + 4.5 <= 180; seconds += 4.5) {
      video_id = (await ended(rig, EXTEND, { video_id })).task_result.videos[0].id
    }
    expect(await refused({ video_id })).toContain('must not be longer than 180 s')
  })

  it('is gone with the models it is for', async () => {
    expect((await createRig().post(T2V, old)).body.message).toContain('has been discontinued')
    const { status } = await rig.send(`${EXTEND}?pageNum=1&pageSize=30`, { headers: keyHeaders })
    expect(status).toBe(200)
  })

  it('takes an external id, by which it is found', async () => {
    const source = await ended(rig, T2V, old)
    await rig.post(EXTEND, { video_id: source.task_result.videos[0].id, external_task_id: 'ext-7' })
    expect((await rig.get(`${EXTEND}/ext-7`)).body.data.task_info.external_task_id).toBe('ext-7')
  })
})
