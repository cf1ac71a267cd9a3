import { type Body, list, type Schema, text } from '../../engine/fields.ts'
import { shotPrompts, shotSeconds, shotsIn } from '../../engine/shots.ts'
import { isRecord } from '../../http/json.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import { checkFields, invalidValue } from './kind.ts'
import { inCells, type Mode, type ModelRow } from './models.ts'

/** A request whose model, mode and length are known; what is left is whether its fields go together. */
export interface Selection {
  readonly op: string
  readonly model: string
  readonly row: ModelRow
  readonly mode: Mode
  readonly seconds: number
  readonly body: Body
  readonly settings: KlingSettings
}

export type Rule = (selection: Selection) => Refusal | undefined

export const lacks = (field: string, { model, mode, seconds }: Selection): Refusal =>
  refuse(1201, `${field} is not supported by model '${model}' with mode '${mode}' and duration '${seconds}'`)

/** A documented field on a model that lacks it. */
export const blank = (field: string, selection: Selection): Refusal | undefined =>
  selection.settings.unsupportedFields === 'ignore' ? undefined : lacks(field, selection)

export const hasSound = (body: Body): boolean => body.sound === 'on'

export const soundRule: Rule = (selection) => {
  const { body, row, mode } = selection
  if (!hasSound(body)) return undefined
  if (!row.sound) return blank('sound', selection)
  // Recorded: sound on kling-v2-6 std is refused in the name of the mode.
  return row.sound.includes(mode) ? undefined : invalidValue('mode', mode)
}

const voiceSchema: Schema = {
  voice_list: {
    type: 'array',
    maxItems: 2,
    items: { type: 'object', properties: { voice_id: { type: 'string', required: true } } },
  },
}

export const voiceRule: Rule = (selection) => {
  const { body, row, mode, op } = selection
  if (list(body, 'voice_list').length === 0) return undefined
  if (row.voices === undefined) return blank('voice_list', selection)
  const mapped = op === 'image2video' && row.voices !== 'unverified'
  const doubted = !mapped && selection.settings.unverifiedVoices === 'refuse'
  if (doubted || (row.voices !== 'unverified' && !row.voices.includes(mode)))
    return lacks('voice_list', selection)
  return (
    checkFields(voiceSchema, body) ??
    (hasSound(body) ? undefined : refuse(1201, "voice_list needs sound 'on'"))
  )
}

export const cfgScaleRule: Rule = (selection) => {
  const { body, row, settings } = selection
  if (body.cfg_scale === undefined || row.cfgScale === true) return undefined
  if (row.cfgScale === undefined) return blank('cfg_scale', selection)
  return settings.unverifiedFields === 'accept' ? undefined : lacks('cfg_scale', selection)
}

export const cameraRule: Rule = (selection) => {
  const { body, row, op, mode, seconds } = selection
  const camera = body.camera_control
  if (!isRecord(camera)) return undefined
  const allowed = row.camera
  if (!allowed || allowed.op !== op || !inCells(allowed.cells, mode, seconds))
    return blank('camera_control', selection)
  if (allowed.types && !allowed.types.includes(String(camera.type))) {
    return invalidValue('camera_control.type', camera.type)
  }
  return checkCamera(camera)
}

const presets = ['down_back', 'forward_up', 'right_turn_forward', 'left_turn_forward']
const axes = ['horizontal', 'vertical', 'pan', 'tilt', 'roll', 'zoom']
const LIMIT = 10

/** Shape of `camera_control`: presets carry no config; `simple` moves along exactly one axis. */
function checkCamera({ type, config }: Body): Refusal | undefined {
  if (presets.includes(String(type))) {
    return config === undefined
      ? undefined
      : refuse(1201, `camera_control.config is not allowed for type '${type}'`)
  }
  if (type !== 'simple') return invalidValue('camera_control.type', type)
  if (!isRecord(config)) return refuse(1201, "camera_control.config cannot be empty for type 'simple'")
  for (const [axis, value] of Object.entries(config)) {
    const inRange = typeof value === 'number' && Math.abs(value) <= LIMIT
    if (!axes.includes(axis) || !inRange) return invalidValue(`camera_control.config.${axis}`, value)
  }
  return Object.values(config).filter((value) => value !== 0).length === 1
    ? undefined
    : refuse(1201, 'camera_control.config must have exactly one value other than 0')
}

const board: Schema = {
  multi_prompt: {
    type: 'array',
    minItems: 1,
    maxItems: 6,
    items: {
      type: 'object',
      properties: {
        prompt: { type: 'string', required: true, minLength: 1, maxLength: 512 },
        duration: { type: 'string', required: true, pattern: /^[1-9]\d?$/ },
      },
    },
  },
}

export const isCustomized = (body: Body): boolean =>
  body.multi_shot === true && body.shot_type === 'customize'

export const multiShotRule: Rule = (selection) =>
  selection.body.multi_shot === true && !selection.row.multiShot ? blank('multi_shot', selection) : undefined

/** The storyboard rules of `multi_shot`, kling-v3 only (V1 page, 2026-03); with an end frame since 2026-05-07 (update log). */
export function checkShots(body: Body, seconds: number): Refusal | undefined {
  if (body.multi_shot !== true) return undefined
  if (body.shot_type === undefined) return refuse(1201, 'shot_type cannot be empty when multi_shot is true')
  if (!isCustomized(body)) return undefined
  const wrong = checkFields(board, { multi_prompt: list(body, 'multi_prompt') })
  if (wrong) return wrong
  const shots = shotsIn(body, 'multi_prompt')
  const misplaced = shots.findIndex(({ index }, position) => index !== position + 1)
  if (misplaced !== -1) return refuse(1201, `multi_prompt[${misplaced}].index must be ${misplaced + 1}`)
  return shotSeconds(shots, 0) === seconds
    ? undefined
    : refuse(1201, 'multi_prompt durations must add up to duration')
}

/** Every text a person wrote into the request, for the content policy and for the picture. */
export const promptsOf = (body: Body): string =>
  isCustomized(body) ? shotPrompts(shotsIn(body, 'multi_prompt')).join(' / ') : text(body, 'prompt')
