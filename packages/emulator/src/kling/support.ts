import { isRecord } from '../http/json.ts'
import { checkCamera } from './camera.ts'
import { type Refusal, refuse } from './errors.ts'
import { type Body, invalidValue, list, text } from './fields.ts'
import { checkMasks } from './masks.ts'
import { inCells, type Mode, type ModelRow, type VideoOp } from './models.ts'
import type { KlingSettings } from './options.ts'

/** A request whose model, mode and length are known; what is left is whether its fields go together. */
export interface Selection {
  readonly op: VideoOp
  readonly model: string
  readonly row: ModelRow
  readonly mode: Mode
  readonly seconds: number
  readonly body: Body
  readonly settings: KlingSettings
}

type Rule = (selection: Selection) => Refusal | undefined

const lacks = (field: string, { model, mode, seconds }: Selection): Refusal =>
  refuse(1201, `${field} is not supported by model '${model}' with mode '${mode}' and duration '${seconds}'`)

/** A documented field on a model that lacks it. */
const blank = (field: string, selection: Selection): Refusal | undefined =>
  selection.settings.unsupportedFields === 'ignore' ? undefined : lacks(field, selection)

const unverified = (field: string, selection: Selection): Refusal | undefined =>
  selection.settings.unverifiedFields === 'accept' ? undefined : lacks(field, selection)

const hasSound = (body: Body): boolean => body.sound === 'on'
const hasMasks = (body: Body): boolean =>
  text(body, 'static_mask') !== '' || list(body, 'dynamic_masks').length > 0

const soundRule: Rule = (selection) => {
  const { body, row, mode } = selection
  if (!hasSound(body)) return undefined
  if (!row.sound) return blank('sound', selection)
  // Recorded: sound on kling-v2-6 std is refused in the name of the mode.
  return row.sound.includes(mode) ? undefined : invalidValue('mode', mode)
}

const voiceRule: Rule = (selection) => {
  const { body, row, mode, op } = selection
  const voices = list(body, 'voice_list')
  if (voices.length === 0) return undefined
  if (row.voices === undefined) return blank('voice_list', selection)
  const mapped = op === 'image2video' && row.voices !== 'unverified'
  const doubted = !mapped && selection.settings.unverifiedVoices === 'refuse'
  if (doubted || (row.voices !== 'unverified' && !row.voices.includes(mode)))
    return lacks('voice_list', selection)
  if (voices.length > 2) return refuse(1201, 'voice_list must not hold more than 2 voices')
  if (!voices.every((voice) => isRecord(voice) && typeof voice.voice_id === 'string')) {
    return refuse(1201, 'voice_list[].voice_id must be of type string')
  }
  return hasSound(body) ? undefined : refuse(1201, "voice_list needs sound 'on'")
}

const cfgScaleRule: Rule = (selection) => {
  const { body, row } = selection
  if (body.cfg_scale === undefined || row.cfgScale === true) return undefined
  return row.cfgScale === 'unverified' ? unverified('cfg_scale', selection) : blank('cfg_scale', selection)
}

const cameraRule: Rule = (selection) => {
  const { body, row, op, mode, seconds } = selection
  const camera = body.camera_control
  if (!isRecord(camera)) return undefined
  const allowed = row.camera
  if (!allowed || allowed.op !== op || !inCells(allowed.cells, mode, seconds))
    return blank('camera_control', selection)
  if (allowed.types && !allowed.types.includes(String(camera.type))) {
    return invalidValue('camera_control.type', camera.type)
  }
  return checkCamera(body)
}

const maskRule: Rule = (selection) => {
  const { body, row, mode, seconds } = selection
  if (!hasMasks(body)) return undefined
  return inCells(row.masks, mode, seconds) ? checkMasks(body) : blank('static_mask', selection)
}

const endFrameRule: Rule = (selection) => {
  const { body, row, mode, seconds } = selection
  if (text(body, 'image_tail') === '') return undefined
  // An end frame changes the paid picture, so it is refused even where other blanks are ignored.
  const cells = text(body, 'image') === '' ? row.endOnly : row.startAndEnd
  if (!inCells(cells, mode, seconds)) return lacks('image_tail', selection)
  return row.endFrameSilent && hasSound(body) ? refuse(1201, "image_tail needs sound 'off'") : undefined
}

const exclusiveRule: Rule = ({ body }) => {
  const groups = [text(body, 'image_tail') !== '', hasMasks(body), isRecord(body.camera_control)]
  return groups.filter(Boolean).length > 1
    ? refuse(1201, 'image_tail, static_mask/dynamic_masks and camera_control exclude each other')
    : undefined
}

const multiShotRule: Rule = (selection) =>
  selection.body.multi_shot === true && !selection.row.multiShot ? blank('multi_shot', selection) : undefined

const elementRule: Rule = (selection) => {
  const { body, row } = selection
  const elements = list(body, 'element_list')
  if (elements.length === 0) return undefined
  if (!row.elements) return blank('element_list', selection)
  if (elements.length > row.elements)
    return refuse(1201, `element_list must not hold more than ${row.elements} elements`)
  // A JSON long in V1; JSON.parse may round it, which is harmless here.
  if (!elements.every((element) => isRecord(element) && typeof element.element_id === 'number')) {
    return refuse(1201, 'element_list[].element_id must be of type long')
  }
  return list(body, 'voice_list').length > 0
    ? refuse(1201, 'element_list and voice_list exclude each other')
    : undefined
}

const rules: readonly Rule[] = [
  soundRule,
  voiceRule,
  cfgScaleRule,
  exclusiveRule,
  cameraRule,
  maskRule,
  multiShotRule,
  elementRule,
  endFrameRule,
]

/** The field × model matrix: the first rule that objects wins. */
export function checkSupport(selection: Selection): Refusal | undefined {
  for (const rule of rules) {
    const refusal = rule(selection)
    if (refusal) return refusal
  }
  return undefined
}
