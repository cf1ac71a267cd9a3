import {
  type Offer,
  type Problem,
  type ProblemRule,
  problem,
  type RenderRequest,
  type Subject,
  type VideoKind,
  type Warning,
} from '@reelay/core/adapter'

const keys: readonly string[] = ['multi_shot', 'shot_type', 'multi_prompt']
const mostShots = 6
const longestShotPrompt = 512

/** Whether the shots bring their own prompts, so that the request's prompt may be empty and is ignored. */
export function carriesPrompt(options: Readonly<Record<string, unknown>>): boolean {
  return options.multi_shot === true && options.shot_type === 'customize'
}

const secondsOf = (value: unknown): number | undefined =>
  typeof value === 'string' && /^[1-9]\d*$/.test(value) ? Number(value) : undefined

function shotProblems(shot: unknown, position: number): readonly (Problem | false)[] {
  const path = `multi_prompt.${position}`
  if (!isRecord(shot)) {
    return [
      optionProblem(path, 'type', `${path} must be an object.`, 'Pass { index, prompt, duration: "4" }.'),
    ]
  }
  const { index, prompt, duration } = shot
  const blank = typeof prompt !== 'string' || prompt.trim() === ''
  const wrongIndex = `${path}.index must be ${position + 1}: shots count from 1.`
  const wrongDuration = `${path}.duration must be whole seconds as a string, at least "1".`
  return [
    index !== position + 1 && optionProblem(`${path}.index`, 'range', wrongIndex, `Use ${position + 1}.`),
    blank &&
      optionProblem(`${path}.prompt`, 'required', `${path}.prompt is empty.`, 'Say what the shot shows.'),
    !blank &&
      prompt.length > longestShotPrompt &&
      optionProblem(
        `${path}.prompt`,
        'length',
        `${path}.prompt has ${prompt.length} characters; at most ${longestShotPrompt} are accepted.`,
        `Shorten it by ${prompt.length - longestShotPrompt}.`,
      ),
    secondsOf(duration) === undefined &&
      optionProblem(`${path}.duration`, 'type', wrongDuration, 'Write it like "4".'),
  ]
}

function listProblems(shots: unknown, duration: number): readonly (Problem | false)[] {
  if (!Array.isArray(shots) || shots.length < 1 || shots.length > mostShots) {
    const message = `multi_prompt must be an array of 1 to ${mostShots} shots.`
    return [optionProblem('multi_prompt', 'range', message, `Pass 1 to ${mostShots} shots.`)]
  }
  const seconds = shots.map((shot) => (isRecord(shot) ? secondsOf(shot.duration) : undefined))
  const known = seconds.filter((value) => value !== undefined)
  const sum = known.reduce((total, value) => total + value, 0)
  return [
    ...shots.flatMap(shotProblems),
    known.length === shots.length &&
      sum !== duration &&
      optionProblem(
        'multi_prompt',
        'conflict',
        `The shots add up to ${sum} s, the clip to ${duration} s.`,
        `Use a duration of ${sum}, or change the shots.`,
      ),
  ]
}

/** Multi-shot, kling-v3 only (text-to-video page, 2026-03); beside an end image too since 2026-05-07 (update log). */
export const multiShot: Rule = ({ offer, options, duration }) => {
  const [key] = keys.filter((name) => options[name] !== undefined)
  if (key === undefined) return []
  if (offer.model !== 'kling-v3') {
    return [
      optionProblem(
        key,
        'unsupported',
        `${offer.model} has no multi-shot.`,
        'Leave it out, or use kling-v3.',
      ),
    ]
  }
  const { multi_shot: on, shot_type: type, multi_prompt: shots } = options
  if (on !== undefined && typeof on !== 'boolean') {
    return [optionProblem('multi_shot', 'type', 'multi_shot must be a boolean.', 'Use true or false.')]
  }
  if (on !== true) {
    // Ignored by Kling, so the caller would pay for another clip than the one described.
    return [type !== undefined && 'shot_type', shots !== undefined && 'multi_prompt']
      .filter((name) => name !== false)
      .map((name) =>
        optionProblem(name, 'conflict', `${name} counts only with multi_shot.`, 'Set multi_shot to true.'),
      )
  }
  if (type !== 'customize' && type !== 'intelligence') {
    const message = 'Multi-shot needs a shot_type of customize or intelligence.'
    const fix = 'Use customize with multi_prompt, or intelligence with prompt.'
    return [optionProblem('shot_type', type === undefined ? 'required' : 'one-of', message, fix)]
  }
  if (type === 'customize') return listProblems(shots, duration)
  const message = 'With intelligence Kling cuts the prompt itself and ignores multi_prompt.'
  return [
    shots !== undefined &&
      optionProblem('multi_prompt', 'conflict', message, 'Leave multi_prompt out, or use customize.'),
  ]
}

/** A rule across fields; `false` and `undefined` are "nothing wrong". */
export type Rule = (subject: Subject<VideoKind>) => readonly (Problem | false | undefined)[]

/** A problem with one of Kling's own keys; `path` starts with the key. */
export function optionProblem(path: string, rule: ProblemRule, message: string, fix: string): Problem {
  return problem(`providerOptions.kling.${path}`, rule, message, fix)
}

/** Whether a value is an object with keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The end image of a request that may have one. */
export function hasEndImage(request: RenderRequest): boolean {
  return request.kind === 'image-to-video' && request.endImage !== undefined
}

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

// A JSON long that may exceed 2^53, beyond which JavaScript has already rounded a number; digits as text are passed on
// as text, which API 2.0 takes and V1 has not been tried with.
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
  if (!Array.isArray(list) || list.length < 1 || list.length > mostElements) {
    const message = `element_list must be an array of 1 to ${mostElements} elements.`
    return [optionProblem('element_list', 'range', message, `Pass 1 to ${mostElements} elements.`)]
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
export const watermark: Rule = ({ options: { watermark_info: value } }) => [
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
    hasEndImage(request) && 'endImage',
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
  return rules.flatMap((rule) => rule(subject)).filter((found) => !!found)
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
