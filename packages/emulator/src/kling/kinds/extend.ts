import { type Body, documented, type Schema, text } from '../../engine/fields.ts'
import { isRecord } from '../../http/json.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import { filesOf, type Job, type KlingTask, phaseAt } from '../task.ts'
import { checkFields, type KlingKind, type Sight } from './kind.ts'
import { checkCallback, selectModel } from './video.ts'

const prompt = { type: 'string', maxLength: 2500 } as const

const fields: Schema = {
  video_id: { type: 'string', required: true, minLength: 1 },
  prompt,
  negative_prompt: prompt,
  cfg_scale: { type: 'number', minimum: 0, maximum: 1 },
  callback_url: { type: 'string' },
  external_task_id: { type: 'string' },
  watermark_info: { type: 'object', properties: { enabled: { type: 'boolean' } } },
}

// Every page: ids of results are taken for 30 days.
const HELD_MS = 30 * 86_400_000
// "4 to 5 seconds", until the whole lasts three minutes.
const ADDED_SECONDS = 4.5
const MOST_SECONDS = 180
const EXTRA_SECONDS = 0.041

const paths = ['text2video', 'image2video', 'video-extend']
const models = ['kling-v1', 'kling-v1-5', 'kling-v1-6']

/**
 * Thousandths of a unit for each call: an older copy of the price page, 2026-08; the page of 2026-09-20 has no such row. Of V1
 * in std copies say 1 or 2.
 */
const prices = { std: 2000, pro: 3500, '4k': 3500 } as const

/** A clip of the account by its id; what it draws for a dead or a strange one is this emulator's choice. */
function clipOf(id: string, { tasks, now }: Sight): KlingTask | Refusal {
  const lost = refuse(1201, `video_id is invalid: video ${id} does not exist or has expired`)
  const task = tasks.find(({ fileIds }) => fileIds.includes(id))
  if (!task || filesOf(task.job)[task.fileIds.indexOf(id)]?.type !== 'mp4') return lost
  const { status, updatedAt } = phaseAt(task, now)
  return status === 'succeed' && now < updatedAt + HELD_MS ? task : lost
}

function read(raw: Body, settings: KlingSettings, sight: Sight): Job | Refusal {
  const body = documented(fields, raw)
  const wrong = checkFields(fields, body) ?? checkCallback(text(body, 'callback_url'))
  if (wrong) return wrong
  const id = text(body, 'video_id')
  const source = clipOf(id, sight)
  if ('code' in source) return source
  const { op, model, mode, seconds, aspect, frame } = source.job
  const index = source.fileIds.indexOf(id)
  const before = filesOf(source.job)[index]?.seconds ?? seconds
  if (!paths.includes(op) || !models.includes(model)) {
    return refuse(1201, `video_id is invalid: a video of ${op} by ${model} cannot be extended`)
  }
  // Its model has to be there still; all three make clips on this path.
  const row = selectModel('image2video', model, settings)
  if ('code' in row) return row
  const whole = before + ADDED_SECONDS
  if (whole > MOST_SECONDS)
    return refuse(1201, `the extended video must not be longer than ${MOST_SECONDS} s`)
  return {
    op: 'video-extend',
    model,
    mode,
    seconds: whole,
    aspect,
    prompt: text(body, 'prompt'),
    frame,
    goesOnFrom: source,
    parentVideo: { id, url: sight.fileURL(source, index), duration: String(before + EXTRA_SECONDS) },
    watermark: isRecord(body.watermark_info) && body.watermark_info.enabled === true,
    milliUnits: prices[mode],
    request: raw,
  }
}

export const extend: KlingKind = {
  path: '/v1/videos/video-extend',
  op: 'video-extend',
  product: 'Video Extension',
  fields,
  read,
}
