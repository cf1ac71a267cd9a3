import { type Media, type MediaRule, mediaField, type Problem, problem } from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { images } from '../kinds/video-rows.ts'
import { elementOf, type KlingElement, resultsOf } from './made.ts'
import { type Product, tooLong } from './product.ts'

export const tags = {
  meme: 'o_101',
  character: 'o_102',
  animal: 'o_103',
  item: 'o_104',
  costume: 'o_105',
  scene: 'o_106',
  effect: 'o_107',
  other: 'o_108',
} as const

/**
 * What an element is, in Kling's own list.
 *
 * @example
 * ```ts
 * import type { KlingElementTag } from '@reelay/kling/elements'
 * const tags: readonly KlingElementTag[] = ['character', 'costume']
 * ```
 */
export type KlingElementTag = keyof typeof tags

/**
 * A subject to be made an element: from pictures of it, or from a clip of one person.
 *
 * @example
 * ```ts
 * import type { KlingElementRequest } from '@reelay/kling/elements'
 * const mara: KlingElementRequest = {
 *   name: 'Mara',
 *   description: 'A young cellist with short dark hair',
 *   images: ['https://example.com/mara.png', 'https://example.com/mara-side.png'],
 *   tags: ['character'],
 * }
 * ```
 */
export interface KlingElementRequest {
  /** At most 20 characters; in Kling's library, and no matter to a prompt. */
  readonly name: string
  /** At most 100 characters. */
  readonly description: string
  /** Two to four pictures of one subject, the one from the front first. */
  readonly images?: readonly Media[]
  /** Instead of pictures: a public https URL of an MP4 or MOV of 3 to 8 s, 1080p, in 16:9 or 9:16, of one realistic person. Speech in it becomes a voice by itself. */
  readonly video?: Media
  /** Id of a custom or preset voice that the element speaks with. */
  readonly voice?: string
  readonly tags?: readonly KlingElementTag[]
}

const page = 'kling.ai/document-api, 3.0 Omni, elements; probes of 2026-09-20'
const asOf = '2026-09-20'

const clips: MediaRule = {
  forms: ['url'],
  mediaTypes: ['video/mp4', 'video/quicktime'],
  maxBytes: 200 * 1_048_576,
  seconds: [3, 8],
}

function check({
  name,
  description,
  images: pictures,
  video,
  voice,
}: KlingElementRequest): readonly (Problem | false)[] {
  const count = pictures?.length ?? 0
  const both = pictures !== undefined && video !== undefined
  return [
    tooLong('name', name, 20),
    tooLong('description', description, 100),
    pictures === undefined &&
      video === undefined &&
      problem('images', 'required', 'An element is made of pictures or of a clip.', 'Set images, or video.'),
    both &&
      problem(
        'video',
        'conflict',
        'An element is made of pictures or of a clip, not of both.',
        'Leave one of them out.',
      ),
    pictures !== undefined &&
      (count < 2 || count > 4) &&
      problem(
        'images',
        'range',
        `Kling takes a picture from the front and one to three others, not ${count} in all.`,
        'Pass two to four pictures, the one from the front first.',
      ),
    voice !== undefined &&
      !/^\d+$/.test(voice) &&
      problem(
        'voice',
        'type',
        'The id of a custom or preset voice has digits only; voices of speech (lip-sync) are others.',
        'Pass the id that the voice’s creation or list answered with, as text.',
      ),
  ]
}

export const words = (description: string): z.ZodMiniString =>
  z.string().check(z.minLength(1), z.describe(description))

/** What is wrong with an id that no element has, as a clause. */
export const digitsOnly = (id: string): string | undefined =>
  /^\d+$/.test(id) ? undefined : 'has digits only'

/** Elements of the library of today (`advanced-custom-elements`, asynchronous since 2026-02-25). */
export const elementProduct: Product<KlingElementRequest, KlingElement> = {
  kind: 'element',
  route: 'advanced-custom-elements',
  schema: z.strictObject({
    kind: z.literal('element'),
    name: words('What it is called, at most 20 characters.'),
    description: words('What it is, at most 100 characters.'),
    images: z.optional(z.array(mediaField('A picture of it.'))),
    video: z.optional(mediaField('A clip of one person.')),
    voice: z.optional(z.string()),
    tags: z.optional(z.array(z.literal(Object.keys(tags) as KlingElementTag[]))),
  }) as unknown as Product<KlingElementRequest, KlingElement>['schema'],
  fields: ['kind', 'name', 'description', 'images', 'video', 'voice', 'tags'],
  texts: ['name', 'description'],
  media: { images, video: clips },
  state: 'current',
  units: 0,
  price: {
    basis: 'derived',
    source: 'creates of 2026-09-20 were charged 0 units; the price page has no line for it',
    asOf,
  },
  expectedMs: 5_000,
  source: page,
  asOf,
  check,
  body: ({ request: { name, description, images: pictures, voice, tags: given }, media }) => ({
    element_name: name,
    element_description: description,
    reference_type: pictures ? 'image_refer' : 'video_refer',
    element_image_list: pictures && {
      frontal_image: media['images.0']?.value,
      refer_images: pictures.slice(1).map((_, index) => ({ image_url: media[`images.${index + 1}`]?.value })),
    },
    element_video_list: pictures ? undefined : { refer_videos: [{ video_url: media.video?.value }] },
    element_voice_id: voice,
    tag_list: given && given.length > 0 ? given.map((tag) => ({ tag_id: tags[tag] })) : undefined,
  }),
  found: (task) => resultsOf(task, 'elements', elementOf),
  paths: {
    own: '/v1/general/advanced-custom-elements',
    presets: '/v1/general/advanced-presets-elements',
    // The image pages have `delete-elements`; live, both delete the same.
    delete: '/v1/general/delete-advanced-elements',
  },
  idField: 'element_id',
  idFault: digitsOnly,
}
