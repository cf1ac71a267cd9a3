import * as z from 'zod/mini'
import { secondsOf } from '../model/length.ts'
import { isMedia, type Media } from '../model/media.ts'
import type { Shot } from '../model/words.ts'
import { defineKind, type KindRow, type Least, mediaField, type Prepared, type SubjectOf } from './kind.ts'
import { placesIn } from './media-places.ts'
import type { Billing, Rate } from './price.ts'
import { notedNames, written } from './reference-names.ts'
import { naming, type Referring } from './reference-naming.ts'
import { beside, counts } from './reference-rules.ts'
import {
  isVideoPath,
  type Reference,
  type ReferenceLimits,
  referenceFiles,
  referencesField,
  typeOf,
} from './references.ts'
import {
  billsVideo,
  leastVideo,
  videoDefaults,
  videoRules,
  videoShape,
  videoTexts,
  videoVariants,
  videoWarnings,
} from './video.ts'
import { images } from './video-content.ts'
import { defaultDuration, type VideoFields, type VideoLimits } from './video-fields.ts'

/**
 * A clip in which named pictures, elements and videos appear: the prompt says *Mara*, and `references` what that is. Names
 * are found as whole words and in any case, and written in the provider's own notation.
 *
 * @example
 * ```ts
 * import type { ReferenceToVideoRequest } from '@reelay/core'
 * const request: ReferenceToVideoRequest = {
 *   kind: 'reference-to-video',
 *   prompt: 'Mara walks through the market',
 *   references: { mara: 'https://example.com/mara.png', market: 'https://example.com/market.png' },
 * }
 * ```
 */
export interface ReferenceToVideoRequest extends VideoFields {
  readonly kind: 'reference-to-video'
  /** What to show, saying each name at least once. May be `''` beside `shots`, which then say the names. */
  readonly prompt: string
  /** What the names stand for; in the order in which the provider numbers them. */
  readonly references: { readonly [name: string]: Reference }
  /** The first frame, where it may stand beside references. */
  readonly startImage?: Media
  /** The last frame, on the models and modes that take one. */
  readonly endImage?: Media
}

/**
 * What a request with references may contain at a row; pure data.
 *
 * @example
 * ```ts
 * import type { Offer, ReferenceVideoLimits } from '@reelay/core'
 * const pictures = ({ references }: ReferenceVideoLimits): number => references.images
 * export const takesVideo = ({ limits }: Offer<'reference-to-video'>): boolean => limits.references.videos !== undefined
 * ```
 */
export interface ReferenceVideoLimits extends VideoLimits {
  readonly references: ReferenceLimits
}

/** The types of the kind. */
export interface ReferenceToVideo {
  readonly kind: 'reference-to-video'
  readonly request: ReferenceToVideoRequest
  readonly limits: ReferenceVideoLimits
}

/** A clip beside a video as reference has a rate of its own; how long that video is, nobody knows before. */
function bills(subject: SubjectOf<ReferenceToVideo>): Billing {
  const { request, offer, duration } = subject
  const { videos } = offer.limits.references
  const count = Object.values(request.references).filter((one) => typeOf(one) === 'video').length
  if (!videos || count === 0) {
    const { variant, amounts } = billsVideo(subject)
    return { variant, amounts: { ...amounts, 'input-and-output-second': duration } }
  }
  const [shortest, longest] = videos.seconds.map((seconds) => seconds * count) as [number, number]
  const both: Rate = [duration + Math.max(shortest, duration), duration + Math.max(longest, duration)]
  return {
    variant: 'video',
    amounts: {
      second: duration,
      clip: 1,
      'input-second': [shortest, longest],
      'input-and-output-second': both,
    },
  }
}

/**
 * The kind of a {@link ReferenceToVideoRequest}: its schema, and what an adapter sells.
 *
 * @example
 * ```ts
 * import { referenceToVideo } from '@reelay/core'
 * referenceToVideo.schema // the input schema of a tool, as it is
 * ```
 */
