import { documented, type Schema, text } from '../../engine/fields.ts'
import { secondsOf } from '../../engine/recordings.ts'
import { invalid, type Refusal } from '../tables.ts'
import type { Job } from '../task.ts'
import { checkFields, type PiapiKind, type Sent } from './kind.ts'
import { checkConfig } from './video.ts'

const taskType = 'lip_sync'

const fields: Schema = {
  origin_task_id: { type: 'string' },
  // Not on the page: three clients send it.
  video_url: { type: 'string' },
  tts_text: { type: 'string' },
  tts_timbre: { type: 'string' },
  tts_speed: { type: 'number', minimum: 0.8, maximum: 2 },
  local_dubbing_url: { type: 'string' },
}

// "0.10 per 5 s dubbed".
const MICRO_USD_PER_STEP = 100_000
const STEP_SECONDS = 5
/** Taken for a clip that nothing here can read. */
const USUAL_SECONDS = 5
const MAX_VIDEO_BYTES = 10 * 1024 * 1024
const MAX_AUDIO_BYTES = 20 * 1024 * 1024
const MAX_AUDIO_SECONDS = 60

function checkURL(
  field: string,
  value: string,
  sent: Sent,
  maxBytes: number,
  longest: number,
): Refusal | undefined {
  if (value === '') return undefined
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return invalid(field, 'must be a URL')
  const bytes = sent.uploaded(value)
  if (!bytes) return undefined
  if (bytes.length > maxBytes) return invalid(field, 'file is too large')
  return (secondsOf(bytes) ?? 0) > longest
    ? invalid(field, `must not last longer than ${longest} s`)
    : undefined
}

function read(sent: Sent): Job | Refusal {
  const { raw, model, completed } = sent
  const input = documented(fields, sent.input)
  const wrong = checkFields(fields, input) ?? checkConfig(raw.config)
  if (wrong) return wrong
  const [origin, video, sound] = ['origin_task_id', 'video_url', 'local_dubbing_url'].map((field) =>
    text(input, field),
  )
  if ((origin === '') === (video === ''))
    return invalid('origin_task_id', 'or video_url is required, one of them')
  const source = origin === '' ? undefined : completed(origin ?? '')?.job
  if (origin !== '' && !source) return invalid('origin_task_id', 'is not a completed task')
  // "Ignored if local_dubbing_url is set".
  if (sound === '' && text(input, 'tts_text') === '')
    return invalid('tts_text', 'or local_dubbing_url is required')
  if (sound === '' && text(input, 'tts_timbre') === '') return invalid('tts_timbre', 'is required')
  const unfit =
    checkURL('video_url', video ?? '', sent, MAX_VIDEO_BYTES, 60) ??
    checkURL('local_dubbing_url', sound ?? '', sent, MAX_AUDIO_BYTES, MAX_AUDIO_SECONDS)
  if (unfit) return unfit
  const uploaded = video === undefined ? undefined : sent.uploaded(video)
  const seconds = source?.seconds ?? (uploaded && secondsOf(uploaded)) ?? USUAL_SECONDS
  return {
    model,
    taskType,
    version: '',
    mode: 'std',
    seconds,
    aspect: source?.aspect ?? 16 / 9,
    prompt: text(input, 'tts_text'),
    startImage: '',
    output: 'works',
    microUsd: Math.ceil(Math.round(seconds) / STEP_SECONDS) * MICRO_USD_PER_STEP,
    input,
    request: raw,
  }
}

/** Clips whose speaker says something else. */
export const lipSync: PiapiKind = { taskType, fields: { kling: fields }, read }
