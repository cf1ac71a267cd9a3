import { costs } from '../../kinds/ways.ts'
import { patchAt } from '../../model/patch.ts'
import { type Finding, problem } from '../../model/problem.ts'
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

/** A value whose texts are without what cannot be meant. */
export function tidied(value: unknown): unknown {
  if (typeof value === 'string') return unsayable(value)?.without ?? value
  if (Array.isArray(value)) return value.map(tidied)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [unsayable(key)?.without ?? key, tidied(inner)]),
  )
}

/**
 * What of one text cannot be meant.
 *
 * @param path Where in a request it stands, when a suggestion can put it right there.
 */
export function textProblems(field: string, text: unknown, path?: readonly string[]): readonly Finding[] {
  const found = typeof text === 'string' ? unsayable(text) : undefined
  if (!found) return []
  const [message, fix] = explanations[found.what](found)
  const ways = path ? [{ patch: patchAt(path, found.without), cost: costs.tidy, fix }] : []
  return [problem(field, 'malformed', message, fix, ways)]
}

// Media in options go out as they are; a base64 text has no need to be read for it.
const isLink = (text: string): boolean => text.length < 8_192 && /^\s*https?:\/\/\S+\s*$/i.test(text)
const publish = 'Put the file where the provider can fetch it: at a public https URL.'

/**
 * What of the texts inside a value cannot be meant, or be reached by the provider; keys are texts too.
 *
 * @param near Whether the provider stands where the caller does.
 * @param files Paths of what is looked at as a file, and not as a text.
 */
export function nestedTextProblems(
  field: string,
  given: unknown,
  near: boolean,
  files?: ReadonlySet<string>,
): readonly Finding[] {
  if (files?.has(field)) return []
  const { toJSON } = Object(given) as { readonly toJSON?: unknown }
  // A URL, say: what will be sent is what it says of itself.
  const value = typeof toJSON === 'function' ? toJSON.call(given, '') : given
  if (typeof value === 'string') {
    return [
      ...textProblems(field, value),
      ...(isLink(value) ? reachProblems(field, value, near, publish) : []),
    ]
  }
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const wrongKey = unsayable(key)
    return wrongKey ? textProblems(field, key) : nestedTextProblems(`${field}.${key}`, inner, near, files)
  })
}

/**
 * What of a request's own fields cannot be meant: of words for the model, and of whatever names something, such as the id
 * of a clip, a face or a sound, which goes out as well.
 *
 * @param words The fields that hold words for the model; these can be put right.
 */
export function fieldTextProblems(
  fields: Readonly<Record<string, unknown>>,
  words: readonly string[],
  files: ReadonlySet<string>,
  near: boolean,
): readonly Finding[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    if (value === undefined || field === 'providerOptions') return []
    if (!words.includes(field)) return nestedTextProblems(field, value, true, files)
    return typeof value === 'string'
      ? textProblems(field, value, [field])
      : nestedTextProblems(field, value, near)
  })
}
