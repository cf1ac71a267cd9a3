import { type Body, type Schema, unknownKeys } from '../engine/fields.ts'
import { isRecord } from '../http/json.ts'
import { extendVideo } from './kinds/extend-video.ts'
import { imageToVideo } from './kinds/image-to-video.ts'
import type { PiapiKind, Sent } from './kinds/kind.ts'
import { lipSync } from './kinds/lip-sync.ts'
import { omniVideoGeneration } from './kinds/omni-video-generation.ts'
import { textToVideo } from './kinds/text-to-video.ts'
import type { Versions } from './kinds/versions.ts'
import { videoGeneration } from './kinds/video-generation.ts'
import { virtualTryOn } from './kinds/virtual-try-on.ts'
import { invalid, type Refusal } from './tables.ts'
import type { Job } from './task.ts'

/** What this PiAPI sells, each under its own `task_type`. */
const kinds: readonly PiapiKind[] = [
  videoGeneration,
  omniVideoGeneration,
  textToVideo,
  imageToVideo,
  virtualTryOn,
  extendVideo,
  lipSync,
]

/** What each task type takes as `input.version`. */
export const versionsOf: Readonly<Record<string, Versions>> = Object.fromEntries(
  kinds.flatMap(({ taskType, versions }) => (versions ? [[taskType, versions] as const] : [])),
)

// Kling 4.0 refers to videos and voices too, whose length nobody here could bill.
const referenceFields: Schema = {
  video: { type: 'string' },
  videos: { type: 'array' },
  audio_urls: { type: 'array' },
}

// Of clips: whether they read `batch_size`, as try-on does, is not known, and it is left out in silence.
const fieldSets: readonly Schema[] = kinds
  .filter(({ versions }) => versions)
  .flatMap(({ fields }) => Object.values(fields))

/** Every field of `input` that some page documents. */
export const everyField: Schema = Object.assign({}, referenceFields, ...fieldSets)

// Documented for this service, not served here.
const otherTaskTypes = ['effects', 'sound', 'avatar', 'motion_control']

/** Reads a create body strictly: its model and task type, and then as the task type does. */
export function readJob(raw: Body, at: Pick<Sent, 'settings' | 'uploaded' | 'completed'>): Job | Refusal {
  const { settings } = at
  const { model, task_type: type, input } = raw
  if (typeof model !== 'string' || !kinds.some(({ fields }) => Object.hasOwn(fields, model)))
    return invalid('model')
  const kind = kinds.find(({ taskType }) => taskType === type)
  const schema = kind?.fields[model]
  if (!kind || !schema) {
    const known = typeof type === 'string' && otherTaskTypes.includes(type)
    return invalid('task_type', known ? `${type} is not emulated` : undefined)
  }
  if (!isRecord(input)) return invalid('input', 'must be of type object')
  const [unsupported] = settings.unsupportedFields === 'refuse' ? unsupportedKeys(schema, input) : []
  if (unsupported !== undefined) {
    const form = Object.keys(kind.fields).length > 1 ? `model ${model}` : kind.taskType
    return invalid(unsupported, `is not supported by ${form}`)
  }
  return kind.read({ raw, model, input, ...at })
}

const isBlank = (value: unknown): boolean =>
  value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0)

/** Fields with a value that are documented for another form of input. */
const unsupportedKeys = (schema: Schema, input: Body): string[] =>
  unknownKeys(schema, input).filter((key) => Object.hasOwn(everyField, key) && !isBlank(input[key]))
