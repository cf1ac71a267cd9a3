import { isRecord } from '../http/json.ts'
import { checkConfig } from './config.ts'
import { invalid, isRefusal, type Refusal } from './errors.ts'
import { type Body, checkFields, documentedFields, list, text, unsupportedKeys } from './fields.ts'
import { checkImage, type Size, type Uploaded } from './images.ts'
import type { PiapiSettings } from './options.ts'
import { checkRules } from './rules.ts'
import { hasShots, promptsOf, shotSeconds } from './shots.ts'
import { type Mode, type PiapiModel, priceOf, type VersionRow, versions } from './versions.ts'

/** A create request that passed every check. */
export interface Job {
  readonly model: PiapiModel
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
  /** The documented fields of `input`, as sent. */
  readonly input: Body
  readonly request: Body
}

const TURBO_VERSION = '2.5-turbo'
const DEFAULT_SECONDS = 5
const aspects: Readonly<Record<string, number>> = { '16:9': 16 / 9, '9:16': 9 / 16, '1:1': 1 }

// Documented for this service, not served here.
const otherTaskTypes = [
  'omni_video_generation',
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
  if (type !== 'video_generation') {
    const known = typeof type === 'string' && otherTaskTypes.includes(type)
    return invalid('task_type', known ? `${type} is not emulated` : undefined)
  }
  if (!isRecord(sent)) return invalid('input', 'must be of type object')
  const [unsupported] = settings.unsupportedFields === 'refuse' ? unsupportedKeys(model, sent) : []
  if (unsupported !== undefined) return invalid(unsupported, `is not supported by model ${model}`)
  const input = documentedFields(model, sent)
  const wrong = checkFields(model, input) ?? checkConfig(raw.config)
  if (wrong) return wrong

  const version = text(input, 'version') || (model === 'kling' ? settings.defaultVersion : TURBO_VERSION)
  const row = selectVersion(model, version, settings)
  if (isRefusal(row)) return row
  const mode = selectMode(row, text(input, 'mode'))
  if (!mode) return invalid('mode', `is not supported by version ${version}`)
  const seconds = selectSeconds(row, input)
  if (seconds === undefined) return invalid('duration')
  const refusal = checkRules({ version, row, input, settings })
  if (refusal) return refusal
  const picture = checkPictures(input, uploaded, settings)
  if (isRefusal(picture)) return picture

  const { size } = picture
  return {
    model,
    version,
    mode,
    seconds,
    aspect: size ? size.width / size.height : (aspects[text(input, 'aspect_ratio')] ?? 16 / 9),
    prompt: promptsOf(input),
    startImage: text(input, 'image_url'),
    microUsd: priceOf(row, { mode, seconds, audio: input.enable_audio === true }),
    input,
    request: raw,
  }
}

function selectVersion(model: PiapiModel, version: string, settings: PiapiSettings): VersionRow | Refusal {
  const row = Object.hasOwn(versions, version) ? versions[version] : undefined
  if (row?.model !== model) return invalid('version', `'${version}' is not allowed`)
  if (row.state === 'unverified' && settings.unverifiedVersions === 'refuse') {
    return invalid('version', `'${version}' is not available`)
  }
  return model === 'kling' ? row : { ...row, modes: settings.turboModes }
}

/** A mode that was left out is the first one the version has. */
const selectMode = (row: VersionRow, sent: string): Mode | undefined =>
  row.modes.find((mode) => sent === '' || mode === sent)

/** A storyboard brings its own length, and `duration` counts for nothing then. */
function selectSeconds(row: VersionRow, input: Body): number | undefined {
  if (row.shots && hasShots(input)) return shotSeconds(input)
  const seconds = input.duration ?? DEFAULT_SECONDS
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
  const frames = ['image_url', 'image_tail_url'].map((field): [string, string] => [field, text(input, field)])
  let shape: Size | undefined
  for (const [field, value] of [...frames, ...elements]) {
    const checked = value === '' ? {} : checkImage(field, value, uploaded, settings)
    if (isRefusal(checked)) return checked
    if (field === 'image_url') shape = checked.size
  }
  return shape ? { size: shape } : {}
}
