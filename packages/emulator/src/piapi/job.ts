import { isRecord, stringAt } from '../http/json.ts'
import { checkConfig } from './config.ts'
import { invalid, isRefusal, type Refusal } from './errors.ts'
import { type Body, checkFields, documentedFields, formOf, list, text, unsupportedKeys } from './fields.ts'
import { checkImage, type Size, type Uploaded } from './images.ts'
import type { PiapiSettings } from './options.ts'
import { checkRules } from './rules.ts'
import { hasShots, promptsOf, shotSeconds } from './shots.ts'
import {
  type Mode,
  type PiapiModel,
  priceOf,
  type TaskType,
  taskTypes,
  type VersionRow,
  versionsOf,
} from './versions.ts'

/** A create request that passed every check. */
export interface Job {
  readonly model: PiapiModel
  readonly taskType: TaskType
  readonly version: string
  readonly mode: Mode
  /** Length of the clip, seconds. */
  readonly seconds: number
  /** Width divided by height. */
  readonly aspect: number
  readonly prompt: string
  /** URL or data URI of the picture it starts from; empty without one. */
  readonly startImage: string
  readonly microUsd: number
  /** Where the clip's URL will be. */
  readonly output: VersionRow['output']
  /** The documented fields of `input`, as sent. */
  readonly input: Body
  readonly request: Body
}

const TURBO_VERSION = '2.5-turbo'
const DEFAULT_SECONDS = 5
const aspects: Readonly<Record<string, number>> = { '16:9': 16 / 9, '9:16': 9 / 16, '1:1': 1, '21:9': 21 / 9 }

// Documented for this service, not served here.
const otherTaskTypes = [
  'extend_video',
  'lip_sync',
  'effects',
  'ai_try_on',
  'sound',
  'avatar',
  'motion_control',
]

/** Reads a create body strictly. Checks go from the single field to the version to the combination. */
export function readJob(raw: Body, settings: PiapiSettings, uploaded: Uploaded): Job | Refusal {
  const { model, task_type: type, input: sent } = raw
  if (model !== 'kling' && model !== 'kling-turbo') return invalid('model')
  const taskType = taskTypes.find((known) => known === type)
  if (!taskType || (model === 'kling-turbo' && taskType !== 'video_generation')) {
    const known = typeof type === 'string' && otherTaskTypes.includes(type)
    return invalid('task_type', known ? `${type} is not emulated` : undefined)
  }
  if (!isRecord(sent)) return invalid('input', 'must be of type object')
  const form = formOf(model, taskType)
  const [unsupported] = settings.unsupportedFields === 'refuse' ? unsupportedKeys(form, sent) : []
  if (unsupported !== undefined)
    return invalid(unsupported, `is not supported by ${form === model ? `model ${model}` : form}`)
  const input = documentedFields(form, sent)
  const wrong = checkFields(form, input) ?? checkConfig(raw.config)
  if (wrong) return wrong

  const version = text(input, 'version') || (model === 'kling' ? settings.defaultVersion : TURBO_VERSION)
  const row = selectVersion(model, taskType, version, settings)
  if (isRefusal(row)) return row
  const size = row.sized ? 'resolution' : 'mode'
  const mode = selectMode(row, text(input, size))
  if (!mode) return invalid(size, `is not supported by version ${version}`)
  if (row.newest && stringAt(raw.config, 'service_mode') !== 'public') {
    return invalid('config.service_mode', `must be public for version ${version}`)
  }
  const seconds = selectSeconds(row, input)
  if (seconds === undefined) return invalid('duration')
  const refusal = checkRules({ taskType, version, row, input, settings })
  if (refusal) return refusal
  const picture = checkPictures(input, uploaded, settings)
  if (isRefusal(picture)) return picture

  const { size: shape } = picture
  return {
    model,
    taskType,
    version,
    mode,
    seconds,
    aspect: shape ? shape.width / shape.height : (aspects[text(input, 'aspect_ratio')] ?? 16 / 9),
    prompt: promptsOf(input),
    startImage: text(input, 'image_url') || text(input, 'start_image_url'),
    output: row.output,
    microUsd: priceOf(row, { mode, seconds, audio: input.enable_audio === true }),
    input,
    request: raw,
  }
}

function selectVersion(
  model: PiapiModel,
  taskType: TaskType,
  version: string,
  settings: PiapiSettings,
): VersionRow | Refusal {
  const known = versionsOf[taskType]
  const row = Object.hasOwn(known, version) ? known[version] : undefined
  if (row?.model !== model) return invalid('version', `'${version}' is not allowed`)
  if (row.state === 'unverified' && settings.unverifiedVersions === 'refuse') {
    return invalid('version', `'${version}' is not available`)
  }
  return model === 'kling' ? row : { ...row, modes: settings.turboModes }
}

// Omni says pixels where the others say a mode.
const sizes: Readonly<Record<Mode, string>> = { std: '720p', pro: '1080p' }

/** A mode that was left out is the first one the version has. */
const selectMode = (row: VersionRow, sent: string): Mode | undefined =>
  row.modes.find((mode) => sent === '' || (row.sized ? sizes[mode] : mode) === sent)

/** A storyboard brings its own length, and `duration` counts for nothing then. */
function selectSeconds(row: VersionRow, input: Body): number | undefined {
  if (row.shots && hasShots(input)) return shotSeconds(input)
  const seconds = input.duration ?? (row.newest ? undefined : DEFAULT_SECONDS)
  return row.seconds.find((known) => known === seconds)
}

/** The clip takes its shape from the start frame, where that can be looked at. */
function checkPictures(
  input: Body,
  uploaded: Uploaded,
  settings: PiapiSettings,
): Refusal | { readonly size?: Size } {
  const elements = list(input, 'elements').flatMap((element, position): [string, string][] =>
    isRecord(element) ? [[`elements[${position}].image_url`, text(element, 'image_url')]] : [],
  )
  const references = list(input, 'images').map((url, position): [string, string] => [
    `images[${position}]`,
    typeof url === 'string' ? url : '',
  ])
  const frames = ['image_url', 'start_image_url', 'image_tail_url', 'end_image_url'].map(
    (field): [string, string] => [field, text(input, field)],
  )
  let shape: Size | undefined
  for (const [field, value] of [...frames, ...elements, ...references]) {
    const checked = value === '' ? {} : checkImage(field, value, uploaded, settings)
    if (isRefusal(checked)) return checked
    if (field === 'image_url' || field === 'start_image_url') shape ??= checked.size
  }
  return shape ? { size: shape } : {}
}
