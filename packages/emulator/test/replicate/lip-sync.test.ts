import { describe, expect, it } from 'vitest'
import { secondsOf } from '../../src/engine/recordings.ts'
import { filmOf, soundOf } from '../recordings.ts'
import { createRig, creates, type Prediction, type Rig } from './rig.ts'

type Body = Record<string, unknown>

const MODEL = 'kwaivgi/kling-lip-sync'
const video_url = 'https://assets.example.test/talk.mp4'
const audio_file = 'https://assets.example.test/line.mp3'
const inline = (bytes: Uint8Array, type: string): string =>
  `data:${type};base64,${Buffer.from(bytes).toString('base64')}`

async function finished(rig: Rig, input: Body): Promise<Prediction> {
  const { status, body } = await rig.post(creates(MODEL), { input })
  expect([status, body.error ?? null]).toEqual([201, null])
  rig.control.advance(10 * 60_000)
  return rig.read(body.id)
}

describe('the emulated Replicate’s lip-sync', () => {
  it.each([5, 7.2])(
    'of a clip of %d s is charged by the second, and its clip lasts as long',
    async (seconds) => {
      const rig = createRig()
      const done = await finished(rig, { video_url: inline(filmOf(seconds), 'video/mp4'), audio_file })
      expect(done).toMatchObject({ status: 'succeeded', error: null })
      expect(rig.control.ledger()).toMatchObject([{ microUsd: Math.round(seconds * 14_000) }])
      const file = await rig.emulator.fetch(done.output ?? '')
      expect(file.headers.get('content-type')).toBe('video/mp4')
      expect(secondsOf(new Uint8Array(await file.arrayBuffer()))).toBeCloseTo(seconds, 0)
    },
  )

  it('takes words, and the id of a clip', async () => {
    const rig = createRig()
    expect(
      (await finished(rig, { video_url, text: 'Six', voice_id: 'en_uk_man2', voice_speed: 2 })).status,
    ).toBe('succeeded')
    expect((await finished(rig, { video_id: 'v-1', text: 'Six' })).status).toBe('succeeded')
  })

  it.each<[string, Body, string]>([
    ['no clip', { audio_file }, 'exactly one of video_url and video_id is required'],
    ['both', { video_url, video_id: 'v-1', audio_file }, 'exactly one of video_url and video_id is required'],
    ['neither words nor sound', { video_url }, 'exactly one of audio_file and text is required'],
    [
      'both of them',
      { video_url, audio_file, text: 'Six' },
      'exactly one of audio_file and text is required',
    ],
    [
      'a clip of 1 s',
      { video_url: inline(filmOf(1), 'video/mp4'), audio_file },
      'video_url must last 2 to 10s',
    ],
    [
      'a clip of 11 s',
      { video_url: inline(filmOf(11), 'video/mp4'), audio_file },
      'video_url must last 2 to 10s',
    ],
    [
      'a sound of 1 s',
      { video_url, audio_file: inline(soundOf(1), 'audio/wav') },
      'audio_file must last 2 to 60s',
    ],
    [
      'a clip that is no data',
      { video_url: 'data:video/mp4,abc', audio_file },
      'video_url could not be read',
    ],
    [
      'no face',
      { video_url: 'https://assets.example.test/no-face.mp4', audio_file },
      'No face detected in the video',
    ],
  ])('%s fails once it runs', async (_what, input, error) => {
    expect(await finished(createRig(), input)).toMatchObject({ status: 'failed', error, output: null })
  })

  it.each<[string, Body, string]>([
    ['a voice that nobody has', { video_url, text: 'Six', voice_id: 'nobody' }, 'voice_id'],
    ['a speed of 3', { video_url, text: 'Six', voice_speed: 3 }, 'voice_speed'],
    ['a clip that is no address', { video_url: 'talk.mp4', text: 'Six' }, 'video_url'],
    ['a number for words', { video_url, text: 6 }, 'text'],
  ])('%s is refused by the API, and costs nothing', async (_what, input, field) => {
    const rig = createRig()
    const { status, body } = await rig.post(creates(MODEL), { input })
    expect(status).toBe(422)
    expect(JSON.stringify(body)).toContain(field)
    expect(rig.control.ledger()).toEqual([])
  })
})
