import { isRecord } from '../http/json.ts'
import { checkCamera } from './camera.ts'
import { invalid, type Refusal } from './errors.ts'
import { type Body, list, text } from './fields.ts'
import type { PiapiSettings } from './options.ts'
import { checkShots, hasShots } from './shots.ts'
import type { VersionRow } from './versions.ts'

/** A create whose version, mode and length are known; what is left is whether its fields go together. */
export interface Selection {
  readonly version: string
  readonly row: VersionRow
  readonly input: Body
  readonly settings: PiapiSettings
}

type Rule = (selection: Selection) => Refusal | undefined

const lacks = (field: string, { version }: Selection): Refusal =>
  invalid(field, `is not supported by version ${version}`)

const audioRule: Rule = (selection) =>
  selection.input.enable_audio === true && !selection.row.audio ? lacks('enable_audio', selection) : undefined

const shotsRule: Rule = (selection) => {
  const { input, row } = selection
  if (row.shots) return checkShots(input)
  if (hasShots(input)) return lacks('multi_shots', selection)
  return input.prefer_multi_shots === true ? lacks('prefer_multi_shots', selection) : undefined
}

const MAX_ELEMENTS = 4

const elementsRule: Rule = (selection) => {
  const { input, row } = selection
  const elements = list(input, 'elements')
  if (elements.length === 0) return undefined
  if (!row.elements) return lacks('elements', selection)
  if (elements.length > MAX_ELEMENTS) return invalid('elements', `holds more than ${MAX_ELEMENTS} items`)
  if (text(input, 'image_url') !== '') return invalid('elements', 'replaces image_url')
  const whole = elements.every((element) => isRecord(element) && typeof element.image_url === 'string')
  return whole ? undefined : invalid('elements', 'must hold objects with image_url')
}

const tailRule: Rule = ({ input }) =>
  text(input, 'image_tail_url') !== '' && text(input, 'image_url') === ''
    ? invalid('image_tail_url', 'needs image_url')
    : undefined

const textOnlyRule: Rule = ({ input, settings }) => {
  if (settings.textOnlyFields === 'accept' || text(input, 'image_url') === '') return undefined
  const sent = ['aspect_ratio', 'camera_control'].find(
    (field) => input[field] !== undefined && input[field] !== '',
  )
  return sent === undefined ? undefined : invalid(sent, 'is not accepted with image_url')
}

const promptRule: Rule = ({ input }) =>
  hasShots(input) || text(input, 'prompt').trim() !== '' || text(input, 'image_url') !== ''
    ? undefined
    : invalid('prompt', 'is required')

const rules: readonly Rule[] = [
  promptRule,
  tailRule,
  elementsRule,
  audioRule,
  shotsRule,
  textOnlyRule,
  ({ input }) => checkCamera(input),
]

export function checkRules(selection: Selection): Refusal | undefined {
  for (const rule of rules) {
    const refusal = rule(selection)
    if (refusal) return refusal
  }
  return undefined
}
