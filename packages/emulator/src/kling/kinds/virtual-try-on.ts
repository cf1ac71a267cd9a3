import { type Body, documented, list, type Schema, text } from '../../engine/fields.ts'
import { isRecord } from '../../http/json.ts'
import { webURL } from '../../webhooks/address.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import type { Job } from '../task.ts'
import { checkImage } from './image-to-video.ts'
import { checkFields, invalidValue, type KlingKind } from './kind.ts'

const png = [{ type: 'png' }] as const
const portrait = 3 / 4

/** What both forms make: the person's picture, the garment inside it. */
const jobOf = (
  made: Pick<Job, 'op' | 'model' | 'pack' | 'watermark' | 'request'>,
  person: string,
  garment: string,
): Job => ({
  ...made,
  mode: 'std',
  seconds: 0,
  files: png,
  aspect: portrait,
  prompt: '',
  frame: person,
  references: [garment],
  milliUnits: 1000,
})

const isGone = (model: string, { modelStates, unverifiedModels }: KlingSettings): boolean => {
  const state = modelStates[model] ?? 'unverified'
  if (state === 'ending') return unverifiedModels !== 'accept'
  return state === 'discontinued' || (state === 'unverified' && unverifiedModels === 'refuse')
}

const models = ['kolors-virtual-try-on-v1', 'kolors-virtual-try-on-v1-5']

const fields: Schema = {
  model_name: { type: 'string', enum: models },
  human_image: { type: 'string', required: true, minLength: 1 },
  cloth_image: { type: 'string', required: true, minLength: 1 },
  callback_url: { type: 'string' },
  external_task_id: { type: 'string' },
}

/** V1's try-on (page of 2026-02). Whether its names still answer is not known: since 2026-09-15 they run on 3.0. */
export const kolorsTryOn: KlingKind = {
  path: '/v1/images/kolors-virtual-try-on',
  op: 'kolors-virtual-try-on',
  product: 'Virtual Try-On',
  fields,
  read(raw, settings) {
    const body = documented(fields, raw)
    const wrong = checkFields(fields, body)
    if (wrong) return wrong
    const callback = text(body, 'callback_url')
    if (callback !== '' && !webURL(callback)) return invalidValue('callback_url', callback)
    const model = text(body, 'model_name') || 'kolors-virtual-try-on-v1'
    if (isGone(model, settings)) {
      return refuse(
        settings.discontinuedCode,
        `The model '${model}' has been discontinued and is no longer available.`,
      )
    }
    for (const field of ['human_image', 'cloth_image']) {
      const checked = checkImage(field, text(body, field))
      if ('code' in checked) return checked
    }
    const made = { op: kolorsTryOn.op, model, pack: 'try-on', watermark: false, request: raw } as const
    return jobOf(made, text(body, 'human_image'), text(body, 'cloth_image'))
  },
}

const content = {
  type: 'object',
  properties: { type: { type: 'string', required: true }, url: { type: 'string' } },
} as const
const flag = { type: 'boolean' } as const

const solutionFields: Schema = {
  contents: { type: 'array', required: true, items: content },
  settings: {
    type: 'object',
    properties: { keep_face: flag, keep_pose: flag, keep_background: flag },
  },
  options: {
    type: 'object',
    properties: {
      callback_url: { type: 'string' },
      external_task_id: { type: 'string' },
      watermark: { type: 'object', properties: { enabled: flag } },
    },
  },
}

/** The two pictures of a Solution's try-on: one of each, by a URL. */
function contentsOf(body: Body): { readonly person: string; readonly garment: string } | Refusal {
  const contents = list(body, 'contents').filter(isRecord)
  const of = (type: string): readonly Body[] => contents.filter((one) => one.type === type)
  const [garments, persons] = [of('product_image'), of('person_image')]
  if (garments.length === 0) return refuse(1201, 'Product image is missing. Please upload a product image.')
  if (persons.length === 0) return refuse(1201, 'Person image is missing. Please upload a person image.')
  if (contents.length !== 2) return refuse(1201, 'contents must hold exactly 2 items')
  for (const one of contents) {
    if (!webURL(text(one, 'url'))) return refuse(1201, `${String(one.type)} must be a URL`)
  }
  return { person: text(persons[0] ?? {}, 'url'), garment: text(garments[0] ?? {}, 'url') }
}

/** The try-on of 3.0 (page of 2026-09-15). What it costs was not captured: one image unit, as the page's own example has it. */
export const solutionTryOn: KlingKind = {
  path: '/solutions/virtual_try_on',
  op: 'virtual_try_on',
  product: 'Virtual Try-On 3.0',
  dialect: 'solutions',
  voice: { createdId: 'task_id', success: 'succeed' },
  fields: solutionFields,
  outputs: (_task, files) =>
    files.map(({ url, marked }) => ({ type: 'image', url, watermark_url: '', ...marked })),
  read(raw) {
    const body = documented(solutionFields, raw)
    const wrong = checkFields(solutionFields, body)
    if (wrong) return wrong
    const pictures = contentsOf(body)
    if ('code' in pictures) return pictures
    const options = isRecord(body.options) ? body.options : {}
    const callback = text(options, 'callback_url')
    if (callback !== '' && !webURL(callback)) return invalidValue('callback_url', callback)
    const watermark = isRecord(options.watermark) && options.watermark.enabled === true
    const { op } = solutionTryOn
    const made = { op, model: 'kling-try-on-v3', pack: 'image', watermark, request: raw } as const
    return jobOf(made, pictures.person, pictures.garment)
  },
}
