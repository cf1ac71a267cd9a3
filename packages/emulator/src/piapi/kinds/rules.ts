import { type Body, list, type Schema, text } from '../../engine/fields.ts'
import { shotPrompts, shotSeconds, shotsIn } from '../../engine/shots.ts'
import { isRecord } from '../../http/json.ts'
import type { PiapiSettings } from '../options.ts'
import { invalid, type Refusal } from '../tables.ts'
import { checkFields } from './kind.ts'
import type { VersionRow } from './versions.ts'

/** A create whose version, mode and length are known; what is left is whether its fields go together. */
export interface Selection {
  readonly version: string
  readonly row: VersionRow
  readonly input: Body
  readonly settings: PiapiSettings
}

export type Rule = (selection: Selection) => Refusal | undefined

const lacks = (field: string, { version }: Selection): Refusal =>
  invalid(field, `is not supported by version ${version}`)

export const startOf = (input: Body): string => text(input, 'image_url') || text(input, 'start_image_url')

export const promptRule: Rule = ({ input, row }) =>
  hasShots(input) || text(input, 'prompt').trim() !== '' || (!row.newest && startOf(input) !== '')
    ? undefined
    : invalid('prompt', 'is required')

export const ratioRule: Rule = ({ input, row, version }) =>
  text(input, 'aspect_ratio') === '21:9' && !row.newest
    ? invalid('aspect_ratio', `'21:9' is not allowed by version ${version}`)
    : undefined

export const audioRule: Rule = (selection) =>
  selection.input.enable_audio === true && !selection.row.audio ? lacks('enable_audio', selection) : undefined

// Caps of public clients, 2026; the page names none.
const MAX_SECONDS = 15
const MAX_PROMPT = 2500
const board: Schema = {
  multi_shots: {
    type: 'array',
    maxItems: 6,
    items: {
      type: 'object',
      properties: {
        prompt: { type: 'string', required: true, minLength: 1 },
        duration: { type: 'integer', required: true, minimum: 1, maximum: 14 },
      },
    },
  },
}

export const hasShots = (input: Body): boolean => list(input, 'multi_shots').length > 0

/** The text that counts: of the shots where there are any, else the prompt. */
export const promptsOf = (input: Body): string =>
  hasShots(input) ? shotPrompts(shotsIn(input, 'multi_shots')).join(' / ') : text(input, 'prompt')

function checkShots(input: Body): Refusal | undefined {
  const wrong = checkFields(board, { multi_shots: list(input, 'multi_shots') })
  if (wrong) return wrong
  if (shotSeconds(shotsIn(input, 'multi_shots'), 0) > MAX_SECONDS)
    return invalid('multi_shots', `last longer than ${MAX_SECONDS} s`)
  return promptsOf(input).length > MAX_PROMPT
    ? invalid('multi_shots', `hold more than ${MAX_PROMPT} characters`)
    : undefined
}

export const shotsRule: Rule = (selection) => {
  const { input, row } = selection
  if (row.shots) return checkShots(input)
  if (hasShots(input)) return lacks('multi_shots', selection)
  return input.prefer_multi_shots === true ? lacks('prefer_multi_shots', selection) : undefined
}

const cast: Schema = {
  elements: {
    type: 'array',
    maxItems: 4,
    items: { type: 'object', properties: { image_url: { type: 'string', required: true } } },
  },
}

export const elementsRule: Rule = (selection) => {
  const { input, row } = selection
  if (list(input, 'elements').length === 0) return undefined
  if (!row.elements) return lacks('elements', selection)
  if (text(input, 'image_url') !== '') return invalid('elements', 'replaces image_url')
  return checkFields(cast, input)
}

export const tailRule: Rule = ({ input }) => {
  const pairs = [
    ['image_tail_url', 'image_url'],
    ['end_image_url', 'start_image_url'],
  ] as const
  const [end, start] =
    pairs.find(([last, first]) => text(input, last) !== '' && text(input, first) === '') ?? []
  return end && start ? invalid(end, `needs ${start}`) : undefined
}

export const textOnlyRule: Rule = ({ input, settings }) => {
  if (settings.textOnlyFields === 'accept' || text(input, 'image_url') === '') return undefined
  const sent = ['aspect_ratio', 'camera_control'].find(
    (field) => input[field] !== undefined && input[field] !== '',
  )
  return sent === undefined ? undefined : invalid(sent, 'is not accepted with image_url')
}

/** The guide to 4.0 (2026-11) lists none of these, also where the form has them for older versions. */
const olderFields = ['negative_prompt', 'cfg_scale', 'camera_control', 'motion_brush', 'prefer_multi_shots']

export const newestRule: Rule = (selection) => {
  const { input, row, settings } = selection
  if (!row.newest || settings.unsupportedFields === 'ignore') return undefined
  const sent = olderFields.find((field) => ![undefined, null, '', false].includes(input[field] as never))
  return sent === undefined ? undefined : lacks(sent, selection)
}

const axes = ['horizontal', 'vertical', 'pan', 'tilt', 'roll', 'zoom']
// The extremes seen in samples; the range itself is not documented.
const axis = { type: 'number', minimum: -10, maximum: 10 } as const
const camera: Schema = {
  camera_control: {
    type: 'object',
    properties: {
      type: { type: 'string', required: true, enum: ['simple'] },
      config: {
        type: 'object',
        required: true,
        properties: Object.fromEntries(axes.map((name) => [name, axis])),
      },
    },
  },
}

/** Shape of `camera_control`: one type, numbers on known axes. */
export const cameraRule: Rule = ({ input }) => {
  const { camera_control: sent } = input
  if (!isRecord(sent)) return undefined
  const wrong = checkFields(camera, input)
  if (wrong) return wrong
  const unknown = isRecord(sent.config) && Object.keys(sent.config).find((name) => !axes.includes(name))
  return unknown ? invalid(`camera_control.config.${unknown}`, 'is unknown') : undefined
}

export const imagesRule: Rule = ({ input, row: { images: most = 0 } }) =>
  checkFields({ images: { type: 'array', maxItems: most, items: { type: 'string' } } }, input)

/** The videos that a prompt may speak of: `videos`, or `video` where there is one. */
export const videosOf = (input: Body): readonly string[] =>
  [...list(input, 'videos'), text(input, 'video')].filter(
    (url) => typeof url === 'string' && url !== '',
  ) as string[]

const isURL = (value: unknown): boolean =>
  typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value)

/** Videos and sounds to take up, of the versions that take them. */
export const recordingsRule: Rule = (selection) => {
  const { input, row } = selection
  const [listed, sounds] = [list(input, 'videos'), list(input, 'audio_urls')]
  const field = listed.length > 0 ? 'videos' : 'video'
  // An item that is no address is none of a list either.
  const films = listed.length > 0 ? listed : videosOf(input)
  if (films.length > 0 && !row.videos) return lacks(field, selection)
  if (sounds.length > 0 && !row.sounds) return lacks('audio_urls', selection)
  if (listed.length > 0 && text(input, 'video') !== '') return invalid('video', 'or videos, not both')
  const { videos: most = 0, sounds: mostSounds = 0 } = row
  const strange = [
    [field, films, most],
    ['audio_urls', sounds, mostSounds],
  ] as const
  for (const [name, urls, limit] of strange) {
    if (urls.length > limit) return invalid(name, `holds more than ${limit} items`)
    const at = urls.findIndex((url) => !isURL(url))
    if (at >= 0) return invalid(name === 'video' ? name : `${name}[${at}]`, 'must be a URL')
  }
  return undefined
}
