import {
  type Offer,
  type Problem,
  problem,
  type Subject,
  type VideoKind,
  type Warning,
} from '@reelay/core/adapter'
import { isRecord, multiShot, optionProblem, type Rule } from './video-shots.ts'

// Capability map of the official pages, 2026-02: the motion brush works on 5 s clips of these only.
const brushed = (offer: Offer): boolean =>
  offer.model === 'kling-v1' || (offer.model === 'kling-v1-5' && offer.mode === 'pro')
const brushSeconds = 5
const mostMasks = 6
const fewestPoints = 2
const mostPoints = 77

function maskProblem(path: string, value: unknown): Problem | false {
  const fix = 'Pass a public URL, or plain base64.'
  if (typeof value !== 'string' || value === '') {
    return optionProblem(path, 'type', `${path} must be a URL or base64 text.`, fix)
  }
  return value.startsWith('data:') && optionProblem(path, 'type', `${path} has a data: prefix.`, fix)
}

const isPoint = (value: unknown): boolean =>
  isRecord(value) && Number.isInteger(value.x) && Number.isInteger(value.y)

function dynamicMask(item: unknown, index: number): readonly (Problem | false)[] {
  const path = `dynamic_masks.${index}`
  if (!isRecord(item)) {
    return [optionProblem(path, 'type', `${path} must be an object.`, 'Pass { mask, trajectories }.')]
  }
  const { mask, trajectories: points } = item
  const wrong =
    !Array.isArray(points) ||
    points.length < fewestPoints ||
    points.length > mostPoints ||
    !points.every(isPoint)
  const message = `${path}.trajectories must be ${fewestPoints} to ${mostPoints} points in whole pixels.`
  return [
    maskProblem(`${path}.mask`, mask),
    wrong && optionProblem(`${path}.trajectories`, 'range', message, 'Pass points as { x, y }.'),
  ]
}

/** The motion brush: where it works, and what its masks look like (image-to-video page, 2026-02). */
export const brush: Rule = ({ request, offer, options, duration }) => {
  const { static_mask: still, dynamic_masks: moving } = options
  const [key] = ['static_mask', 'dynamic_masks'].filter((name) => options[name] !== undefined)
  if (key === undefined) return []
  if (request.kind !== 'image-to-video' || !brushed(offer)) {
    const message = `${offer.model} ${offer.mode} has no motion brush for ${request.kind}.`
    return [optionProblem(key, 'unsupported', message, 'Leave it out; kling-v1-5 in pro has one at 5 s.')]
  }
  const count = Array.isArray(moving) ? moving.length : 0
  const countMessage = `dynamic_masks must be an array of 1 to ${mostMasks} masks.`
  return [
    duration !== brushSeconds &&
      optionProblem(key, 'conflict', 'The motion brush works at 5 s only.', 'Use a duration of 5.'),
    request.startImage === undefined &&
      optionProblem(key, 'conflict', 'The motion brush paints on the start image.', 'Set startImage.'),
    still !== undefined && maskProblem('static_mask', still),
    moving !== undefined &&
      (count < 1 || count > mostMasks) &&
      optionProblem('dynamic_masks', 'range', countMessage, `Pass 1 to ${mostMasks} masks.`),
    ...(Array.isArray(moving) ? moving.flatMap(dynamicMask) : []),
  ]
}

const mostElements = 3

/** Whatever has settings of the caller's own for Kling. */
export interface OwnOptions {
  readonly options: Readonly<Record<string, unknown>>
}

// A JSON long that may exceed 2^53, beyond which JavaScript has already rounded a number; digits as text are written as one.
const isElementId = (value: unknown): boolean =>
  typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && /^\d+$/.test(value)

/** Elements in kling-v3 image-to-video (image-to-video page, 2026-03). */
export const elements: Rule = ({ request, offer, options: { element_list: list } }) => {
  if (list === undefined) return []
  if (request.kind !== 'image-to-video' || offer.model !== 'kling-v3') {
    const message = `${offer.model} takes no elements for ${request.kind}.`
    return [
      optionProblem('element_list', 'unsupported', message, 'Leave it out, or use kling-v3 image-to-video.'),
    ]
  }
  return elementProblems(list, mostElements)
}

/** What is wrong with a list of so many elements. */
export function elementProblems(list: unknown, most: number): readonly (Problem | false)[] {
  if (!Array.isArray(list) || list.length < 1 || list.length > most) {
    const message = `element_list must be an array of 1 to ${most} elements.`
    return [optionProblem('element_list', 'range', message, `Pass 1 to ${most} elements.`)]
  }
  return list.map((item, index) => {
    const path = `element_list.${index}.element_id`
    const fix = 'Pass the id as the provider wrote it; as text if it is longer than 15 digits.'
    return (
      !(isRecord(item) && isElementId(item.element_id)) &&
      optionProblem(path, 'type', `${path} must be a whole number that was not rounded.`, fix)
    )
  })
}

/** The visible watermark is asked for by an object; tables of early 2026 call it an array, every example is none. */
export const watermark = ({
  options: { watermark_info: value },
}: OwnOptions): readonly (Problem | false)[] => [
  value !== undefined &&
    !(isRecord(value) && typeof value.enabled === 'boolean') &&
    optionProblem(
      'watermark_info',
      'type',
      'watermark_info must be an object with a boolean.',
      'Pass { enabled: true }.',
    ),
]

/** End image, motion brush and camera control shut each other out (image-to-video page, 2026-02). */
export const exclusive: Rule = ({ request, options }) => {
  const used = [
    request.kind === 'image-to-video' && request.endImage !== undefined && 'endImage',
    options.static_mask !== undefined && 'providerOptions.kling.static_mask',
    options.static_mask === undefined &&
      options.dynamic_masks !== undefined &&
      'providerOptions.kling.dynamic_masks',
    request.cameraControl !== undefined && 'cameraControl',
  ].filter((field) => field !== false)
  const [first, ...others] = used
  return others.map((field) =>
    problem(field, 'conflict', `${field} cannot be combined with ${first}.`, 'Keep one of them.'),
  )
}

const rules: readonly Rule[] = [brush, exclusive, multiShot, elements, watermark]

/** The rules across fields that the catalogue's limits cannot say. */
export function check(subject: Subject<VideoKind>): readonly Problem[] {
  // All others are about Kling's own keys.
  const asked = Object.keys(subject.options).length === 0 ? [exclusive] : rules
  return asked.flatMap((rule) => rule(subject)).filter((found) => !!found)
}

/** Whether the shots bring their own prompts, so that the request's prompt may be empty and is ignored. */
export function carriesPrompt(options: Readonly<Record<string, unknown>>): boolean {
  return options.multi_shot === true && options.shot_type === 'customize'
}

/** What Kling will ignore of an accepted request. */
export function warnings({ request, options }: Subject<VideoKind>): readonly Warning[] {
  const ignored = carriesPrompt(options) && !!request.prompt
  return ignored
    ? [
        {
          field: 'prompt',
          message: 'Kling ignores prompt beside shots of its own; put it into multi_prompt.',
        },
      ]
    : []
}
