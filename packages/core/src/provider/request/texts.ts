import { type Problem, problem } from '../../model/problem.ts'
import { type Unsayable, unsayable } from '../../model/text.ts'
import { reachProblems } from './reach.ts'

const explanations: {
  readonly [what in Unsayable['what']]: (found: Unsayable) => readonly [message: string, fix: string]
} = {
  half: ({ at, spelled }) => [
    `Its character ${at} is only half of one (${spelled}), as if it had been cut inside an emoji.`,
    'Cut the text at a whole character: Array.from(text).slice(0, n).join("") does.',
  ],
  control: ({ at, spelled }) => [
    `Its character ${at} is a control character (${spelled}), which no text can mean.`,
    'Take it out.',
  ],
}

/** What of one text cannot be meant. */
export function textProblems(field: string, text: unknown): readonly Problem[] {
  const found = typeof text === 'string' ? unsayable(text) : undefined
  return found ? [problem(field, 'malformed', ...explanations[found.what](found))] : []
}

// Media in options go out as they are; a base64 text has no need to be read for it.
const isLink = (text: string): boolean => text.length < 8_192 && /^https?:\/\/\S+$/i.test(text)
const publish = 'Put the file where the provider can fetch it: at a public https URL.'

/**
 * What of the texts inside a value cannot be meant, or be reached by the provider; keys are texts too.
 *
 * @param near Whether the provider stands where the caller does.
 */
export function nestedTextProblems(field: string, value: unknown, near: boolean): readonly Problem[] {
  if (typeof value === 'string') {
    return [
      ...textProblems(field, value),
      ...(isLink(value) ? reachProblems(field, value, near, publish) : []),
    ]
  }
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const wrongKey = unsayable(key)
    return wrongKey ? textProblems(field, key) : nestedTextProblems(`${field}.${key}`, inner, near)
  })
}
