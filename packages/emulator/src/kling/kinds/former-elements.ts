import { type Body, documented, list, type Schema, text } from '../../engine/fields.ts'
import { isRecord } from '../../http/json.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import type { Job, KlingTask } from '../task.ts'
import { elementTags, tagsOf } from './elements.ts'
import { checkImage } from './image-to-video.ts'
import { checkFields, type KlingKind, type Sight, type View } from './kind.ts'
import { formerOp, libraryJob, madeId } from './library.ts'

const address = { type: 'string', required: true, minLength: 1 } as const

const fields: Schema = {
  element_name: { type: 'string', required: true, minLength: 1, maxLength: 20 },
  element_description: { type: 'string', required: true, minLength: 1, maxLength: 100 },
  element_frontal_image: address,
  element_refer_list: {
    type: 'array',
    required: true,
    minItems: 1,
    maxItems: 3,
    items: { type: 'object', properties: { image_url: address } },
  },
  tag_list: {
    type: 'array',
    items: {
      type: 'object',
      properties: { tag_id: { type: 'string', required: true, enum: Object.keys(elementTags) } },
    },
  },
}

function read(raw: Body, settings: KlingSettings, sight: Sight): Job | Refusal {
  // By no page of 2026-09.
  if (settings.unverifiedModels === 'refuse') return refuse(1203, 'custom-elements is no longer available')
  const body = documented(fields, raw)
  const wrong = checkFields(fields, body)
  if (wrong) return wrong
  const pictures = [
    ['element_frontal_image', text(body, 'element_frontal_image')],
    ...list(body, 'element_refer_list')
      .filter(isRecord)
      .map((item, index) => [`element_refer_list[${index}].image_url`, text(item, 'image_url')]),
  ]
  for (const [name = '', value = ''] of pictures) {
    const checked = checkImage(name, value)
    if ('code' in checked) return checked
  }
  const words = `${text(body, 'element_name')} ${text(body, 'element_description')}`
  // On no page: as those of today.
  return libraryJob(formerOp, words, 0, { raw, owner: sight.owner })
}

/** An element of the old library, as its create, its list and its presets have it. */
export const formerView = (task: KlingTask): View => ({
  element_id: madeId(task),
  element_name: task.job.request.element_name,
  element_description: task.job.request.element_description,
  element_frontal_image: task.job.request.element_frontal_image,
  element_refer_list: task.job.request.element_refer_list,
  tag_list: tagsOf(task),
  owned_by: task.job.owner,
})

/** The old library: an element is made at once, and is the answer itself. */
export const formerElements: KlingKind = {
  path: '/v1/general/custom-elements',
  op: formerOp,
  product: 'Element',
  fields,
  read,
  answer: formerView,
  answersAlone: true,
}
