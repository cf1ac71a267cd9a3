import { type Body, documented, firstOf, list, type Schema, text } from '../../engine/fields.ts'
import { aspects, bytesOfStrictBase64, type Size, shortSide, sizeOf } from '../../engine/pictures.ts'
import { secondsOf } from '../../engine/recordings.ts'
import { shotSeconds, shotsIn } from '../../engine/shots.ts'
import { isRecord, stringAt } from '../../http/json.ts'
import { invalid, isRefusal, type Refusal } from '../tables.ts'
import type { Job } from '../task.ts'
import { checkFields, type PiapiKind, type Sent, type Uploaded } from './kind.ts'
import { hasShots, promptsOf, type Selection, startOf, videosOf } from './rules.ts'
import { type Mode, priceOf, type VersionRow, type Versions } from './versions.ts'

/** What one task type that makes clips has of its own. */
export interface VideoType {
  readonly taskType: string
  readonly fields: Readonly<Record<string, Schema>>
  readonly versions: Versions
  readonly rules: readonly ((selection: Selection) => Refusal | undefined)[]
}

/** Fields of every input that makes a clip. */
export const clipFields: Schema = {
  prompt: { type: 'string', maxLength: 2500 },
  duration: { type: 'integer' },
  // The last one is Kling 4.0's (unverified here); a rule keeps it from the others.
  aspect_ratio: { type: 'string', enum: ['16:9', '9:16', '1:1', '21:9'] },
  version: { type: 'string' },
}

export const modeField: Schema = { mode: { type: 'string', enum: ['std', 'pro'] } }

const TURBO_VERSION = '2.5-turbo'
const DEFAULT_SECONDS = 5

export const videoKind = (type: VideoType): PiapiKind => ({
  ...type,
  read: (sent) => readVideo(type, sent),
})

function readVideo({ taskType, fields, versions, rules }: VideoType, sent: Sent): Job | Refusal {
  const { raw, model, settings, uploaded } = sent
  const schema = fields[model] ?? {}
  const input = documented(schema, sent.input)
  const wrong = checkFields(schema, input) ?? checkConfig(raw.config)
  if (wrong) return wrong

  const version = text(input, 'version') || (model === 'kling' ? settings.defaultVersion : TURBO_VERSION)
  const row = selectVersion(versions, version, sent)
  if (isRefusal(row)) return row
  const size = row.sized ? 'resolution' : 'mode'
  const mode = selectMode(row, text(input, size))
  if (!mode) return invalid(size, `is not supported by version ${version}`)
  if (row.newest && stringAt(raw.config, 'service_mode') !== 'public') {
    return invalid('config.service_mode', `must be public for version ${version}`)
  }
  const seconds = selectSeconds(row, input)
  if (seconds === undefined) return invalid('duration')
  const refusal = firstOf(rules, { version, row, input, settings })
  if (refusal) return refusal
  const picture = checkPictures(input, uploaded, settings.dataURIs)
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
    startImage: startOf(input),
    references: referencesOf(input).map(([, url]) => url),
    output: row.output,
    microUsd: priceOf(row, {
      mode,
      seconds,
      audio: input.enable_audio === true,
      ...inputOf(input, uploaded),
    }),
    input,
    request: raw,
  }
}

/** Taken for a video that nothing here can read. */
const USUAL_SECONDS = 5

function inputOf(input: Body, uploaded: Uploaded): { readonly input?: number } {
  const videos = videosOf(input)
  if (videos.length === 0) return {}
  const lengths = videos.map((url) => {
    const bytes = uploaded(url)
    return (bytes && secondsOf(bytes)) ?? USUAL_SECONDS
  })
  return { input: lengths.reduce((sum, seconds) => sum + seconds, 0) }
}

const configFields: Schema = {
  config: {
    type: 'object',
    properties: {
      webhook_config: {
        type: 'object',
        properties: { endpoint: { type: 'string', pattern: /^(https?:\/\/|$)/ }, secret: { type: 'string' } },
      },
    },
  },
}
const serviceModes: readonly unknown[] = ['public', 'private', '', undefined, null]

/** Shape of `config`: the pool to use, and where to report to. */
export function checkConfig(config: unknown): Refusal | undefined {
  const wrong = checkFields(configFields, { config })
  if (wrong) return wrong
  return isRecord(config) && !serviceModes.includes(config.service_mode)
    ? invalid('config.service_mode')
    : undefined
}

function selectVersion(versions: Versions, version: string, { model, settings }: Sent): VersionRow | Refusal {
  const row = Object.hasOwn(versions, version) ? versions[version] : undefined
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
  if (row.shots && hasShots(input)) return shotSeconds(shotsIn(input, 'multi_shots'), 0)
  const seconds = input.duration ?? (row.newest ? undefined : DEFAULT_SECONDS)
  return row.seconds.find((known) => known === seconds)
}

// Field descriptions of `image_url` and `image_tail_url`, 2024 to 2026.
const MAX_BYTES = 10 * 1024 * 1024
const MIN_SIDE = 300

/**
 * An image field holds a URL. Only a picture that was uploaded here, or came as a data URI where those are
 * accepted, is looked at; nothing is fetched.
 */
export function checkImage(
  field: string,
  value: string,
  uploaded: Uploaded,
  dataURIs: 'refuse' | 'accept',
): Refusal | { readonly size?: Size } {
  if (value.startsWith('data:')) {
    if (dataURIs === 'refuse') return invalid(field, 'must be a URL')
    const bytes = bytesOfStrictBase64(value.slice(value.indexOf(',') + 1))
    return bytes ? checkBytes(field, bytes) : invalid(field, 'is not base64')
  }
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return invalid(field, 'must be a URL')
  const bytes = uploaded(value)
  return bytes ? checkBytes(field, bytes) : {}
}

function checkBytes(field: string, bytes: Uint8Array): Refusal | { readonly size: Size } {
  if (bytes.length > MAX_BYTES) return invalid(field, 'file size: maximum is 10mb')
  const size = sizeOf(bytes)
  if (!size) return invalid(field, 'is not a picture')
  return shortSide(size) > MIN_SIDE
    ? { size }
    : invalid(field, `must be wider and taller than ${MIN_SIDE} px`)
}

/** Pictures that a prompt speaks of, each with its field. */
function referencesOf(input: Body): readonly [field: string, url: string][] {
  const elements = list(input, 'elements').flatMap((element, position): [string, string][] =>
    isRecord(element) ? [[`elements[${position}].image_url`, text(element, 'image_url')]] : [],
  )
  const images = list(input, 'images').map((url, position): [string, string] => [
    `images[${position}]`,
    typeof url === 'string' ? url : '',
  ])
  return [...elements, ...images]
}

/** The clip takes its shape from the start frame, where that can be looked at. */
function checkPictures(
  input: Body,
  uploaded: Uploaded,
  dataURIs: 'refuse' | 'accept',
): Refusal | { readonly size?: Size } {
  const frames = ['image_url', 'start_image_url', 'image_tail_url', 'end_image_url'].map(
    (field): [string, string] => [field, text(input, field)],
  )
  let shape: Size | undefined
  for (const [field, value] of [...frames, ...referencesOf(input)]) {
    const checked = value === '' ? {} : checkImage(field, value, uploaded, dataURIs)
    if (isRefusal(checked)) return checked
    if (field === 'image_url' || field === 'start_image_url') shape ??= checked.size
  }
  return shape ? { size: shape } : {}
}
