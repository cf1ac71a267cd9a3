import { type Body, documented, type Schema, text } from '../../engine/fields.ts'
import { speechVoices } from '../../engine/recordings.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import { filesOf, type Job } from '../task.ts'
import { checkFields, type KlingKind, type Sight } from './kind.ts'

const fields: Schema = {
  text: { type: 'string', required: true, minLength: 1, maxLength: 1000 },
  voice_id: { type: 'string', required: true, minLength: 1 },
  voice_language: { type: 'string', required: true, enum: ['zh', 'en'] },
  voice_speed: { type: 'number', minimum: 0.8, maximum: 2 },
}

const HELD_MS = 30 * 86_400_000
// A fast speaker; nothing documents how long a text takes.
const SECONDS_PER_CHARACTER = 0.04
const SHORTEST = 2

const everyVoice: readonly string[] = [...speechVoices.en, ...speechVoices.zh]

function read(raw: Body, _settings: KlingSettings): Job | Refusal {
  const body = documented(fields, raw)
  const wrong = checkFields(fields, body)
  if (wrong) return wrong
  if (!everyVoice.includes(text(body, 'voice_id'))) return refuse(1201, 'Voice id not found')
  const speed = typeof body.voice_speed === 'number' ? Math.round(body.voice_speed * 10) / 10 : 1
  const words = text(body, 'text')
  const seconds = Math.max(SHORTEST, Number(((words.length * SECONDS_PER_CHARACTER) / speed).toFixed(1)))
  return {
    op: 'tts',
    model: 'tts',
    mode: 'std',
    seconds: 0,
    files: [{ type: 'mp3', seconds }],
    aspect: 16 / 9,
    prompt: words,
    frame: '',
    watermark: false,
    milliUnits: 50,
    request: raw,
  }
}

/** Speaks a text, at once. */
export const speech: KlingKind = {
  path: '/v1/audio/tts',
  op: 'tts',
  product: 'TTS',
  fields,
  read,
  answer: ({ id, createdAt }, files) => ({
    task_id: id,
    task_status: 'succeed',
    task_status_msg: '',
    task_result: {
      audios: files.map((file) => ({ id: file.id, url: file.url, duration: String(file.seconds ?? 0) })),
    },
    created_at: createdAt,
    updated_at: createdAt,
  }),
}

/** Seconds of a sound that this account had spoken, by its id, as long as it is held. */
export function spokenSeconds(id: string, { tasks, now }: Sight): number | undefined {
  const task = tasks.find(({ fileIds, job }) => job.op === 'tts' && fileIds.includes(id))
  if (!task || now >= task.createdAt + HELD_MS) return undefined
  return filesOf(task.job)[task.fileIds.indexOf(id)]?.seconds
}
