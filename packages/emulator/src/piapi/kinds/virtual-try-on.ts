import { text } from '../../engine/fields.ts'
import { invalid, isRefusal } from '../tables.ts'
import { checkFields, type PiapiKind } from './kind.ts'
import { checkConfig, checkImage } from './video.ts'

const url = { type: 'string' } as const
const garments = ['dress_input', 'upper_input', 'lower_input']
// Docs page, cited again in 2026; another page has a tenth of it.
const PRICE = 70_000

/** A person dressed in a garment, one work per picture. */
export const virtualTryOn: PiapiKind = {
  taskType: 'ai_try_on',
  fields: {
    kling: {
      model_input: { type: 'string', required: true, minLength: 1 },
      dress_input: url,
      upper_input: url,
      lower_input: url,
      batch_size: { type: 'integer', minimum: 1, maximum: 4 },
      // The vendor's command line adds it.
      version: { type: 'string', enum: ['2.6'] },
    },
  },
  read({ raw, model, input, uploaded }) {
    const wrong = checkFields(virtualTryOn.fields.kling ?? {}, input) ?? checkConfig(raw.config)
    if (wrong) return wrong
    const given = garments.filter((field) => text(input, field) !== '')
    if (text(input, 'model_input') === '') return invalid('model_input', 'is required')
    if (given.length === 0) return invalid('dress_input', 'is required, or upper_input, lower_input')
    if (given.includes('dress_input') && given.length > 1)
      return invalid('dress_input', 'excludes upper_input and lower_input')
    for (const field of ['model_input', ...given]) {
      // Of all the task types this one was seen to refuse data URIs.
      const checked = checkImage(field, text(input, field), uploaded, 'refuse')
      if (isRefusal(checked)) return checked
    }
    const count = typeof input.batch_size === 'number' ? input.batch_size : 1
    return {
      model,
      taskType: 'ai_try_on',
      version: '',
      mode: 'std',
      seconds: 0,
      files: Array.from({ length: count }, () => ({ type: 'png' }) as const),
      workType: 'mmu_tryon',
      aspect: 3 / 4,
      prompt: '',
      startImage: text(input, 'model_input'),
      references: given.map((field) => text(input, field)),
      output: 'works',
      microUsd: PRICE * count,
      input,
      request: raw,
    }
  },
}
