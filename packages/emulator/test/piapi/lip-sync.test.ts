import { describe, expect, it } from 'vitest'
import { secondsOf } from '../../src/engine/recordings.ts'
import { filmOf, soundOf } from '../recordings.ts'
import { type Answer, createRig, MINUTE, type Rig, TASK, UPLOAD } from './rig.ts'

type Body = Record<string, unknown>

const video_url = 'https://assets.example.test/talk.mp4'
const speaking = { tts_text: 'The boats go out at six.', tts_timbre: 'Rock' }
const sync = (rig: Rig, input: Body): Promise<Answer> =>
  rig.post(TASK, { model: 'kling', task_type: 'lip_sync', input, config: { service_mode: 'public' } })

async function uploaded(rig: Rig, bytes: Uint8Array, file_name: string): Promise<string> {
  const file_data = Buffer.from(bytes).toString('base64')
  return (await rig.post(UPLOAD, { file_name, file_data })).body.data.url
}

async function ended(rig: Rig, input?: Body): Promise<string> {
  const id = await rig.createTask(input)
  rig.control.advance(5 * MINUTE)
  return id
}

describe('the emulated PiAPI’s lip-sync', () => {
  it('speaks in a clip of the account’s own, and its clip lasts as long', async () => {
    const rig = createRig()
    const origin_task_id = await ended(rig, { duration: 10 })
    const { status, body } = await sync(rig, { origin_task_id, ...speaking, tts_speed: 1.5 })
    expect([status, body.data.task_type, body.data.meta.usage.frozen]).toEqual([200, 'lip_sync', 2_000_000])
    rig.control.advance(5 * MINUTE)
    const done = await rig.task(body.data.task_id)
    expect(done).toMatchObject({ status: 'completed', meta: { usage: { frozen: 0, consume: 2_000_000 } } })
    const [{ video }] = done.output.works
    const file = await rig.emulator.fetch(video.resource_without_watermark || video.resource)
    expect(file.headers.get('content-type')).toBe('video/mp4')
    expect(secondsOf(new Uint8Array(await file.arrayBuffer()))).toBeCloseTo(10, 0)
  })

  it.each([
    [5, 1],
    [5.2, 1],
    [6, 2],
    [12, 3],
  ])('of an uploaded clip of %d s costs %d steps of five seconds', async (seconds, steps) => {
    const rig = createRig()
    const input = { video_url: await uploaded(rig, filmOf(seconds), 'talk.mp4'), ...speaking }
    expect((await sync(rig, input)).body.data.meta.usage.frozen).toBe(steps * 1_000_000)
  })

  it('heeds a sound before words', async () => {
    const rig = createRig()
    const local_dubbing_url = await uploaded(rig, soundOf(4), 'line.wav')
    expect((await sync(rig, { video_url, local_dubbing_url })).status).toBe(200)
    expect((await sync(rig, { video_url, local_dubbing_url, tts_text: 'Hello' })).status).toBe(200)
  })

  it.each<[string, Body, string]>([
    ['no clip', speaking, 'origin_task_id or video_url is required, one of them'],
    [
      'both',
      { ...speaking, video_url, origin_task_id: 'a' },
      'origin_task_id or video_url is required, one of them',
    ],
    [
      'a task that nobody made',
      { ...speaking, origin_task_id: 'a' },
      'origin_task_id is not a completed task',
    ],
    ['no words', { video_url }, 'tts_text or local_dubbing_url is required'],
    ['no voice', { video_url, tts_text: 'Hello' }, 'tts_timbre is required'],
    ['a speed of 3', { ...speaking, video_url, tts_speed: 3 }, 'tts_speed must be between 0.8 and 2'],
    ['a speed in words', { ...speaking, video_url, tts_speed: '1' }, 'tts_speed must be of type number'],
    ['a clip that is no address', { ...speaking, video_url: 'talk.mp4' }, 'video_url must be a URL'],
    [
      'a clip in the body',
      { ...speaking, video_url: 'data:video/mp4;base64,AAAA' },
      'video_url must be a URL',
    ],
    [
      'a sound that is no address',
      { video_url, local_dubbing_url: 'a.mp3' },
      'local_dubbing_url must be a URL',
    ],
  ])('%s is refused, and costs nothing', async (_what, input, message) => {
    const rig = createRig()
    const { status, body } = await sync(rig, input)
    expect([status, body.code, body.message]).toEqual([400, 400, `invalid request: ${message}`])
    expect(rig.control.ledger()).toEqual([])
  })

  it('refuses a task that is still being made, and a sound of more than a minute', async () => {
    const rig = createRig()
    const origin_task_id = await rig.createTask()
    expect((await sync(rig, { origin_task_id, ...speaking })).body.message).toContain('not a completed task')
    const local_dubbing_url = await uploaded(rig, soundOf(61), 'line.wav')
    expect((await sync(rig, { video_url, local_dubbing_url })).body.message).toContain(
      'must not last longer than 60 s',
    )
  })
})
