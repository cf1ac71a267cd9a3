import * as z from 'zod/mini'
import type { Media, MediaRule } from '../model/media.ts'
import { problem } from '../model/problem.ts'
import { defineKind, type KindRow, type Least, mediaField, optionalField, type Rule, whole } from './kind.ts'
import type { SharedFields } from './kind-types.ts'
import { otherRows } from './rule.ts'
import { costs, drop, set } from './ways.ts'

/**
 * A person dressed in a garment: a picture of each goes in, a picture of the person in the garment comes out. The garment
 * is either one picture (`garmentImage`: a dress, a shirt, or top and bottom in one picture), or, where the provider takes
 * parts, one of the upper and one of the lower half.
 *
 * @example
 * ```ts
 * import type { VirtualTryOnRequest } from '@reelay/core'
 * const request: VirtualTryOnRequest = {
 *   kind: 'virtual-try-on',
 *   personImage: 'https://example.com/person.jpg',
 *   garmentImage: 'https://example.com/jacket.jpg',
 * }
 * ```
 */
export interface VirtualTryOnRequest extends SharedFields {
  readonly kind: 'virtual-try-on'
  /** Who wears it: one person, best from the front. */
  readonly personImage: Media
  /** What is worn: a product shot, or a garment before a white ground. */
  readonly garmentImage?: Media
  /** The upper garment, instead of `garmentImage`. */
  readonly upperImage?: Media
  /** The lower garment, instead of `garmentImage`, alone or beside the upper one. */
  readonly lowerImage?: Media
  /** Whether the face stays as it is; `true` when left out, on the models that can be told. */
  readonly keepFace?: boolean
  /** The same of the pose. */
  readonly keepPose?: boolean
  /** The same of the background. */
  readonly keepBackground?: boolean
  /** How many pictures; one when left out. */
  readonly n?: number
}

/**
 * What a request for a try-on may contain at a row; pure data.
 *
 * @example
 * ```ts
 * import type { Offer } from '@reelay/core'
 * const takesParts = ({ limits }: Offer<'virtual-try-on'>): boolean => limits.parts
 * ```
 */
export interface TryOnLimits {
  /** What each of the pictures must be like. */
  readonly images: MediaRule
  /** Whether the garment may come as an upper and a lower half. */
  readonly parts: boolean
  /** Whether it can be told what of the person's picture to keep. */
  readonly keeps: boolean
  /** Most pictures of one task. */
  readonly most: number
}

/** The types of the kind. */
export interface VirtualTryOn {
  readonly kind: 'virtual-try-on'
  readonly request: VirtualTryOnRequest
  readonly limits: TryOnLimits
}

const halves = ['upperImage', 'lowerImage'] as const
const keeps = ['keepFace', 'keepPose', 'keepBackground'] as const

/** What is worn: one picture, or its halves. */
const garment: Rule<VirtualTryOn> = (of) => {
  const { request, limits, name } = of
  const given = halves.filter((field) => request[field] !== undefined)
  const [half] = given
  if (half === undefined) {
    const fix = `Set garmentImage${limits.parts ? ', or upperImage, lowerImage or both' : ''}.`
    return [
      request.garmentImage === undefined &&
        problem('garmentImage', 'required', 'There is no picture of a garment.', fix),
    ]
  }
  if (request.garmentImage !== undefined) {
    const fix = `Keep garmentImage, or leave it out and keep ${given.join(' and ')}.`
    const message = 'The garment is one picture, or an upper and a lower half, not both.'
    return given.map((field) =>
      problem(field, 'conflict', message, fix, [drop(field, `Leave ${field} out.`)]),
    )
  }
  if (limits.parts) return []
  const both = given.length > 1
  const fix = both
    ? 'Put both into one picture, and set garmentImage.'
    : 'Pass the same picture as garmentImage.'
  // Bytes are no part of a suggestion: whoever reads it may be a person, or a log.
  const link = both ? undefined : request[half]
  const moved =
    typeof link === 'string'
      ? [{ patch: { garmentImage: link, [half]: null }, cost: costs.spelling, fix }]
      : []
  const ways = [...moved, ...otherRows(of, (row) => row.parts, 'which takes halves')]
  return [problem(half, 'unsupported', `${name} takes a garment as one picture only.`, fix, ways)]
}

/** What of the person's picture stays. */
const kept: Rule<VirtualTryOn> = (of) => {
  const { request, limits, name } = of
  if (limits.keeps) return []
  return keeps
    .filter((field) => request[field] === false)
    .map((field) =>
      problem(field, 'unsupported', `${name} cannot be told to change it.`, `Leave ${field} out.`, [
        ...otherRows(of, (row) => row.keeps, 'which can'),
        drop(field, `Leave ${field} out.`),
      ]),
    )
}

/** How many pictures. */
const count: Rule<VirtualTryOn> = (of) => {
  const { n = 1 } = of.request
  const { most } = of.limits
  if (n <= most) return []
  const pictures = most === 1 ? 'one picture' : `at most ${most} pictures`
  const fix = most === 1 ? `Submit ${n} times.` : `Ask for ${most}, and submit again.`
  return [
    problem('n', 'unsupported', `${of.name} makes ${pictures} per task.`, fix, [
      ...otherRows(of, (row) => row.most >= n, `which makes ${n}`),
      most === 1 ? drop('n', fix) : set('n', most, fix),
    ]),
  ]
}

/**
 * The kind of a {@link VirtualTryOnRequest}: its schema, and what an adapter sells.
 *
 * @example
 * ```ts
 * import { virtualTryOn } from '@reelay/core'
 * virtualTryOn.schema // the input schema of a tool, as it is
 * ```
 */
export const virtualTryOn: KindRow<VirtualTryOn> = defineKind<VirtualTryOn>('virtual-try-on', {
  shape: {
    personImage: mediaField('Who wears it: one person, best from the front.'),
    garmentImage: z.optional(mediaField('What is worn: a product shot, or a garment before a white ground.')),
    upperImage: z.optional(mediaField('The upper garment, instead of garmentImage, where parts are taken.')),
    lowerImage: z.optional(mediaField('The lower garment, instead of garmentImage, where parts are taken.')),
    keepFace: optionalField(z.boolean(), 'Whether the face stays as it is; true when left out.'),
    keepPose: optionalField(z.boolean(), 'Whether the pose stays as it is; true when left out.'),
    keepBackground: optionalField(z.boolean(), 'Whether the background stays as it is; true when left out.'),
    n: optionalField(
      z.number().check(whole, z.gte(1), z.lte(9)),
      'How many pictures; most models make one per task.',
    ),
  },
  media: ['personImage', 'garmentImage', ...halves],
  texts: [],
  defaults: {},
  rules: [garment, kept, count],
  mediaRule: ({ images }) => images,
  warnings: ({ request, offer: { model, limits } }) =>
    keeps
      .filter((field) => request[field] === true && !limits.keeps)
      .map((field) => ({ field, message: `${model} has no switch for it; nothing was sent.` })),
  // Nothing: a picture is a picture.
  variants: [],
  bills: ({ request: { n = 1 } }) => ({ variant: 'any', amounts: { image: n } }),
})

/** The smallest request for a try-on. */
export const leastVirtualTryOn: Least<VirtualTryOn> = ({ limits: { images } }, { media }) => ({
  personImage: media(images),
  garmentImage: media(images),
})
