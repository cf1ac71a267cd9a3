import { type Body, documented, list, type Schema, text } from '../../engine/fields.ts'
import { bytesOfStrictBase64 } from '../../engine/pictures.ts'
import { secondsOf, speechVoices } from '../../engine/recordings.ts'
import { isRecord } from '../../http/json.ts'
import { webURL } from '../../webhooks/address.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import type { Job } from '../task.ts'
import { namedClip, sessionOf } from './faces.ts'
import { checkFields, invalidValue, type KlingKind, type Sight } from './kind.ts'
import { spokenSeconds } from './speech.ts'
import { checkCallback } from './video.ts'

// "0.5 units per 5 s"; a clip of 5.1 s was one step.
const MILLI_UNITS_PER_STEP = 500
const STEP_SECONDS = 5
const priceOf = (seconds: number): number =>
  Math.ceil(Math.round(seconds) / STEP_SECONDS) * MILLI_UNITS_PER_STEP

const [SHORTEST_MS, LONGEST_MS] = [2_000, 60_000]
const MAX_SOUND_BYTES = 5 * 1024 * 1024

/** A sound by an address or in base64: seconds where they can be told, or why it is none. */
function soundOf(field: string, value: string): { readonly seconds?: number } | Refusal {
  if (webURL(value)) return {}
  const bytes = bytesOfStrictBase64(value)
  if (!bytes) return refuse(1201, `${field} is neither a URL nor base64`)
  if (bytes.length > MAX_SOUND_BYTES) return refuse(1201, `${field} is larger than 5MB`)
  const seconds = secondsOf(bytes)
  return seconds === undefined ? {} : { seconds }
}

const long = { type: 'integer', required: true, minimum: 0 } as const
const volume = { type: 'number', minimum: 0, maximum: 2 } as const

const choice: Schema = {
  face_id: { type: 'string', required: true, minLength: 1 },
  audio_id: { type: 'string' },
  sound_file: { type: 'string' },
  sound_start_time: long,
  sound_end_time: long,
  sound_insert_time: long,
  sound_volume: volume,
  original_audio_volume: volume,
}

const fields: Schema = {
  session_id: { type: 'string', required: true, minLength: 1 },
  face_choose: {
    type: 'array',
    required: true,
    minItems: 1,
    maxItems: 1,
    items: { type: 'object', properties: choice },
  },
  watermark_info: { type: 'object', properties: { enabled: { type: 'boolean' } } },
  callback_url: { type: 'string' },
  external_task_id: { type: 'string' },
}

function readCurrent(raw: Body, _settings: KlingSettings, sight: Sight): Job | Refusal {
  const body = documented(fields, raw)
  const wrong = checkFields(fields, body) ?? checkCallback(text(body, 'callback_url'))
  if (wrong) return wrong
  const session = sessionOf(text(body, 'session_id'), sight)
  if (!session) return refuse(1201, 'session_id is invalid: it does not exist or has expired')
  const [chosen] = list(body, 'face_choose')
  const choice = isRecord(chosen) ? chosen : {}
  const { faces = [], parentVideo, aspect, goesOnFrom } = session.job
  const face = faces.find(({ id }) => id === text(choice, 'face_id'))
  if (!face) return invalidValue('face_choose[0].face_id', choice.face_id)
  const [audioId, file] = [text(choice, 'audio_id'), text(choice, 'sound_file')]
  if ((audioId === '') === (file === '')) return refuse(1201, 'one of audio_id and sound_file is required')
  const spoken = audioId === '' ? undefined : spokenSeconds(audioId, sight)
  if (audioId !== '' && spoken === undefined)
    return refuse(1201, 'audio_id is invalid: it does not exist or has expired')
  const sound = audioId === '' ? soundOf('sound_file', file) : { seconds: spoken }
  if ('code' in sound) return sound
  const [start, end, insert] = ['sound_start_time', 'sound_end_time', 'sound_insert_time'].map((key) =>
    Number(choice[key]),
  ) as [number, number, number]
  const length = end - start
  if (length < SHORTEST_MS || length > LONGEST_MS) return refuse(1201, 'the sound must last 2 to 60 s')
  if (sound.seconds !== undefined && end > sound.seconds * 1000) return invalidValue('sound_end_time', end)
  // A view says a frame more than was asked for.
  const videoMs = Math.round(Number(parentVideo?.duration ?? 0) * 1000)
  if (insert + length > videoMs) return refuse(1201, 'the sound must end within the video')
  if (Math.min(insert + length, face.to) - Math.max(insert, face.from) < SHORTEST_MS)
    return refuse(1201, 'the sound must meet the face for 2 s')
  const seconds = Math.floor(videoMs / 100) / 10
  return {
    op: 'advanced-lip-sync',
    model: 'advanced-lip-sync',
    mode: 'std',
    seconds,
    aspect,
    prompt: '',
    frame: '',
    ...(parentVideo && { parentVideo }),
    ...(goesOnFrom && { goesOnFrom }),
    watermark: isRecord(body.watermark_info) && body.watermark_info.enabled === true,
    milliUnits: priceOf(seconds),
    request: raw,
  }
}

