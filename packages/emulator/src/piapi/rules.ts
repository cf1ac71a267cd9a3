import { isRecord } from '../http/json.ts'
import { checkCamera } from './camera.ts'
import { invalid, type Refusal } from './errors.ts'
import { type Body, list, text } from './fields.ts'
import type { PiapiSettings } from './options.ts'
import { checkShots, hasShots } from './shots.ts'
import type { TaskType, VersionRow } from './versions.ts'

/** A create whose version, mode and length are known; what is left is whether its fields go together. */
export interface Selection {
  readonly taskType: TaskType
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

const tailRule: Rule = ({ input }) => {
  const pairs = [
    ['image_tail_url', 'image_url'],
    ['end_image_url', 'start_image_url'],
  ] as const
  const [end, start] =
    pairs.find(([last, first]) => text(input, last) !== '' && text(input, first) === '') ?? []
  return end && start ? invalid(end, `needs ${start}`) : undefined
}

const imagesRule: Rule = ({ input, row: { images: most = 0 } }) => {
  const images = list(input, 'images')
  if (images.length > most) return invalid('images', `holds more than ${most} items`)
  return images.every((url) => typeof url === 'string') ? undefined : invalid('images', 'must hold URLs')
}

/** One start image, and no more, is what the task type of Kling 4.0 is for. */
const startRule: Rule = ({ taskType, input }) =>
  taskType === 'image_to_video' && text(input, 'image_url') === ''
    ? invalid('image_url', 'is required')
    : undefined

const ratioRule: Rule = ({ input, row, version }) =>
  text(input, 'aspect_ratio') === '21:9' && !row.newest
    ? invalid('aspect_ratio', `'21:9' is not allowed by version ${version}`)
    : undefined

const textOnlyRule: Rule = ({ input, settings }) => {
  if (settings.textOnlyFields === 'accept' || text(input, 'image_url') === '') return undefined
  const sent = ['aspect_ratio', 'camera_control'].find(
    (field) => input[field] !== undefined && input[field] !== '',
  )
  return sent === undefined ? undefined : invalid(sent, 'is not accepted with image_url')
}

const startOf = (input: Body): string => text(input, 'image_url') || text(input, 'start_image_url')

const promptRule: Rule = ({ input, row }) =>
  hasShots(input) || text(input, 'prompt').trim() !== '' || (!row.newest && startOf(input) !== '')
    ? undefined
    : invalid('prompt', 'is required')

const rules: readonly Rule[] = [
  promptRule,
  startRule,
  tailRule,
  imagesRule,
  ratioRule,
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
