import type { ClipRef, LipSyncRequest, RecordEntry } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { readFaces, readSpeech } from '../src/read-steps.ts'
import { created, fixture, replyOf, stub } from './world.ts'

const clip: ClipRef = {
  provider: 'kling',
  account: 'default',
  taskId: '831922345719271433',
  outputId: '06b96b9a-9c00-4d32-b7cb-f5f52c566eae',
  kind: 'text-to-video',
  model: 'kling-v2-6',
  mode: 'std',
  duration: 5.1,
}
const sync = (more: Partial<LipSyncRequest>): LipSyncRequest => ({ kind: 'lip-sync', video: clip, ...more })
const heard = sync({
  audio: { audioId: '930801290416885794' },
  audioEnd: 4.2,
  startsAt: 0.5,
  originalVolume: 0.2,
})
const spoken = sync({ text: '你好，欢迎收听', voice: 'genshin_vindi2', voiceSpeed: 0.9 })

const faces = fixture('v1_identify_face').response.body
const speech = fixture('v1_tts_zh').response.body
const at = (url: URL): string => url.pathname.split('/').at(-1) ?? ''
const kind = (answers: Readonly<Record<string, unknown>> = {}) =>
  stub((sent) => ({ json: { 'identify-face': faces, tts: speech, ...answers }[at(sent.url)] ?? created }))

describe('documented bodies', () => {
  test(`v1_identify_face and v1_lip_sync_create (${fixture('v1_lip_sync_create').source})`, async () => {
    const { kling, sent } = kind()
    await kling.submit(heard)
    const [step, create, ...others] = sent
    expect(others).toEqual([])
    for (const [one, name] of [
      [step, 'v1_identify_face'],
      [create, 'v1_lip_sync_create'],
    ] as const) {
      const { request } = fixture(name)
      expect(`${one?.method} ${one?.url.pathname}`).toBe(`${request.method} ${new URL(request.url).pathname}`)
    }
    expect(step?.body).toEqual(fixture('v1_identify_face').request.body)
    const { external_task_id: own, ...body } = create?.body ?? {}
    const { external_task_id: _theirs, ...documented } = fixture('v1_lip_sync_create').request.body
    expect(own).toMatch(/^reelay-[0-9a-f]{40}$/)
    expect(body).toEqual(documented)
  })

  test(`v1_tts_zh (${fixture('v1_tts_zh').source})`, async () => {
    const { kling, sent } = kind({
      tts: {
        ...speech,
        data: { ...(speech.data as object), task_result: { audios: [{ id: '9', duration: '3.2' }] } },
      },
    })
    await kling.submit(spoken)
    expect(sent.map(({ url }) => at(url))).toEqual(['identify-face', 'tts', 'advanced-lip-sync'])
    expect(sent[1]?.body).toEqual(fixture('v1_tts_zh').request.body)
    expect(sent[2]?.json.face_choose).toEqual([
      {
        face_id: '0',
        audio_id: '9',
        sound_start_time: 0,
        sound_end_time: 3_200,
        sound_insert_time: 0,
        sound_volume: 1,
        original_audio_volume: 1,
      },
    ])
  })

  test(`v1_lip_sync_2025_create_text (${fixture('v1_lip_sync_2025_create_text').source})`, async () => {
    const { kling, sent } = kind()
    const text = 'Good morning from the studio'
    const former = { model: 'kling-lip-sync-2025', text, voice: 'girlfriend_4_speech02', voiceSpeed: 1.1 }
    const task = await kling.submit(sync(former), { webhookUrl: 'https://example.com/cb' })
    const callback_url = expect.stringMatching(/^https:\/\/example\.com\/cb\?reelay=/)
    expect(sent).toHaveLength(1)
    expect(sent[0]?.body).toEqual({ ...fixture('v1_lip_sync_2025_create_text').request.body, callback_url })
    expect(task.warnings.map(({ message }) => message).join()).toContain('unverified')
    expect(kling.quote(sync(former)).type).toBe('unknown')
  })
})

describe('what the steps bring', () => {
  test('a session with its faces, and what they cost', () => {
    expect(readFaces(replyOf(fixture('v1_identify_face')))).toEqual({
      result: { session: '832000000000000001', faces: [{ id: '0', from: 0, to: 5_200 }] },
      charged: { amount: 0.05, unit: 'unit' },
    })
    expect(readFaces({ status: 200, headers: {}, body: { code: 0, data: {} } })).toBeUndefined()
  })

  test('a sound with its length, and what it cost', () => {
    expect(readSpeech(replyOf(fixture('v1_tts_zh')))).toEqual({
      result: { audioId: '930801290416885794', seconds: 11.3 },
      charged: { amount: 0.05, unit: 'unit' },
    })
  })

  test('each is quoted, and recorded at its own price', async () => {
    const { kling } = kind()
    expect(kling.quote(heard)).toMatchObject({ microUsd: 77_000, native: { amount: 0.55, unit: 'unit' } })
    expect(kling.quote(spoken)).toMatchObject({ microUsd: 84_000, native: { amount: 0.6, unit: 'unit' } })
    const entries: RecordEntry[] = []
    await kling.submit(heard, { record: async (entry) => void entries.push(entry) })
    expect(entries[1]).toMatchObject({ submission: { step: 'identify-face' }, cost: { microUsd: 7_000 } })
  })
})

describe('refused before the create', () => {
  const cases: [string, LipSyncRequest, object, string][] = [
    ['no face', heard, { 'identify-face': { code: 0, data: { session_id: '1', face_data: [] } } }, 'video'],
    ['no such face', { ...heard, face: 3 }, {}, 'face'],
    ['speech that is longer than the clip', spoken, {}, 'text'],
    [
      'a face that is seen elsewhere',
      { ...heard, startsAt: 0, audioEnd: 2 },
      {
        'identify-face': {
          code: 0,
          data: { session_id: '1', face_data: [{ face_id: '0', start_time: 3000, end_time: 5000 }] },
        },
      },
      'startsAt',
    ],
  ]
  test.each(cases)('%s', async (_, request, answers, field) => {
    const { kling, sent } = kind(answers as Record<string, unknown>)
    await expect(kling.submit(request)).rejects.toMatchObject({
      code: 'ERR_INVALID_REQUEST',
      outcome: 'rejected',
      problems: [{ field }],
    })
    expect(sent.map(({ url }) => at(url))).not.toContain('advanced-lip-sync')
  })

  test('what can be seen without them costs nothing', () => {
    const { kling, sent } = kind()
    const fields = (more: Partial<LipSyncRequest>) => kling.check(sync(more)).map(({ field }) => field)
    expect(fields({})).toEqual(['text'])
    expect(fields({ text: 'Hello there', voice: 'nobody' })).toEqual(['voice'])
    expect(fields({ text: 'Hello there' })).toEqual(['voice'])
    expect(fields({ text: 'x'.repeat(400), voice: 'uk_man2' })).toEqual(['text'])
    expect(fields({ audio: 'https://example.com/a.mp3' })).toEqual(['audioEnd'])
    expect(fields({ audio: 'https://example.com/a.mp3', audioEnd: 1 })).toEqual(['audioEnd'])
    expect(fields({ audio: 'https://example.com/a.mp3', audioEnd: 9 })).toEqual(['audioEnd'])
    expect(fields({ audio: 'https://example.com/a.mp3', audioEnd: 4, voice: 'uk_man2' })).toEqual(['voice'])
    expect(sent).toEqual([])
  })
})
