import * as z from 'zod/mini'
import { secondsOf } from '../model/length.ts'
import { problem } from '../model/problem.ts'
import { type ClipFields, type ClipLimits, type ClipTypes, isClipRef } from './clip.ts'
import { clipField, clipFiles, clipRule } from './clip-rule.ts'
import { defineKind, type KindRow, type Least, optionalField, type Rule } from './kind.ts'
import type { SharedFields } from './kind-types.ts'
import { otherRows } from './rule.ts'
import { lengthProblem } from './texts.ts'
import type { TextLimit } from './video-fields.ts'
import { drop } from './ways.ts'

/**
 * A clip made longer: what comes back is the whole of it, source and addition, as a clip of its own. It is extended by the
 * model and the mode that made it, so both are named. A clip that was made from an end image alone grows at its beginning.
 *
 * @example
 * ```ts
 * import { clipOf, type ExtendRequest, type SucceededTask } from '@reelay/core'
 * const longer = (task: SucceededTask): ExtendRequest => ({
 *   kind: 'extend', video: clipOf(task), model: task.handle.model, mode: task.handle.mode, prompt: 'The boat sinks',
 * })
 * ```
 */
export interface ExtendRequest extends SharedFields, ClipFields {
  readonly kind: 'extend'
  /** What happens next. */
  readonly prompt?: string
  /** What to keep out of the picture. */
  readonly negativePrompt?: string
  /** How closely to follow the prompt, 0 to 1. */
  readonly cfgScale?: number
}

/**
 * What a request for a longer clip may contain at a row; pure data.
 *
 * @example
 * ```ts
 * import type { ExtendLimits } from '@reelay/core'
 * const longest = ({ adds: [, most] }: ExtendLimits, seconds: number): number => seconds + most
 * ```
 */
export interface ExtendLimits {
  readonly clip: ClipLimits
  /** Seconds that it grows by, at least and at most. */
  readonly adds: readonly [least: number, most: number]
  readonly prompt: false | TextLimit
  readonly negativePrompt: false | TextLimit
  readonly cfgScale: boolean
}

/** The types of the kind. */
export interface Extend extends ClipTypes {
  readonly kind: 'extend'
  readonly request: ExtendRequest
  readonly limits: ExtendLimits
}

/** What is to happen, and how closely that is followed. */
const words: Rule<Extend> = (of) => {
  const { request, limits, name } = of
  const taken = { prompt: limits.prompt, negativePrompt: limits.negativePrompt, cfgScale: limits.cfgScale }
  const lacking = Object.entries(taken).filter(
    ([field, limit]) => limit === false && request[field as keyof typeof taken] !== undefined,
  )
  return [
    ...lacking.map(([field]) =>
      problem(field, 'unsupported', `${name} takes no ${field} beside a clip.`, `Leave ${field} out.`, [
        ...otherRows(of, (row) => row[field as keyof typeof taken] !== false, 'which takes one'),
        drop(field, `Leave ${field} out.`),
      ]),
    ),
    limits.prompt && lengthProblem('prompt', request.prompt, limits.prompt),
    limits.negativePrompt && lengthProblem('negativePrompt', request.negativePrompt, limits.negativePrompt),
  ]
}

/**
 * The kind of an {@link ExtendRequest}: its schema, and what an adapter sells.
 *
 * @example
 * ```ts
 * import { extend } from '@reelay/core'
 * extend.schema // the input schema of a tool, as it is
 * ```
 */
export const extend: KindRow<Extend> = defineKind<Extend>('extend', {
  shape: {
    video: clipField('The clip to make longer.'),
    prompt: optionalField(z.string(), 'What happens next.'),
    negativePrompt: optionalField(z.string(), 'What to keep out of the picture.'),
    cfgScale: optionalField(
      z.number().check(z.gte(0), z.lte(1)),
      'How closely to follow the prompt, 0 to 1.',
    ),
  },
  media: ['video'],
  mediaAt: clipFiles,
  texts: ['prompt', 'negativePrompt'],
  defaults: {},
  rules: [clipRule, words],
  mediaRule: ({ clip }) => clip.media,
  lengthOf: secondsOf,
  adds: ({ adds }) => adds,
  warnings: () => [],
  variants: ['any'],
  bills: ({ request: { video }, offer: { limits } }) => {
    const seconds = isClipRef(video) ? video.duration : undefined
    const [least, most] = limits.adds
    const measured = seconds !== undefined && {
      second: [seconds + least, seconds + most] as const,
      'input-second': seconds,
    }
    return { variant: 'any', amounts: { clip: 1, ...measured } }
  },
})

/** The smallest request for a longer clip. */
export const leastExtend: Least<Extend> = ({ limits: { clip, prompt } }, samples) => ({
  video: samples.clip(clip),
  ...(prompt && { prompt: 'The boat drifts on' }),
})
