import { describe, expect, it } from 'vitest'
import { secondsOf } from '../../src/engine/recordings.ts'
import { filmOf, soundOf } from '../recordings.ts'
import { type Answer, API, createRig, type Rig, T2V } from './rig.ts'

type Body = Record<string, unknown>

const FACES = `${API}/v1/videos/identify-face`
const SPEECH = `${API}/v1/audio/tts`
const SYNC = `${API}/v1/videos/advanced-lip-sync`
const FORMER = `${API}/v1/videos/lip-sync`
const [HOUR, DAY] = [3_600_000, 86_400_000]
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const dataOf = <Data>({ body }: Answer): Data => body.data as unknown as Data

/** A clip that was made, and its id. */
async function clip(rig: Rig, over: Body = {}): Promise<string> {
  const id = await rig.createTask({ duration: '5', ...over })
  rig.control.advance(10 * 60_000)
  return (await rig.get(`${T2V}/${id}`)).body.data.task_result.videos[0].id
}

interface Found {
  readonly session_id: string
  readonly face_data: readonly {
    readonly face_id: string
    readonly start_time: number
    readonly end_time: number
  }[]
}

const find = async (rig: Rig, body: Body): Promise<Found> => dataOf<Found>(await rig.post(FACES, body))

const words = {
  text: 'Good morning, and welcome to the studio where the boats are made.',
  voice_id: 'AOT',
  voice_language: 'en',
}

async function say(rig: Rig, over: Body = {}): Promise<string> {
  const spoken = await rig.post(SPEECH, { ...words, ...over })
  return dataOf<{ task_result: { audios: [{ id: string }] } }>(spoken).task_result.audios[0].id
}

const choiceOf = (audio_id: string): Body => ({
  face_id: '0',
  audio_id,
  sound_start_time: 0,
  sound_end_time: 2_000,
  sound_insert_time: 500,
})

/** What a create needs: a session about a clip of 5 s, and a sound. */
async function ready(rig: Rig): Promise<{ readonly body: Body; readonly choice: Body }> {
  const { session_id } = await find(rig, { video_id: await clip(rig) })
  const choice = choiceOf(await say(rig))
  return { choice, body: { session_id, face_choose: [choice] } }
}

const refused = (answer: Answer): unknown => [answer.status, answer.body.code, answer.body.message]
const paths = (rig: Rig): readonly unknown[] => rig.control.ledger().map(({ op }) => op)

describe('faces of a clip', () => {
  it('are found at once, cost a step, and open a session', async () => {
    const rig = createRig()
    const video_id = await clip(rig)
    const before = rig.control.ledger().length
    const found = await find(rig, { video_id })
    expect(found.face_data).toMatchObject([{ face_id: '0', start_time: 0 }])
    expect(found.face_data[0]?.end_time).toBeGreaterThanOrEqual(5_000)
    expect(rig.control.ledger().slice(before)).toMatchObject([{ op: 'identify-face' }])
    expect(await find(rig, { video_url: 'https://assets.example.test/talk.mp4' })).toMatchObject({
      session_id: expect.any(String),
    })
  })

  it.each<[string, Body, string]>([
    ['nothing', {}, 'one of video_id and video_url is required'],
    [
      'both',
      { video_id: 'a', video_url: 'https://e.com/a.mp4' },
      'one of video_id and video_url is required',
    ],
    ['no address', { video_url: 'a.mp4' }, "video_url value 'a.mp4' is invalid"],
    [
      'an id that nobody has',
      { video_id: 'v-1' },
      'video_id is invalid: video v-1 does not exist or has expired',
    ],
    ['a number', { video_id: 7 }, 'video_id must be of type string'],
  ])('%s is refused, and costs nothing', async (_what, body, message) => {
    const rig = createRig()
    expect(refused(await rig.post(FACES, body))).toEqual([400, 1201, message])
    expect(rig.control.ledger()).toEqual([])
  })

  it('of a clip that is over 30 days old are not looked for, nor of one still being made', async () => {
    const rig = createRig()
    const video_id = await clip(rig)
    rig.control.advance(30 * DAY)
    expect(refused(await rig.post(FACES, { video_id }))).toMatchObject([
      400,
      1201,
      expect.stringMatching(/has expired/),
    ])
  })

  it('may be none: an empty list, or by a switch a refusal', async () => {
    const video_url = 'https://assets.example.test/no-face.mp4'
    expect((await find(createRig(), { video_url })).face_data).toEqual([])
    const strict = createRig({ kling: { noFace: 'refuse' } })
    expect(refused(await strict.post(FACES, { video_url }))).toEqual([
      400,
      1201,
      'No face was found in the video',
    ])
  })
})

