import { isRecord, optionProblem, type Rule } from './rule.ts'

const mostElements = 3

// A JSON long that may exceed 2^53, beyond which JavaScript has already rounded a number; digits as text are passed on
// as text, which API 2.0 takes and V1 has not been tried with.
const isElementId = (value: unknown): boolean =>
  typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && /^\d+$/.test(value)

/** Elements in kling-v3 image-to-video (image-to-video page, 2026-03). */
export const elements: Rule = ({ request, offer, options: { element_list: list } }) => {
  if (list === undefined) return []
  if (request.kind !== 'image-to-video' || offer.model !== 'kling-v3') {
    const message = `${offer.model} takes no elements for ${request.kind}.`
    return [
      optionProblem('element_list', 'unsupported', message, 'Leave it out, or use kling-v3 image-to-video.'),
    ]
  }
  if (!Array.isArray(list) || list.length < 1 || list.length > mostElements) {
    const message = `element_list must be an array of 1 to ${mostElements} elements.`
    return [optionProblem('element_list', 'range', message, `Pass 1 to ${mostElements} elements.`)]
  }
  return list.map((item, index) => {
    const path = `element_list.${index}.element_id`
    const fix = 'Pass the id as the provider wrote it; as text if it is longer than 15 digits.'
    return (
      !(isRecord(item) && isElementId(item.element_id)) &&
      optionProblem(path, 'type', `${path} must be a whole number that was not rounded.`, fix)
    )
  })
}
