import * as z from 'zod/mini'
import { isMedia, type Media, type MediaRule } from '../model/media.ts'
import type { MediaPlace } from './media-places.ts'

/**
 * What a name in a prompt stands for: a picture; an element made of several pictures of one subject; a video whose
 * content, style or motion the clip takes up; or an element that the provider knows by an id.
 *
 * @example
 * ```ts
 * import type { Reference } from '@reelay/core'
 * export const references: { readonly [name: string]: Reference } = {
 *   hall: 'https://example.com/hall.png',
 *   Mara: { element: '321922438904313' },
 *   dance: { video: 'https://example.com/dance.mp4' },
 * }
 * ```
 */
export type Reference =
  | Media
  /** Pictures of one subject, the one from the front first. */
  | { readonly images: readonly Media[] }
  | {
      readonly video: Media
      /** `feature`, the only one so far and the default: the clip is a new one that takes up what the video shows. */
      readonly use?: 'feature'
      /** Whether the clip gets the video's sound; `false` when left out. */
      readonly keepSound?: boolean
    }
  | { readonly element: string }

/**
 * How a prompt refers to the references of a request, in a provider's own notation; `#` stands for the number, counted
 * from 1 for each kind by itself.
 *
 * @example
 * ```ts
 * import type { ReferenceNotation } from '@reelay/core'
 * const notation: ReferenceNotation = { image: '<<<image_#>>>', element: '<<<element_#>>>', video: '<<<video_#>>>' }
 * ```
 */
export interface ReferenceNotation {
  readonly image: string
  readonly element: string
  readonly video: string
}

/**
 * Which references a row takes; pure data.
 *
 * @example
 * ```ts
 * import type { ReferenceLimits } from '@reelay/core'
 * const beside = ({ most, mostBesideVideo = most }: ReferenceLimits): number => mostBesideVideo
 * ```
 */
export interface ReferenceLimits {
  /** Most pictures; 0 where none is taken by itself. */
  readonly images: number
  /** None when absent. */
  readonly elements?: {
    readonly most: number
    /** How one is given: by the id of one the provider knows, or by pictures. */
    readonly by: readonly ('id' | 'images')[]
    /** Fewest and most pictures of one. */
    readonly pictures?: readonly [fewest: number, most: number]
    /** Most of them beside a start image, and beside an end image. */
    readonly besideStart?: number
    readonly besideEnd?: number
  }
  /** None when absent. */
  readonly videos?: {
    readonly most: number
    readonly media: MediaRule
    /** Shortest and longest one, in seconds. */
    readonly seconds: readonly [shortest: number, longest: number]
    /** Whether its sound can be kept. */
    readonly keepSound: boolean
    /** Whether a start image may stand beside it. */
    readonly startImage: boolean
    /** Whether shots may. */
    readonly shots: boolean
  }
  /** Pictures and elements together; frames among them where they count. */
  readonly most: number
  /** The same beside a video. */
  readonly mostBesideVideo?: number
  readonly framesCount: boolean
  /** Whether the first frame may be given too. */
  readonly startImage: boolean
  /** Most pictures, frames among them, beside an end image. */
  readonly imagesBesideEnd?: number
  /** Absent where the prompt goes out as it is, names and all. */
  readonly notation?: ReferenceNotation
}

/**
 * Of a row that takes no references.
 *
 * @example
 * ```ts
 * import { noReferences } from '@reelay/core/adapter'
 * const limits = { references: noReferences }
 * ```
 */
export const noReferences: ReferenceLimits = { images: 0, most: 0, framesCount: false, startImage: false }

/** A picture, an element or a video, as notations tell them apart. */
export type ReferenceType = keyof ReferenceNotation

type Given = Readonly<Record<string, unknown>>

const onlyHas = (value: Given, keys: readonly string[]): boolean =>
  Object.keys(value).every((key) => keys.includes(key))

/** Whether a value has the shape of a {@link Reference}. */
function isReference(value: unknown): value is Reference {
  if (isMedia(value)) return true
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const given = value as Given
  if ('images' in given) {
    const { images } = given
    return onlyHas(given, ['images']) && Array.isArray(images) && images.length > 0 && images.every(isMedia)
  }
  if ('element' in given) {
    return onlyHas(given, ['element']) && typeof given.element === 'string' && given.element !== ''
  }
  const { video, use = 'feature', keepSound = false } = given
  return (
    onlyHas(given, ['video', 'use', 'keepSound']) &&
    isMedia(video) &&
    use === 'feature' &&
    typeof keepSound === 'boolean'
  )
}

/** What a checked reference is. */
export const typeOf = (reference: Reference): ReferenceType =>
  isMedia(reference) ? 'image' : 'video' in reference ? 'video' : 'element'

/** The files of a map of references: `references.hall`, `references.dance.video`, `references.mara.images.0`. */
export const referenceFiles = (
  references: Readonly<Record<string, Reference>> | undefined,
): readonly MediaPlace[] =>
  Object.entries(references ?? {}).flatMap(([name, reference]): readonly MediaPlace[] => {
    const path = `references.${name}`
    if (isMedia(reference)) return [{ path, media: reference }]
    if ('video' in reference) return [{ path: `${path}.video`, media: reference.video }]
    if ('element' in reference) return []
    return reference.images.map((media, index) => ({ path: `${path}.images.${index}`, media }))
  })

/** Whether the file at such a path is a video. */
export const isVideoPath = (path: string): boolean => /^references\.[^.]+\.video$/.test(path)

const file = { type: 'string', minLength: 1, description: 'An https URL, or a base64 data URI.' }
const shaped = (properties: object, required: string): object => ({
  type: 'object',
  properties,
  required: [required],
  additionalProperties: false,
})

/** A field that holds references by name; a kind of pictures offers no videos among them. */
export function referencesField(
  description: string,
  { videos }: { readonly videos: boolean } = { videos: true },
): z.core.$ZodType<Readonly<Record<string, Reference>>> {
  const fix =
    'Pass a picture (an https URL, a base64 data URI, a Uint8Array or a Blob), { images: […] }, { video } or { element: id }.'
  const reference = z.custom<Reference>(isReference, { params: { fix, what: 'a reference' } })
  reference._zod.toJSONSchema = () => ({
    anyOf: [
      file,
      shaped({ images: { type: 'array', items: file, minItems: 1 } }, 'images'),
      ...(videos
        ? [shaped({ video: file, use: { const: 'feature' }, keepSound: { type: 'boolean' } }, 'video')]
        : []),
      shaped({ element: { type: 'string', minLength: 1 } }, 'element'),
    ],
  })
  return z.catchall(z.object({}), reference).check(z.describe(description)) as unknown as z.core.$ZodType<
    Readonly<Record<string, Reference>>
  >
}
