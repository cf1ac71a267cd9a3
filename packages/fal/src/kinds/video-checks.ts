import {
  type CameraControl,
  type Kind,
  type Problem,
  type ProblemRule,
  problem,
  type Subject,
  shotsAddUp,
  type VideoKind,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import type { FalVideoOptions } from '../provider-options.ts'

/** Where one of fal's own keys is known, what it must look like, and how to say so. */
type OptionRow = readonly [models: readonly string[], Kind | undefined, wants: string, z.ZodMiniType]

const link = z.string().check(z.regex(/^(https?:\/\/|data:)\S/))
const links = (most: number) => z.array(link).check(z.maxLength(most))
const isShotLength = (value: unknown) =>
  typeof value === 'string' ? /^[1-9]\d?$/.test(value) : Number.isSafeInteger(value)
const shot = z.object({
  prompt: z.string().check(z.regex(/\S/)),
  duration: z.optional(z.custom<string | number>(isShotLength)),
})
const element = z
  .object({
    frontal_image_url: z.optional(link),
    reference_image_urls: z.optional(links(3)),
    video_url: z.optional(link),
    // Billed at a higher rate, which nothing here could quote.
    voice_id: z.optional(z.never()),
  })
  .check(z.refine((one) => !!(one.frontal_image_url ?? one.video_url)))
const point = z.object({ x: z.number(), y: z.number() })
const shots = z.array(shot).check(z.minLength(1), z.maxLength(6))

const [v1, v3, omni] = ['kling-v1', 'kling-v3', 'kling-v3-omni']
const image = 'image-to-video'
const aLink = 'a URL or data URI'

/** Source: endpoint types of fal-js at 381105e (2026-08-02); v4 from its model pages (2026-11). */
const rows: { readonly [key in keyof Required<FalVideoOptions>]: OptionRow } = {
  multi_prompt: [
    [v3, 'kling-v3-turbo', omni, 'kling-v4'],
    undefined,
    '1 to 6 shots of { prompt, duration }',
    shots,
  ],
  shot_type: [[v3, omni], undefined, 'customize or intelligent', z.literal(['customize', 'intelligent'])],
  elements: [
    [v3],
    image,
    'elements with a frontal_image_url and up to 3 reference_image_urls, or one with a video_url; none with a voice_id',
    z.array(element).check(z.refine((all) => all.filter((one) => one.video_url).length <= 1)),
  ],
  static_mask_url: [[v1, 'kling-v1-5'], image, aLink, link],
  dynamic_masks: [
    [v1, 'kling-v1-5'],
    image,
    'areas of { mask_url, trajectories: [{ x, y }] }',
    z.array(z.object({ mask_url: link, trajectories: z.optional(z.array(point)) })),
  ],
  middle_image_urls: [['kling-v4'], image, `up to 8, each ${aLink}`, links(8)],
}

/** Keys passed on as they are; none is named in the price list. The last is one of pictures. */
export const freeOptions: readonly string[] = [...Object.keys(rows), 'output_format']

const own = (key: string, rule: ProblemRule, message: string, fix: string): Problem =>
  problem(`providerOptions.fal.${key}`, rule, message, fix)

function optionProblem(
  [key, [models, kind, wants, schema]]: [string, OptionRow],
  { offer, options }: Subject<VideoKind>,
) {
  const value = options[key]
  if (value === undefined) return undefined
  if (!models.includes(offer.model) || (kind ?? offer.kind) !== offer.kind) {
    const fix = `Use it with ${models.join(', ')}${kind ? ` (${kind})` : ''}.`
    return own(key, 'unsupported', `${offer.model} ${offer.kind} takes no ${key}.`, fix)
  }
  return z.safeParse(schema, value).success
    ? undefined
    : own(key, 'type', `${key} is malformed.`, `Pass ${wants}.`)
}

/** Whether the shots bring their own prompts, so that the request's prompt may be empty. */
export function carriesPrompt({ multi_prompt }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(multi_prompt) && multi_prompt.length > 0
}

function shotProblems({
  request,
  offer,
  options,
  duration,
}: Subject<VideoKind>): readonly (Problem | false | undefined)[] {
  const { data: list } = z.safeParse(shots, options.multi_prompt)
  if (!list) return []
  const seconds = list.map((one) => Number(one.duration ?? 5))
  const type = offer.model === 'kling-v4' ? 'number' : 'string'
  return [
    // On v4 the clip is as long as its shots; nobody says otherwise of the rest, and length is what is paid for.
    shotsAddUp('providerOptions.fal.multi_prompt', seconds, duration),
    list.some((one) => one.duration !== undefined && typeof one.duration !== type) &&
      own('multi_prompt', 'type', `The duration of a shot is a ${type} here.`, `Pass a ${type} of seconds.`),
    !!request.prompt?.trim() &&
      problem('prompt', 'conflict', 'fal takes prompt or multi_prompt, not both.', 'Leave one of them out.'),
  ]
}

/** The axes other than zero of a `simple` move; a checked one has exactly one. */
export function moves({ config = {} }: CameraControl): readonly (readonly [axis: string, amount: number])[] {
  return Object.entries(config).filter((move): move is [string, number] => !!move[1])
}

/** The rules across fields that the catalogue's limits cannot say. */
export function check(subject: Subject<VideoKind>): readonly Problem[] {
  if (Object.keys(subject.options).length === 0) return []
  const options = Object.entries(rows).map((row) => optionProblem(row, subject))
  return [...options, ...shotProblems(subject)].filter((found) => !!found)
}
