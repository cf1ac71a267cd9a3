import { isRecord } from '../http/json.ts'
import { webURL } from '../webhooks/address.ts'
import { type Refusal, refuse } from './errors.ts'
import { type Body, checkFields, documentedFields, invalidValue, list, text } from './fields.ts'
import { checkImage, type Size } from './images.ts'
import { type Mode, type ModelRow, type ModelState, models, priceOf, type VideoOp } from './models.ts'
import type { KlingSettings } from './options.ts'
import { checkShots, isCustomized, promptsOf } from './shots.ts'
import { checkSupport } from './support.ts'

/** A create request that passed every check. */
export interface Job {
  readonly op: VideoOp
  readonly model: string
  readonly mode: Mode
  /** Length of the clip, seconds. */
  readonly seconds: number
  /** Width divided by height. */
  readonly aspect: number
  readonly prompt: string
  readonly externalId?: string
  readonly watermark: boolean
  readonly milliUnits: number
  readonly request: Body
}

// The page's default; it has been discontinued since, so leaving the model out fails.
const DEFAULT_MODEL = 'kling-v1'
const aspects: Readonly<Record<string, number>> = { '16:9': 16 / 9, '9:16': 9 / 16, '1:1': 1 }

/** Reads a create body strictly. Checks go from the single field to the model to the combination. */
export function readJob(op: VideoOp, raw: Body, settings: KlingSettings): Job | Refusal {
  const body = coerced(documentedFields(op, raw), settings)
  const wrongField = checkFields(op, body) ?? checkCallback(text(body, 'callback_url'))
  if (wrongField) return wrongField

  const model = text(body, 'model_name') || DEFAULT_MODEL
  const row = selectModel(op, model, settings)
  if ('code' in row) return row
  const mode = selectMode(row, body, settings)
  if (typeof mode === 'object') return mode
  const seconds = Number(text(body, 'duration') || '5')
  if (!row.seconds.includes(seconds) || !isWholeNumber(body.duration))
    return invalidValue('duration', body.duration)

  const picture = checkPictures(op, body)
  if ('code' in picture) return picture
  const refusal =
    checkPrompt(op, model, body) ??
    checkSupport({ op, model, row, mode, seconds, body, settings }) ??
    checkShots(body, seconds)
  if (refusal) return refusal

  const externalId = text(body, 'external_task_id')
  const sound = body.sound === 'on' && row.sound !== undefined
  const voices = list(body, 'voice_list').length > 0
  const { size } = picture
  return {
    op,
    model,
    mode,
    seconds,
    aspect: size ? size.width / size.height : (aspects[text(body, 'aspect_ratio')] ?? 16 / 9),
    prompt: promptsOf(body),
    ...(externalId === '' ? {} : { externalId }),
    watermark: isRecord(body.watermark_info) && body.watermark_info.enabled === true,
    milliUnits: priceOf(row, { mode, seconds, sound, voices }),
    request: raw,
  }
}

/** What becomes of a callback that is no URL is not documented; plain http is fine. */
const checkCallback = (url: string): Refusal | undefined =>
  url === '' || webURL(url) ? undefined : invalidValue('callback_url', url)

const isWholeNumber = (duration: unknown): boolean =>
  duration === undefined || (typeof duration === 'string' && /^\d+$/.test(duration))

function coerced(body: Body, settings: KlingSettings): Body {
  return settings.coerceDuration && typeof body.duration === 'number'
    ? { ...body, duration: String(body.duration) }
    : body
}

function selectModel(op: VideoOp, model: string, settings: KlingSettings): ModelRow | Refusal {
  const row = Object.hasOwn(models, model) ? models[model] : undefined
  if (!row) return invalidValue('model_name', model)
  const state = settings.modelStates[model] ?? row.state
  if (isGone(state, settings)) {
    const message = `The model '${model}' has been discontinued and is no longer available.`
    return refuse(settings.discontinuedCode, message)
  }
  return row.ops.includes(op) ? row : invalidValue('model_name', model)
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

function checkPrompt(op: VideoOp, model: string, body: Body): Refusal | undefined {
  // On image2video only kling-v3 insists on a prompt.
  const needed = op === 'text2video' || model === 'kling-v3'
  return needed && !isCustomized(body) && text(body, 'prompt') === ''
    ? refuse(1201, 'prompt cannot be empty')
    : undefined
}

/** The clip takes its shape from the start frame, or from the end frame where that is alone. */
function checkPictures(op: VideoOp, body: Body): Refusal | { readonly size?: Size } {
  if (op !== 'image2video') return {}
  if (text(body, 'image') === '' && text(body, 'image_tail') === '') {
    return refuse(1201, 'image and image_tail cannot both be empty')
  }
  const sizes: Size[] = []
  for (const field of ['image', 'image_tail']) {
    const value = text(body, field)
    const checked = value === '' ? {} : checkImage(field, value)
    if ('code' in checked) return checked
    if (checked.size) sizes.push(checked.size)
  }
  const [size] = sizes
  return size ? { size } : {}
}
