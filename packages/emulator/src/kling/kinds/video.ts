import { type Body, documented, firstOf, list, type Schema, text } from '../../engine/fields.ts'
import { aspects, type Size } from '../../engine/pictures.ts'
import { isRecord } from '../../http/json.ts'
import { webURL } from '../../webhooks/address.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import type { Job } from '../task.ts'
import { checkFields, invalidValue } from './kind.ts'
import { type Mode, type ModelRow, type ModelState, models, priceOf } from './models.ts'
import { checkShots, isCustomized, promptsOf, type Rule } from './rules.ts'

const prompt = { type: 'string', maxLength: 2500 } as const

/** Fields of both video paths. */
export const videoFields: Schema = {
  model_name: { type: 'string' },
  model: { type: 'string' },
  prompt,
  negative_prompt: prompt,
  multi_shot: { type: 'boolean' },
  shot_type: { type: 'string', enum: ['customize', 'intelligence'] },
  multi_prompt: { type: 'array' },
  sound: { type: 'string', enum: ['on', 'off'] },
  voice_list: { type: 'array' },
  cfg_scale: { type: 'number', minimum: 0, maximum: 1 },
  mode: { type: 'string', enum: ['std', 'pro', '4k'] },
  camera_control: { type: 'object' },
  duration: { type: 'string' },
  callback_url: { type: 'string' },
  external_task_id: { type: 'string' },
  watermark_info: { type: 'object', properties: { enabled: { type: 'boolean' } } },
}

/** What one of the video paths has of its own. */
export interface VideoPath {
  readonly path: string
  readonly op: string
  readonly product: string
  readonly fields: Schema
  /** Whether a prompt is needed, but for a storyboard. */
  needsPrompt(model: string): boolean
  /** Looks at the pictures; the clip takes its shape from the first whose size is known. */
  checkPictures(body: Body): Refusal | { readonly size?: Size }
  /** The field × model matrix: the first rule that objects wins. */
  readonly rules: readonly Rule[]
}

// The page's default; it has been discontinued since, so leaving the model out fails.
const DEFAULT_MODEL = 'kling-v1'

/** Reads a create body strictly. Checks go from the single field to the model to the combination. */
export function readVideo(path: VideoPath, raw: Body, settings: KlingSettings): Job | Refusal {
  const { op, fields } = path
  const body = coerced(documented(fields, raw), settings)
  const wrongField = checkFields(fields, body) ?? checkCallback(text(body, 'callback_url'))
  if (wrongField) return wrongField

  const model = text(body, 'model_name') || DEFAULT_MODEL
  const row = selectModel(op, model, settings)
  if ('code' in row) return row
  const mode = selectMode(row, body, settings)
  if (typeof mode === 'object') return mode
  const seconds = Number(text(body, 'duration') || '5')
  if (!row.seconds.includes(seconds) || !/^\d+$/.test(String(body.duration ?? '5')))
    return invalidValue('duration', body.duration)

  const picture = path.checkPictures(body)
  if ('code' in picture) return picture
  if (path.needsPrompt(model) && !isCustomized(body) && text(body, 'prompt') === '')
    return refuse(1201, 'prompt cannot be empty')
  const refusal =
    firstOf(path.rules, { op, model, row, mode, seconds, body, settings }) ?? checkShots(body, seconds)
  if (refusal) return refusal

  const { size } = picture
  const sound = body.sound === 'on' && row.sound !== undefined
  const voices = list(body, 'voice_list').length > 0
  return {
    op,
    model,
    mode,
    seconds,
    aspect: size ? size.width / size.height : (aspects[text(body, 'aspect_ratio')] ?? 16 / 9),
    prompt: promptsOf(body),
    frame: text(body, 'image') || text(body, 'image_tail'),
    watermark: isRecord(body.watermark_info) && body.watermark_info.enabled === true,
    milliUnits: priceOf(row, { mode, seconds, sound, voices }),
    request: raw,
  }
}

/** What becomes of a callback that is no URL is not documented; plain http is fine. */
export const checkCallback = (url: string): Refusal | undefined =>
  url === '' || webURL(url) ? undefined : invalidValue('callback_url', url)

function coerced(body: Body, settings: KlingSettings): Body {
  return settings.coerceDuration && typeof body.duration === 'number'
    ? { ...body, duration: String(body.duration) }
    : body
}

/** Whether a model is there still, and on this path. */
export function selectModel(op: string, model: string, settings: KlingSettings): ModelRow | Refusal {
  const row = Object.hasOwn(models, model) ? models[model] : undefined
  if (!row) return invalidValue('model_name', model)
  const gone = checkState(model, row.state, settings)
  if (gone) return gone
  return row.ops.includes(op) ? row : invalidValue('model_name', model)
}

/** Refuses a model that has ended, in the service's own words. */
export function checkState(model: string, state: ModelState, settings: KlingSettings): Refusal | undefined {
  return isGone(settings.modelStates[model] ?? state, settings)
    ? refuse(
        settings.discontinuedCode,
        `The model '${model}' has been discontinued and is no longer available.`,
      )
    : undefined
}

function isGone(state: ModelState, { unverifiedModels }: KlingSettings): boolean {
  if (state === 'ending') return unverifiedModels !== 'accept'
  return state === 'discontinued' || (state === 'unverified' && unverifiedModels === 'refuse')
}

function selectMode(row: ModelRow, body: Body, settings: KlingSettings): Mode | Refusal {
  const sent = text(body, 'mode')
  if (!row.modes) {
    return sent === '' || settings.unsupportedFields === 'ignore' ? 'pro' : invalidValue('mode', sent)
  }
  const mode = row.modes.find((known) => known === (sent || 'std'))
  return mode ?? invalidValue('mode', sent)
}
