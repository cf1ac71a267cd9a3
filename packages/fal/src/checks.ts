import { type Kind, type Problem, type ProblemRule, problem, type Subject } from '@reelay/core'
import * as v from 'valibot'
import { moves } from './encode.ts'
import type { FalVideoOptions } from './provider-options.ts'

/** Where one of fal's own keys is known, and what it must look like. */
interface OptionRow {
  readonly models: readonly string[]
  readonly kind?: Kind
  readonly wants: string
  readonly schema: v.GenericSchema
}

const link = v.pipe(v.string(), v.regex(/^(https?:\/\/|data:)\S/))
const links = (most: number) => v.pipe(v.array(link), v.maxLength(most))
// A string before v4, a whole number since; both are read here, and told apart by the model below.
const shot = v.looseObject({
  prompt: v.pipe(v.string(), v.regex(/\S/)),
  duration: v.optional(
    v.union([v.pipe(v.string(), v.regex(/^[1-9]\d?$/)), v.pipe(v.number(), v.integer(), v.minValue(1))]),
  ),
})
const element = v.pipe(
  v.looseObject({
    frontal_image_url: v.optional(link),
    reference_image_urls: v.optional(links(3)),
    video_url: v.optional(link),
    // Billed at a higher rate, which nothing here could quote.
    voice_id: v.optional(v.never()),
  }),
  v.check((one) => !!(one.frontal_image_url ?? one.video_url)),
)
const scripted = ['down_back', 'forward_up', 'right_turn_forward', 'left_turn_forward']
const axes = ['horizontal', 'vertical', 'pan', 'tilt', 'roll', 'zoom']

const camera = { models: ['kling-v1'], kind: 'text-to-video' } as const
const masks = { models: ['kling-v1', 'kling-v1-5'], kind: 'image-to-video' } as const

/** Source: endpoint types of fal-js at 381105e (2026-08-02); v4 from its model pages (2026-11). */
const rows: { readonly [key in keyof Required<FalVideoOptions>]: OptionRow } = {
  multi_prompt: {
    models: ['kling-v3', 'kling-v3-turbo', 'kling-v3-omni', 'kling-v4'],
    wants: '1 to 6 shots like { prompt: "A boat", duration: "5" }',
    schema: v.pipe(v.array(shot), v.minLength(1), v.maxLength(6)),
  },
  shot_type: {
    models: ['kling-v3', 'kling-v3-omni'],
    wants: 'customize or intelligent',
    schema: v.picklist(['customize', 'intelligent']),
  },
  elements: {
    models: ['kling-v3'],
    kind: 'image-to-video',
    wants:
      'elements with a frontal_image_url, up to 3 reference_image_urls or, once, a video_url; none with a voice_id',
    schema: v.pipe(
      v.array(element),
      v.minLength(1),
      v.check((all) => all.filter((one) => one.video_url !== undefined).length <= 1),
    ),
  },
  camera_control: { ...camera, wants: scripted.join(', '), schema: v.picklist(scripted) },
  advanced_camera_control: {
    ...camera,
    wants: '{ movement_type, movement_value }, an axis and a number',
    schema: v.object({ movement_type: v.picklist(axes), movement_value: v.number() }),
  },
  static_mask_url: { ...masks, wants: 'a URL or data URI', schema: link },
  dynamic_masks: {
    ...masks,
    wants: 'areas like { mask_url, trajectories: [{ x, y }] }',
    schema: v.array(
      v.looseObject({
        mask_url: link,
        trajectories: v.optional(v.array(v.looseObject({ x: v.number(), y: v.number() }))),
      }),
    ),
  },
  middle_image_urls: {
    models: ['kling-v4'],
    kind: 'image-to-video',
    wants: 'up to 8 URLs or data URIs',
    schema: links(8),
  },
}

/** Keys passed on as they are; none is named in the price list. */
export const freeOptions: readonly string[] = Object.keys(rows)

const own = (key: string, rule: ProblemRule, message: string, fix: string): Problem =>
  problem(`providerOptions.fal.${key}`, rule, message, fix)

function optionProblem([key, { models, kind, wants, schema }]: [string, OptionRow], subject: Subject) {
  const { offer, options } = subject
  const value = options[key]
  if (value === undefined) return undefined
  if (!models.includes(offer.model) || (kind ?? offer.kind) !== offer.kind) {
    const where = `${models.join(', ')}${kind ? ` (${kind})` : ''}`
    return own(key, 'unsupported', `${offer.model} ${offer.kind} takes no ${key}.`, `Use it with ${where}.`)
  }
  return v.is(schema, value) ? undefined : own(key, 'type', `${key} must be ${wants}.`, `Pass ${wants}.`)
}

/** Whether the shots bring their own prompts, so that the request's prompt may be empty. */
export function carriesPrompt({ multi_prompt }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(multi_prompt) && multi_prompt.length > 0
}

function shotProblems({ request, offer, options, duration }: Subject): readonly (Problem | false)[] {
  if (!v.is(rows.multi_prompt.schema, options.multi_prompt)) return []
  const lengths = (options.multi_prompt as NonNullable<FalVideoOptions['multi_prompt']>).map(
    (one) => one.duration ?? '5',
  )
  const sum = lengths.reduce<number>((total, length) => total + Number(length), 0)
  return [
    // On v4 the clip is as long as its shots; nobody says otherwise of the rest, and length is what is paid for.
    sum !== duration &&
      own(
        'multi_prompt',
        'conflict',
        `The shots add up to ${sum} s, the clip to ${duration} s.`,
        `Use a duration of ${sum}, or change the shots.`,
      ),
    offer.model !== 'kling-v4' &&
      lengths.some((length) => typeof length === 'number') &&
      own('multi_prompt', 'type', 'The duration of a shot is a string of seconds.', 'Write it like "5".'),
    !!request.prompt?.trim() &&
      problem('prompt', 'conflict', 'fal takes prompt or multi_prompt, not both.', 'Leave one of them out.'),
  ]
}

function cameraProblems({ request: { cameraControl }, options }: Subject): readonly (Problem | false)[] {
  const said = [cameraControl, options.camera_control, options.advanced_camera_control]
  const simple = cameraControl?.type === 'simple'
  return [
    said.filter((one) => one !== undefined).length > 1 &&
      problem('cameraControl', 'conflict', 'More than one camera move is set.', 'Leave all but one out.'),
    !!cameraControl &&
      (simple ? moves(cameraControl).length !== 1 : cameraControl.config !== undefined) &&
      problem(
        'cameraControl.config',
        'conflict',
        `The camera move ${cameraControl.type} takes ${simple ? 'exactly one axis other than 0' : 'no config'}.`,
        simple ? `Set one of ${axes.join(', ')}.` : 'Leave config out, or use type simple.',
      ),
  ]
}

/** The rules across fields that the catalogue's limits cannot say. */
export function check(subject: Subject): readonly Problem[] {
  const options = Object.entries(rows).map((row) => optionProblem(row, subject))
  return [...options, ...shotProblems(subject), ...cameraProblems(subject)].filter((found) => !!found)
}