/** Lip-sync of today: a face of a session, and a sound. */
export const lipSync: KlingKind = {
  path: '/v1/videos/advanced-lip-sync',
  op: 'advanced-lip-sync',
  product: 'Lip Sync',
  // Its page of 2026-09 has none in the answer of a query.
  keepsId: true,
  fields,
  read: readCurrent,
}

const inputFields: Schema = {
  mode: { type: 'string', required: true, enum: ['text2video', 'audio2video'] },
  video_id: { type: 'string' },
  video_url: { type: 'string' },
  text: { type: 'string', maxLength: 120 },
  voice_id: { type: 'string' },
  voice_language: { type: 'string', enum: ['zh', 'en'] },
  voice_speed: { type: 'number', minimum: 0.8, maximum: 2 },
  audio_type: { type: 'string', enum: ['file', 'url'] },
  audio_file: { type: 'string' },
  audio_url: { type: 'string' },
}

const formerFields: Schema = {
  input: { type: 'object', required: true, properties: inputFields },
  callback_url: { type: 'string' },
}

const everyVoice: readonly string[] = [...speechVoices.en, ...speechVoices.zh]

function checkSpeech(input: Body): Refusal | undefined {
  if (text(input, 'mode') === 'text2video') {
    if (text(input, 'text') === '') return refuse(1201, 'input.text cannot be empty')
    return everyVoice.includes(text(input, 'voice_id')) ? undefined : refuse(1201, 'Voice id not found')
  }
  const field = text(input, 'audio_type') === 'url' ? 'audio_url' : 'audio_file'
  const value = text(input, field)
  if (value === '') return refuse(1201, `input.${field} cannot be empty`)
  if (field === 'audio_url') return webURL(value) ? undefined : invalidValue('input.audio_url', value)
  const sound = soundOf('input.audio_file', value)
  return 'code' in sound ? sound : undefined
}

function readFormer(raw: Body, settings: KlingSettings, sight: Sight): Job | Refusal {
  if (settings.unverifiedModels === 'refuse') return refuse(1203, 'lip-sync is no longer available')
  const body = documented(formerFields, raw)
  const wrong = checkFields(formerFields, body) ?? checkCallback(text(body, 'callback_url'))
  if (wrong) return wrong
  const input = documented(inputFields, isRecord(body.input) ? body.input : {})
  const clip = namedClip(input, sight)
  if ('code' in clip) return clip
  const whole = Math.round(clip.seconds)
  const fits = text(input, 'video_id') === '' ? whole >= 2 && whole <= 10 : whole === 5 || whole === 10
  if (!fits) return refuse(1201, 'the video must last 5 or 10 s')
  const unfit = checkSpeech(input)
  if (unfit) return unfit
  if (clip.faceless) return refuse(1201, 'No face was found in the video')
  return {
    op: 'lip-sync',
    model: 'lip-sync',
    mode: 'std',
    seconds: clip.seconds,
    aspect: clip.aspect,
    prompt: text(input, 'text'),
    frame: '',
    ...(clip.task && { goesOnFrom: clip.task }),
    watermark: false,
    milliUnits: priceOf(clip.seconds),
    request: raw,
  }
}

/** Lip-sync of 2025, in one call; absent from the index of 2026-09. */
export const formerLipSync: KlingKind = {
  path: '/v1/videos/lip-sync',
  op: 'lip-sync',
  product: 'Lip Sync',
  fields: formerFields,
  read: readFormer,
}
