import { describe, expect, it } from 'vitest'
import { secondsOf } from '../../src/engine/recordings.ts'
import { filmOf, soundOf } from '../recordings.ts'
import { type Answer, createRig, KLING, type Rig, upload } from './rig.ts'

type Body = Record<string, unknown>

const AUDIO = `${KLING}/lipsync/audio-to-video`
const TEXT = `${KLING}/lipsync/text-to-video`
const video_url = 'https://assets.example.test/talk.mp4'
const sounding = { video_url, audio_url: 'https://assets.example.test/line.mp3' }
const speaking = { video_url, text: 'The boats go out at six.', voice_id: 'uk_man2' }

const film = (rig: Rig, seconds: number): Promise<string> => upload(rig, filmOf(seconds), 'video/mp4')
const sound = (rig: Rig, seconds: number): Promise<string> => upload(rig, soundOf(seconds), 'audio/wav')
const units = ({ headers }: Answer): string | null => headers.get('x-fal-billable-units')
const errorOf = ({ status, body }: Answer): unknown => [status, body.detail[0].type, body.detail[0].loc]

describe('the emulated fal’s lip-sync', () => {
  it.each([
    [5, '5'],
    [5.2, '10'],
    [7.2, '10'],
    [2, '5'],
  ])('of a clip of %d s is charged as %s units, and its clip lasts as long', async (seconds, charged) => {
    const rig = createRig()
    const done = await rig.finish(AUDIO, { ...sounding, video_url: await film(rig, seconds) })
    expect([done.status, units(done)]).toEqual([200, charged])
    expect(rig.control.ledger()).toMatchObject([{ microUsd: Number(charged) * 14_000 }])
    const file = await rig.emulator.fetch(done.body.video.url)
    expect(file.headers.get('content-type')).toBe('video/mp4')
    expect(secondsOf(new Uint8Array(await file.arrayBuffer()))).toBeCloseTo(seconds, 0)
  })

  it('of words is the same', async () => {
    const rig = createRig()
    const done = await rig.finish(TEXT, { ...speaking, voice_language: 'en', voice_speed: 1.2 })
    expect([done.status, units(done)]).toEqual([200, '5'])
  })

  it.each<[string, string, Body, string, string]>([
    ['no clip', AUDIO, { ...sounding, video_url: undefined }, 'missing', 'video_url'],
    ['no sound', AUDIO, { video_url }, 'missing', 'audio_url'],
    ['no words', TEXT, { ...speaking, text: undefined }, 'missing', 'text'],
    ['too many of them', TEXT, { ...speaking, text: 'a'.repeat(121) }, 'string_too_long', 'text'],
    ['no voice', TEXT, { ...speaking, voice_id: undefined }, 'missing', 'voice_id'],
    ['a voice that nobody has', TEXT, { ...speaking, voice_id: 'nobody' }, 'literal_error', 'voice_id'],
    ['French', TEXT, { ...speaking, voice_language: 'fr' }, 'literal_error', 'voice_language'],
    ['a speed of 3', TEXT, { ...speaking, voice_speed: 3 }, 'value_error', 'voice_speed'],
    ['a speed in words', TEXT, { ...speaking, voice_speed: '1' }, 'float_type', 'voice_speed'],
    [
      'a clip that is no address',
      AUDIO,
      { ...sounding, video_url: 'talk.mp4' },
      'file_download_error',
      'video_url',
    ],
    [
      'a sound that is nowhere',
      AUDIO,
      { ...sounding, audio_url: 'https://nowhere.invalid/a.mp3' },
      'file_download_error',
      'audio_url',
    ],
    [
      'a clip without a face',
      AUDIO,
      { ...sounding, video_url: 'https://assets.example.test/no-face.mp4' },
      'face_detection_error',
      'video_url',
    ],
  ])('%s is refused once it runs, and costs nothing', async (_what, endpoint, body, type, field) => {
    const rig = createRig()
    const done = await rig.finish(endpoint, body)
    expect(errorOf(done)).toEqual([422, type, ['body', field]])
    expect(units(done)).toBe('0')
  })

  it.each<[string, string, (rig: Rig) => Promise<Body>, string]>([
    ['a clip of 1 s', AUDIO, async (rig) => ({ ...sounding, video_url: await film(rig, 1) }), 'video_url'],
    ['a clip of 11 s', AUDIO, async (rig) => ({ ...sounding, video_url: await film(rig, 11) }), 'video_url'],
    ['a sound of 1 s', AUDIO, async (rig) => ({ ...sounding, audio_url: await sound(rig, 1) }), 'audio_url'],
    [
      'a sound of 61 s',
      AUDIO,
      async (rig) => ({ ...sounding, audio_url: await sound(rig, 61) }),
      'audio_url',
    ],
    [
      'a clip of 61 s for words',
      TEXT,
      async (rig) => ({ ...speaking, video_url: await film(rig, 61) }),
      'video_url',
    ],
  ])('%s is refused', async (_what, endpoint, bodyOf, field) => {
    const rig = createRig()
    expect(errorOf(await rig.finish(endpoint, await bodyOf(rig)))).toMatchObject([
      422,
      'value_error',
      ['body', field],
    ])
  })
})
