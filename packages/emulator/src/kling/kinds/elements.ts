import { type Body, documented, list, type Schema, text } from '../../engine/fields.ts'
import { isRecord } from '../../http/json.ts'
import { webURL } from '../../webhooks/address.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import type { Job, KlingTask } from '../task.ts'
import { checkImage } from './image-to-video.ts'
import { checkFields, invalidValue, type KlingKind, type Sight, type View } from './kind.ts'
import { elementOp, libraryJob, madeId, makerOf, standing } from './library.ts'
import { checkCallback } from './video.ts'
import { checkVoice, voiceInfo } from './voices.ts'

export const elementTags: Readonly<Record<string, string>> = {
  o_101: 'Meme',
  o_102: 'Character',
  o_103: 'Animal',
  o_104: 'Item',
  o_105: 'Costume',
  o_106: 'Scene',
  o_107: 'Effect',
  o_108: 'Other',
}

const address = { type: 'string', required: true, minLength: 1 } as const

const fields: Schema = {
  element_name: { type: 'string', required: true, minLength: 1, maxLength: 20 },
  element_description: { type: 'string', required: true, minLength: 1, maxLength: 100 },
  reference_type: { type: 'string', required: true, enum: ['image_refer', 'video_refer'] },
  element_image_list: {
    type: 'object',
    properties: {
      frontal_image: address,
      refer_images: {
        type: 'array',
        required: true,
        minItems: 1,
        maxItems: 3,
        items: { type: 'object', properties: { image_url: address } },
      },
    },
  },
  element_video_list: {
    type: 'object',
    properties: {
      refer_videos: {
        type: 'array',
        required: true,
        minItems: 1,
        maxItems: 1,
        items: { type: 'object', properties: { video_url: address } },
      },
    },
  },
  element_voice_id: { type: 'string' },
  tag_list: {
    type: 'array',
    items: {
      type: 'object',
      properties: { tag_id: { type: 'string', required: true, enum: Object.keys(elementTags) } },
    },
  },
  callback_url: { type: 'string' },
  external_task_id: { type: 'string' },
}

const recordAt = (body: Body, field: string): Body => (isRecord(body[field]) ? body[field] : {})

/** Its pictures with the names of their fields, the one from the front first. */
function picturesIn(body: Body): readonly (readonly [field: string, value: string])[] {
  const images = recordAt(body, 'element_image_list')
  return [
    ['element_image_list.frontal_image', text(images, 'frontal_image')],
    ...list(images, 'refer_images')
      .filter(isRecord)
      .map(
        (item, index) =>
          [`element_image_list.refer_images[${index}].image_url`, text(item, 'image_url')] as const,
      ),
  ]
}

function checkSource(body: Body): Refusal | undefined {
  const ofImages = text(body, 'reference_type') === 'image_refer'
  const field = ofImages ? 'element_image_list' : 'element_video_list'
  if (Object.keys(recordAt(body, field)).length === 0) return refuse(1201, `${field} cannot be empty`)
  if (ofImages) {
    for (const [name, value] of picturesIn(body)) {
      const checked = checkImage(name, value)
      if ('code' in checked) return checked
    }
    return undefined
  }
  const [video] = list(recordAt(body, 'element_video_list'), 'refer_videos').filter(isRecord)
  const url = text(video ?? {}, 'video_url')
  return webURL(url) ? undefined : invalidValue('element_video_list.refer_videos[0].video_url', url)
}

function read(raw: Body, settings: KlingSettings, sight: Sight): Job | Refusal {
  const body = documented(fields, raw)
  // An empty list stands for none, as it does in answers.
  const given = Object.entries(body).filter(
    ([, value]) => !(isRecord(value) && Object.keys(value).length === 0),
  )
  const voice = text(body, 'element_voice_id')
  const wrong =
    checkFields(fields, Object.fromEntries(given)) ??
    checkCallback(text(body, 'callback_url')) ??
    checkSource(body) ??
    (voice === '' ? undefined : checkVoice(voice, settings, sight))
  if (wrong) return wrong
  const words = `${text(body, 'element_name')} ${text(body, 'element_description')}`
  // Free: live, 2026-09-20.
  const job = libraryJob(elementOp, words, 0, { raw, owner: sight.owner })
  return { ...job, ...(voice !== '' && { voice: voiceInfo(voice, sight) }) }
}

/** Its tags with their names. */
export const tagsOf = ({ job: { request } }: KlingTask): readonly View[] =>
  list(request, 'tag_list')
    .filter(isRecord)
    .map(({ tag_id: id }) => ({ id, name: elementTags[String(id)], description: '' }))

function view(task: KlingTask): View {
  const { request, owner, voice = {} } = task.job
  const ofImages = request.reference_type === 'image_refer'
  return {
    element_id: madeId(task),
    element_name: request.element_name,
    element_description: request.element_description,
    reference_type: request.reference_type,
    element_image_list: ofImages ? request.element_image_list : {},
    element_video_list: ofImages ? {} : request.element_video_list,
    element_voice_info: voice,
    tag_list: tagsOf(task),
    owned_by: owner,
    status: task.deletedAt === undefined ? 'succeed' : 'deleted',
  }
}

/** The same in the words of API 2.0 (callbacks page, 2026-09). */
function output(task: KlingTask): View {
  const { request, owner, voice } = task.job
  const pictures = picturesIn(request)
  const [clip] = list(recordAt(request, 'element_video_list'), 'refer_videos').filter(isRecord)
  const ofImages = request.reference_type === 'image_refer'
  return {
    type: 'element',
    id: madeId(task),
    name: request.element_name,
    description: request.element_description,
    element_type: ofImages ? 'multi_image_elements' : 'video_character_elements',
    references: [
      ...(ofImages
        ? pictures.map(([, url], index) => ({
            type: 'image',
            role: index === 0 ? 'frontal' : 'reference',
            url,
          }))
        : [{ type: 'video', role: 'refer', url: clip?.video_url }]),
      ...(voice
        ? [
            {
              type: 'voice',
              role: 'refer',
              url: voice.trial_url,
              id: voice.voice_id,
              name: voice.voice_name,
              owned_by: voice.owned_by,
            },
          ]
        : []),
    ],
    owned_by: owner,
    status: task.deletedAt === undefined ? 'succeeded' : 'deleted',
    tags: tagsOf(task),
  }
}

/** Makes an element: a subject that renders name by its id. */
export const elements: KlingKind = {
  path: '/v1/general/advanced-custom-elements',
  op: elementOp,
  product: 'Element',
  fields,
  read,
  result: (task) => ({ elements: [view(task)] }),
  outputs: (task) => [output(task)],
}

// A double has lost the last digits of a long one, so these are read from the text itself; in a value's text the marks are
// escaped.
const idsIn = (sent: string): readonly string[] =>
  [...sent.matchAll(/"element_id"\s*:\s*"?(\d+)/g)].map(([, id = '']) => id)

/** What stands against the elements that a render names, and the pictures that they bring into it. */
export function namedElements(
  sent: string,
  { unknownIds }: KlingSettings,
  sight: Sight,
): Refusal | { readonly pictures: readonly string[] } {
  const pictures: string[] = []
  for (const id of idsIn(sent)) {
    const found = standing(sight, elementOp, id)
    if (found === 'deleted' || (found === 'strange' && unknownIds === 'refuse'))
      return refuse(1201, `Element not found by id: ${id}`)
    const request = makerOf(sight.tasks, elementOp, id)?.job.request
    const [front] = request ? picturesIn(request) : []
    if (front && front[1] !== '') pictures.push(front[1])
  }
  return { pictures }
}