describe('speech', () => {
  it('is made at once, and is a sound of the length it says', async () => {
    const rig = createRig()
    const spoken = await rig.post(SPEECH, words)
    const [audio] = dataOf<{ task_result: { audios: [{ url: string; duration: string }] } }>(spoken)
      .task_result.audios
    const file = await rig.emulator.fetch(audio.url)
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'audio/mpeg'])
    expect(Number(audio.duration)).toBeGreaterThanOrEqual(2)
    expect(new Uint8Array(await file.arrayBuffer()).length).toBeGreaterThan(1_000)
  })

  it.each<[string, Body, string]>([
    ['no text', { text: '' }, 'text cannot be empty'],
    ['a text that is too long', { text: 'a'.repeat(1_001) }, 'text must not be longer than 1000 characters'],
    ['a voice that nobody has', { voice_id: 'nobody' }, 'Voice id not found'],
    ['no language', { voice_language: undefined }, 'voice_language cannot be empty'],
    ['French', { voice_language: 'fr' }, "voice_language value 'fr' is invalid"],
    ['a speed of 3', { voice_speed: 3 }, "voice_speed value '3' is invalid"],
  ])('%s is refused', async (_what, over, message) => {
    const rig = createRig()
    expect(refused(await rig.post(SPEECH, { ...words, ...over }))).toEqual([400, 1201, message])
    expect(rig.control.ledger()).toEqual([])
  })
})

describe('lip-sync of a session', () => {
  it('comes to a clip of the length of its source, by the steps of five seconds', async () => {
    const rig = createRig()
    const { body } = await ready(rig)
    const { status, body: created } = await rig.post(SYNC, body)
    expect([status, created.code]).toEqual([200, 0])
    rig.control.advance(10 * 60_000)
    const done = (await rig.get(`${SYNC}/${created.data.task_id}`)).body.data
    expect(done).toMatchObject({ task_status: 'succeed', final_unit_deduction: '0.5' })
    const [{ url, duration }] = done.task_result.videos
    const file = await rig.emulator.fetch(url)
    expect(file.headers.get('content-type')).toBe('video/mp4')
    expect(secondsOf(new Uint8Array(await file.arrayBuffer()))).toBeCloseTo(Number(duration), 0)
    expect(paths(rig).slice(1)).toEqual(['identify-face', 'tts', 'advanced-lip-sync'])
  })

  it('takes a sound by its address or in base64 as well', async () => {
    const rig = createRig()
    const { body, choice } = await ready(rig)
    for (const sound_file of ['https://assets.example.test/line.mp3', base64(soundOf(4))]) {
      const one = { ...choice, audio_id: undefined, sound_file }
      expect((await rig.post(SYNC, { ...body, face_choose: [one] })).status).toBe(200)
    }
  })

  it.each<[string, Body, string | RegExp]>([
    ['no session', { session_id: '' }, 'session_id cannot be empty'],
    ['a session that nobody opened', { session_id: 's-1' }, /^session_id is invalid/],
    ['no face', { face_choose: [] }, 'face_choose must hold 1 to 1 items'],
  ])('%s is refused', async (_what, over, message) => {
    const rig = createRig()
    const { body } = await ready(rig)
    const before = rig.control.ledger().length
    expect(refused(await rig.post(SYNC, { ...body, ...over }))).toEqual([
      400,
      1201,
      typeof message === 'string' ? message : expect.stringMatching(message),
    ])
    expect(rig.control.ledger()).toHaveLength(before)
  })

  const either = 'one of audio_id and sound_file is required'
  const twoFaces = 'face_choose must hold 1 to 1 items'
  it.each<[string, Body, string]>([
    ['a face that is not there', { face_id: '7' }, "face_choose[0].face_id value '7' is invalid"],
    ['no sound', { audio_id: undefined }, either],
    ['both sounds', { sound_file: 'https://e.com/a.mp3' }, either],
    ['a sound that nobody made', { audio_id: '1' }, 'audio_id is invalid: it does not exist or has expired'],
    ['no file', { audio_id: undefined, sound_file: 'a.mp3' }, 'sound_file is neither a URL nor base64'],
    ['no start', { sound_start_time: undefined }, 'face_choose[0].sound_start_time cannot be empty'],
    ['a start before any', { sound_start_time: -1 }, "face_choose[0].sound_start_time value '-1' is invalid"],
    [
      'half a millisecond',
      { sound_end_time: 2_000.5 },
      'face_choose[0].sound_end_time must be of type integer',
    ],
    ['less than 2 s of sound', { sound_end_time: 1_999 }, 'the sound must last 2 to 60 s'],
    ['an end before the start', { sound_start_time: 3_000 }, 'the sound must last 2 to 60 s'],
    [
      'an end after the sound’s',
      { sound_end_time: 4_500, sound_insert_time: 0 },
      "sound_end_time value '4500' is invalid",
    ],
    ['an end after the clip’s', { sound_insert_time: 3_500 }, 'the sound must end within the video'],
    ['a volume of 3', { sound_volume: 3 }, "face_choose[0].sound_volume value '3' is invalid"],
  ])('%s is refused', async (_what, over, message) => {
    const rig = createRig()
    const { body, choice } = await ready(rig)
    expect(refused(await rig.post(SYNC, { ...body, face_choose: [{ ...choice, ...over }] }))).toEqual([
      400,
      1201,
      message,
    ])
    expect(refused(await rig.post(SYNC, { ...body, face_choose: [choice, choice] }))).toEqual([
      400,
      1201,
      twoFaces,
    ])
  })

  it('ends with its session after a day, and with its speech after 30', async () => {
    const rig = createRig()
    const { body } = await ready(rig)
    rig.control.advance(DAY - HOUR)
    expect((await rig.post(SYNC, body)).status).toBe(200)
    rig.control.advance(HOUR)
    expect(refused(await rig.post(SYNC, body))).toMatchObject([
      400,
      1201,
      expect.stringMatching(/^session_id is invalid/),
    ])
    rig.control.advance(29 * DAY)
    const { session_id } = await find(rig, { video_id: await clip(rig) })
    expect(refused(await rig.post(SYNC, { ...body, session_id }))).toMatchObject([
      400,
      1201,
      expect.stringMatching(/^audio_id is invalid/),
    ])
  })

  it('belongs to the account that opened it', async () => {
    const rig = createRig({
      kling: {
        accounts: [
          { apiKeys: ['one'], accessKey: 'a1', secretKey: 's1' },
          { apiKeys: ['two'], accessKey: 'a2', secretKey: 's2' },
        ],
      },
    })
    const as = (key: string) => ({ authorization: `Bearer ${key}` })
    const found = await rig.post(FACES, { video_url: 'https://e.com/a.mp4' }, as('one'))
    const { session_id } = dataOf<Found>(found)
    const body = {
      session_id,
      face_choose: [{ ...choiceOf(''), audio_id: undefined, sound_file: 'https://e.com/a.mp3' }],
    }
    expect(refused(await rig.post(SYNC, body, as('two')))).toMatchObject([
      400,
      1201,
      expect.stringMatching(/^session_id is invalid/),
    ])
    expect((await rig.post(SYNC, body, as('one'))).status).toBe(200)
  })
})

