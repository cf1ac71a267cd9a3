import {
  type CallOptions,
  type HttpReply,
  type Media,
  mediaField,
  type NativeTask,
  type Problem,
  problem,
  ReelayError,
  type SucceededTask,
  type TaskHandle,
  type VideoProvider,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { images } from '../kinds/video-rows.ts'
import { digitsOnly, type KlingElementTag, tags, words } from './element.ts'
import { elementOf, type KlingElement, resultsOf } from './made.ts'
import { type Product, tooLong } from './product.ts'

/**
 * A subject for the old library, whose elements the library of today does not know, nor the other way round.
 *
 * @example
 * ```ts
 * import type { KlingFormerElementRequest } from '@reelay/kling/elements'
 * const mug: KlingFormerElementRequest = {
 *   name: 'Mug',
 *   description: 'A red mug',
 *   images: ['https://example.com/mug.png', 'https://example.com/mug-2.png'],
 * }
 * ```
 */
export interface KlingFormerElementRequest {
  /** At most 20 characters. */
  readonly name: string
  /** At most 100 characters. */
  readonly description: string
  /** Two to four pictures of one subject, the one from the front first. */
  readonly images: readonly Media[]
  readonly tags?: readonly KlingElementTag[]
}

const source = 'github.com/WHQ25/rawgenai@b3f9cef docs/research/kling/custom-elements.md'
const asOf = '2026-02-03'

function check({
  name,
  description,
  images: pictures,
}: KlingFormerElementRequest): readonly (Problem | false)[] {
  const count = pictures.length
  return [
    tooLong('name', name, 20),
    tooLong('description', description, 100),
    (count < 2 || count > 4) &&
      problem(
        'images',
        'range',
        `Kling takes a picture from the front and one to three others, not ${count} in all.`,
        'Pass two to four pictures, the one from the front first.',
      ),
  ]
}

const readData = wireReader(z.object({ data: z.unknown() }))
const foundIn = (value: unknown): readonly KlingElement[] => {
  const element = elementOf(value)
  return element ? [element] : resultsOf(value, 'elements', elementOf)
}

/** Elements of the old library (`custom-elements`): made at once, by a create that takes no id of ours. */
export const formerProduct: Product<KlingFormerElementRequest, KlingElement> = {
  kind: 'former-element',
  route: 'custom-elements',
  schema: z.strictObject({
    kind: z.literal('former-element'),
    model: z.optional(z.string()),
    name: words('What it is called, at most 20 characters.'),
    description: words('What it is, at most 100 characters.'),
    images: z.array(mediaField('A picture of it.')),
    tags: z.optional(z.array(z.literal(Object.keys(tags) as KlingElementTag[]))),
  }) as unknown as Product<KlingFormerElementRequest, KlingElement>['schema'],
  fields: ['kind', 'name', 'description', 'images', 'tags'],
  texts: ['name', 'description'],
  media: { images },
  // Described by the pages of 2026-02, and by none of 2026-09.
  state: 'unverified',
  price: { why: 'No page says what an element of the old library costs.', source, asOf },
  // It is there with the answer; for whoever waits all the same.
  expectedMs: 1_000,
  source,
  asOf,
  check,
  body: ({ request: { name, description, images: pictures, tags: given }, media }) => ({
    element_name: name,
    element_description: description,
    element_frontal_image: media['images.0']?.value,
    element_refer_list: pictures
      .slice(1)
      .map((_, index) => ({ image_url: media[`images.${index + 1}`]?.value })),
    tag_list: given && given.length > 0 ? given.map((tag) => ({ tag_id: tags[tag] })) : undefined,
  }),
  found: foundIn,
  paths: {
    own: '/v1/general/custom-elements',
    presets: '/v1/general/presets-elements',
    delete: '/v1/general/delete-elements',
  },
  idField: 'element_id',
  idFault: digitsOnly,
}

const outputOf = (made: KlingElement) => {
  const [url] = made.images
  return { kind: 'image', mediaType: 'image/png', id: made.id, ...(url && { url }), made } as const
}

/** The element that a create of the old library answers with: it is the task as well. */
export function readFormer({ body }: HttpReply): NativeTask | undefined {
  const raw = readData(body)?.data
  const made = elementOf(raw)
  return made && { id: made.id, status: 'succeed', outputs: [outputOf(made)], raw }
}

/** Its task once more, out of the list. */
async function getFormer(
  handle: TaskHandle,
  list: (options: CallOptions) => AsyncIterable<KlingElement>,
  options: CallOptions = {},
): Promise<SucceededTask> {
  for await (const made of list(options)) {
    if (made.id !== handle.id) continue
    const { id } = handle
    return { id, handle, nativeStatus: '', status: 'succeeded', warnings: [], outputs: [outputOf(made)] }
  }
  const message = `The list of the old library has no element ${handle.id}: it was deleted, or is another account's.`
  throw new ReelayError('ERR_NOT_FOUND', message, {
    provider: 'kling',
    account: handle.account,
    outcome: 'accepted',
    handle,
  })
}

/**
 * The same provider, which reads the tasks of the old library out of its list: there is no query for one.
 *
 * @param list All that the account has there.
 */
export function withFormer(
  provider: VideoProvider,
  list: (options: CallOptions) => AsyncIterable<KlingElement>,
): VideoProvider {
  const isFormer = (handle: TaskHandle): boolean =>
    handle?.route === formerProduct.route && provider.owns(handle)
  const get: VideoProvider['get'] = async (handle, call) =>
    isFormer(handle) ? getFormer(handle, list, call) : provider.get(handle, call)
  const { getMany } = provider
  return {
    ...provider,
    get,
    ...(getMany && {
      async getMany(handles, call) {
        const answers = new Map(
          await getMany(
            handles.filter((handle) => !isFormer(handle)),
            call,
          ),
        )
        for (const handle of handles.filter(isFormer)) {
          const answer = await get(handle, call).catch((error: unknown) => {
            if (ReelayError.isInstance(error)) return error
            throw error
          })
          answers.set(handle, answer)
          call?.onAnswer?.(handle, answer)
        }
        return answers
      },
    }),
  }
}
