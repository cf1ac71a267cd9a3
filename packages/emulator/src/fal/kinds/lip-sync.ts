import type { Field, Schema } from '../../engine/fields.ts'
import { withDefaults } from '../../engine/fields.ts'
import { isFaceless, speechVoices } from '../../engine/recordings.ts'
import { isRecord } from '../../http/json.ts'
import { detail, type ErrorDetail } from '../failures.ts'
import { checkBody, type Endpoint, type FalKind, type Job, type Listen } from './kind.ts'

const needURL: Field = { type: 'string', format: 'recording', required: true }
const needText: Field = { type: 'string', required: true, maxLength: 120 }

const fromAudio: Schema = { video_url: needURL, audio_url: needURL }
const fromText: Schema = {
  video_url: needURL,
  text: needText,
  voice_id: { type: 'string', required: true, enum: [...speechVoices.en, ...speechVoices.zh] },
  voice_language: { type: 'string', enum: ['zh', 'en'], default: 'en' },
  // fal's type has no ends: those are Kling's own, which it comes to once it runs.
  voice_speed: { type: 'number', default: 1 },
}

// Per second of the clip, in steps of five (model page, snapshot of 2026-07-28).
const UNIT_MICRO_USD = 14_000
const STEP_SECONDS = 5
/** Taken for a clip behind an address that nothing here can read. */
const USUAL_SECONDS = 5

/** Seconds that a field's file may last: [shortest, longest]. */
type Lengths = Readonly<Record<string, readonly [number, number]>>

const SHORTEST = 2

function endpointOf(path: string, input: Schema, lengths: Lengths): Endpoint {
  const id = `fal-ai/kling-video/${path}`
  return {
    id,
    op: 'lip-sync',
    tier: 'standard',
    input,
    unitMicroUsd: UNIT_MICRO_USD,
    read: (json, listen) => read(input, lengths, json, listen),
  }
}

function checkFile(
  field: string,
  value: string,
  range: readonly [number, number],
  listen: Listen,
): ErrorDetail[] {
  const bad = (type: string, msg: string): ErrorDetail[] => [
    detail(['body', field], type, msg, { input: value }),
  ]
  const isInline = value.startsWith('data:')
  if (!isInline && !(/^https?:\/\//i.test(value) && URL.canParse(value))) {
    return bad('file_download_error', 'The file could not be downloaded')
  }
  if (!isInline && new URL(value).hostname.endsWith('.invalid')) {
    return bad('file_download_error', 'The file could not be downloaded')
  }
  const [shortest, longest] = range
  const seconds = Math.round(listen(value) ?? shortest)
  if (seconds < shortest || seconds > longest) {
    // Its type on the wire is not known.
    return bad('value_error', `The file must last ${shortest} to ${longest} seconds`)
  }
  return field === 'video_url' && isFaceless(value)
    ? bad('face_detection_error', 'Could not detect face in the video')
    : []
}

function read(schema: Schema, lengths: Lengths, json: unknown, listen: Listen): Job | readonly ErrorDetail[] {
  if (json === undefined) return [detail(['body'], 'json_invalid', 'JSON decode error')]
  if (!isRecord(json))
    return [detail(['body'], 'model_type', 'Input should be a valid object', { input: json })]
  const errors = checkBody(schema, json)
  if (errors.length > 0) return errors
  const wrong = Object.entries(lengths).flatMap(([field, range]) =>
    checkFile(field, String(json[field]), range, listen),
  )
  if (wrong.length > 0) return wrong
  const { voice_speed: speed = 1 } = json as { readonly voice_speed?: number }
  if (speed < 0.8 || speed > 2)
    return [detail(['body', 'voice_speed'], 'value_error', 'Must be 0.8 to 2.0', { input: speed })]
  const body = withDefaults(schema, json)
  const seconds = listen(String(json.video_url)) ?? USUAL_SECONDS
  const units = Math.ceil(seconds / STEP_SECONDS) * STEP_SECONDS
  return {
    seconds,
    aspect: 16 / 9,
    prompt: String(body.text ?? ''),
    microUsd: units * UNIT_MICRO_USD,
    units,
    body: json,
  }
}

const endpoints: readonly (readonly [path: string, Endpoint])[] = [
  [
    'lipsync/audio-to-video',
    endpointOf('lipsync/audio-to-video', fromAudio, { video_url: [SHORTEST, 10], audio_url: [SHORTEST, 60] }),
  ],
  ['lipsync/text-to-video', endpointOf('lipsync/text-to-video', fromText, { video_url: [SHORTEST, 60] })],
]

/** Clips whose speaker says something else. */
export const lipSync: FalKind = { apps: { 'fal-ai/kling-video': new Map(endpoints) } }
