import { documented, text } from '../../engine/fields.ts'
import { invalid, type Refusal } from '../tables.ts'
import type { Job } from '../task.ts'
import { checkFields, type PiapiKind, type Sent } from './kind.ts'
import { checkConfig } from './video.ts'

// The page of 2025 has this field alone; whether others are read is not known.
const fields = { kling: { origin_task_id: { type: 'string', required: true, minLength: 1 } } } as const

const extendable = ['1.0', '1.5', '1.6']
const taskTypes = ['video_generation', 'extend_video']
// Kling adds 4 to 5 seconds; the one completed task there is has grown by 5.
const ADDED_SECONDS = 5
/** Millionths of a US dollar. No page names a price; the one completed task there is has taken so many points. */
const PRICE = 260_000

function read({ raw, model, input: sent, settings, completed }: Sent): Job | Refusal {
  if (settings.unverifiedTaskTypes === 'refuse') return invalid('task_type', 'extend_video is not available')
  const input = documented(fields.kling, sent)
  const wrong = checkFields(fields.kling, input) ?? checkConfig(raw.config)
  if (wrong) return wrong
  const source = completed(text(input, 'origin_task_id'))
  if (!source) return invalid('origin_task_id', 'is not the id of a completed task')
  const { taskType, version, mode, seconds, aspect, startImage } = source.job
  if (source.job.model !== model || !taskTypes.includes(taskType) || !extendable.includes(version)) {
    return invalid('origin_task_id', `names a ${taskType} of version ${version}, which cannot be extended`)
  }
  return {
    model,
    taskType: 'extend_video',
    version,
    mode,
    seconds: seconds + ADDED_SECONDS,
    aspect,
    prompt: '',
    startImage,
    goesOnFrom: source,
    workType: 'm2v_extend_video',
    output: 'works',
    microUsd: PRICE,
    input,
    request: raw,
  }
}

/** A clip made longer, by the id of the task that made it. */
export const extendVideo: PiapiKind = { taskType: 'extend_video', fields, read }