export const referenceToVideo: KindRow<ReferenceToVideo> = defineKind<ReferenceToVideo>(
  'reference-to-video',
  {
    shape: {
      prompt: z.string().check(z.describe('What the clip shows, saying the name of each reference.')),
      references: referencesField(
        'What the names in the prompt stand for: a picture, an element, or a video to take up.',
      ),
      startImage: z.optional(mediaField('The first frame, where it may stand beside references.')),
      endImage: z.optional(mediaField('The last frame, on the models and modes that take one.')),
      ...videoShape,
    },
    media: ['references', 'startImage', 'endImage'],
    mediaAt: ({ references, startImage, endImage }) => [
      ...referenceFiles(references),
      ...placesIn('startImage', startImage),
      ...placesIn('endImage', endImage),
    ],
    texts: videoTexts,
    defaults: videoDefaults,
    rules: [
      ...videoRules,
      // No image is needed here, so only an end image is looked at.
      (of) => (of.request.endImage === undefined ? [] : images(of)),
      naming,
      counts,
      beside,
    ],
    lengthOf: secondsOf,
    mediaRule: ({ images: pictures, references: { videos } }, path) =>
      isVideoPath(path) ? (videos?.media ?? false) : pictures,
    warnings: videoWarnings,
    variants: [...videoVariants, 'video'],
    bills,
  },
)

/** The smallest request for a clip with a reference: one picture, or what a row takes in its place. */
export const leastReferenceToVideo: Least<ReferenceToVideo> = (row, samples) => {
  const { images: pictures, references } = row.limits
  const boat: Reference =
    references.images > 0 || !references.videos
      ? samples.media(pictures)
      : { video: samples.media(references.videos.media) }
  // Some models take other lengths only beside some references; this one stands everywhere.
  const duration = row.limits.durations.includes(defaultDuration) && defaultDuration
  return { ...leastVideo(row), ...(duration && { duration }), references: { boat } }
}

/**
 * The references of a request as a provider's body holds them: lists in the order in which the prompt numbers them.
 *
 * @example
 * ```ts
 * import type { WrittenReferences } from '@reelay/core/adapter'
 * const body = ({ prompt, images }: WrittenReferences): object => ({ text: prompt, image_urls: images })
 * ```
 */
export interface WrittenReferences {
  /** In the provider's notation. */
  readonly prompt: string
  /** The same of the shots, if there are any. */
  readonly shots?: readonly Shot[]
  /** Pictures, as the provider takes them: a URL, base64, whatever the row's rule says. */
  readonly images: readonly string[]
  readonly elements: readonly ({ readonly id: string } | { readonly images: readonly string[] })[]
  readonly videos: readonly { readonly value: string; readonly keepSound: boolean }[]
}

/** What of a draft holds names and what they stand for. */
interface Written extends Pick<Prepared, 'media'> {
  readonly request: Referring['request']
  readonly offer: { readonly limits: Pick<Referring['limits'], 'references'> }
}

/**
 * The references of a checked request, and its prompts with the names replaced by the provider's notation: the one place
 * where names become numbers.
 *
 * @example
 * ```ts
 * import { type Draft, type HttpRequest, referencesIn } from '@reelay/core/adapter'
 * function encode(draft: Draft<'reference-to-video'>): HttpRequest {
 *   const { prompt, images, videos } = referencesIn(draft)
 *   const json = { text: prompt, image_urls: images, video_url: videos[0]?.value, seconds: draft.duration }
 *   return { method: 'POST', path: '/v1/clips', json }
 * }
 * ```
 */
export function referencesIn({
  request: { prompt = '', shots, references = {} },
  offer,
  media,
}: Written): WrittenReferences {
  const noted = notedNames(references, offer.limits.references.notation)
  const fileAt = (path: string): string => media[path]?.value ?? ''
  const named = Object.entries(references).map(([name, one]) => ({ path: `references.${name}`, one }))
  return {
    prompt: written(prompt, noted),
    ...(shots && { shots: shots.map((shot) => ({ ...shot, prompt: written(shot.prompt, noted) })) }),
    images: named.flatMap(({ path, one }) => (typeOf(one) === 'image' ? [fileAt(path)] : [])),
    elements: named.flatMap(({ path, one }): WrittenReferences['elements'] => {
      if (isMedia(one)) return []
      if ('element' in one) return [{ id: one.element }]
      if ('video' in one) return []
      return [{ images: one.images.map((_image, index) => fileAt(`${path}.images.${index}`)) }]
    }),
    videos: named.flatMap(({ path, one }) =>
      !isMedia(one) && 'video' in one
        ? [{ value: fileAt(`${path}.video`), keepSound: one.keepSound === true }]
        : [],
    ),
  }
}