describe('lip-sync of 2025', () => {
  const speech = { mode: 'text2video', text: 'Good morning', voice_id: 'AOT', voice_language: 'en' }
  const open = { kling: { unverifiedModels: 'accept' } } as const

  it('is gone unless a switch brings it back', async () => {
    const rig = createRig({ kling: { unverifiedModels: 'refuse' } })
    const input = { ...speech, video_url: 'https://e.com/a.mp4' }
    expect(refused(await rig.post(FORMER, { input }))).toEqual([404, 1203, 'lip-sync is no longer available'])
    expect((await createRig(open).post(FORMER, { input })).status).toBe(200)
  })

  it.each<[string, Body, string]>([
    ['no mode', { mode: undefined }, 'input.mode cannot be empty'],
    ['no text', { text: '' }, 'input.text cannot be empty'],
    ['a long text', { text: 'a'.repeat(121) }, 'input.text must not be longer than 120 characters'],
    ['a voice that nobody has', { voice_id: 'nobody' }, 'Voice id not found'],
    ['no clip', { video_url: undefined }, 'one of video_id and video_url is required'],
    ['a sound without a file', { mode: 'audio2video', audio_type: 'url' }, 'input.audio_url cannot be empty'],
    ['no face', { video_url: 'https://e.com/no-face.mp4' }, 'No face was found in the video'],
  ])('%s is refused', async (_what, over, message) => {
    const rig = createRig(open)
    const input = { ...speech, video_url: 'https://e.com/a.mp4', ...over }
    expect(refused(await rig.post(FORMER, { input }))).toEqual([400, 1201, message])
    expect(rig.control.ledger()).toEqual([])
  })

  it('takes the account’s own clips of 5 and 10 s only', async () => {
    const rig = createRig(open)
    const input = { ...speech, video_id: await clip(rig, { model_name: 'kling-v3', duration: '7' }) }
    expect(refused(await rig.post(FORMER, { input }))).toEqual([400, 1201, 'the video must last 5 or 10 s'])
  })
})

it('the recordings that these tests send are what they say', () => {
  expect([secondsOf(filmOf(7.2)), secondsOf(soundOf(4))]).toEqual([7.2, 4])
})
