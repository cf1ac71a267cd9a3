import type { Body, Field, Schema } from '../../engine/fields.ts'
import { bytesOfBase64 } from '../../engine/pictures.ts'
import { isFaceless, secondsOf, speechVoices } from '../../engine/recordings.ts'
import type { Job } from '../task.ts'
import type { Made, ReplicateKind, Upload } from './kind.ts'

const uri: Field = { type: 'string', format: 'uri' }

const voices = (['en', 'zh'] as const).flatMap((language) =>
  speechVoices[language].map((voice) => `${language}_${voice}`),
)

const input: Schema = {
  video_url: uri,
  video_id: { type: 'string' },
  audio_file: uri,
  text: { type: 'string' },
  voice_id: { type: 'string', enum: voices, default: 'en_AOT' },
  voice_speed: { type: 'number', minimum: 0.8, maximum: 2, default: 1 },
}

// What the page's number is per is not said; Kling's own list has it per second of the clip.
const MICRO_USD_PER_SECOND = 14_000
/** Taken for a clip that nothing here can read. */
const USUAL_SECONDS = 5
const MAX_VIDEO_BYTES = 100_000_000
const MAX_AUDIO_BYTES = 5_000_000

const holds = (body: Body, key: string): boolean => body[key] !== undefined && body[key] !== ''

/** The bytes of a data URI or of an upload; undefined for any other address. */
function bytesAt(value: unknown, upload: Upload): Uint8Array | 'missing' | undefined {
  if (typeof value !== 'string') return undefined
  if (!value.startsWith('data:')) return upload(value)
  return bytesOfBase64(/^data:[^,]*;base64,(.*)$/s.exec(value)?.[1] ?? '?') ?? 'missing'
}

function checkFile(
  field: string,
  value: unknown,
  upload: Upload,
  [shortest, longest]: readonly [number, number],
  maxBytes: number,
): string | undefined {
  const bytes = bytesAt(value, upload)
  if (bytes === undefined) return undefined
  if (bytes === 'missing') return `${field} could not be read`
  if (bytes.length >= maxBytes) return `${field} is too large`
  const seconds = Math.round(secondsOf(bytes) ?? shortest)
  return seconds < shortest || seconds > longest ? `${field} must last ${shortest} to ${longest}s` : undefined
}

/** What only shows once the model runs. */
function check(
  { input: body }: Job,
  upload: Upload,
): { readonly error: string } | { readonly aspect: number } {
  const [video, audio] = [holds(body, 'video_url'), holds(body, 'audio_file')]
  const error =
    (video === holds(body, 'video_id') && 'exactly one of video_url and video_id is required') ||
    (audio === holds(body, 'text') && 'exactly one of audio_file and text is required') ||
    checkFile('video_url', body.video_url, upload, [2, 10], MAX_VIDEO_BYTES) ||
    checkFile('audio_file', body.audio_file, upload, [2, 60], MAX_AUDIO_BYTES) ||
    (isFaceless(String(body.video_url)) && 'No face detected in the video')
  return error ? { error } : { aspect: 16 / 9 }
}

function read(body: Body, upload: Upload): Made {
  const bytes = bytesAt(body.video_url, upload)
  const seconds = (bytes !== undefined && bytes !== 'missing' && secondsOf(bytes)) || USUAL_SECONDS
  return {
    op: 'lip-sync',
    mode: 'standard',
    seconds,
    audio: undefined,
    frame: undefined,
    microUsd: Math.round(seconds * MICRO_USD_PER_SECOND),
  }
}

/** Clips whose speaker says something else. */
export const lipSync: ReplicateKind = {
  models: { 'kwaivgi/kling-lip-sync': { input, read, check } },
}
