import { type Finding, problem, type Way } from '../model/problem.ts'
import { counted, isBlank, sizeOf } from '../model/text.ts'
import type { Kind, Shot } from '../model/words.ts'
import type { Case, Rule } from './kind.ts'
import type { SharedFields } from './kind-types.ts'
import { isSameName, isSayable, notedNames, partsOf, promptsSent, written } from './reference-names.ts'
import type { Reference, ReferenceLimits } from './references.ts'
import type { ShotLimits, TextLimit } from './video-fields.ts'
import { drop, set } from './ways.ts'

/** The types of kinds whose prompt speaks of references: what rules about names look at. */
export interface Referring {
  readonly kind: Kind
  readonly request: SharedFields & {
    readonly prompt?: string
    readonly shots?: readonly Shot[]
    readonly references?: { readonly [name: string]: Reference }
  }
  readonly limits: {
    readonly prompt: TextLimit
    readonly shots?: ShotLimits
    readonly references: ReferenceLimits
  }
}

/** A request with references beside the row that would serve it. */
export type Of = Case<Referring>
/** A name and what it stands for. */
export type Name = readonly [name: string, reference: Reference]

/** The references with their names, in the order given. */
export const namesIn = ({ request }: Pick<Of, 'request'>): readonly Name[] =>
  Object.entries(request.references ?? {})
/** Names that a prompt can say, and that a reader can tell apart. */
function spelling(of: Of): readonly (Finding | false)[] {
  const names = namesIn(of).map(([name]) => name)
  return names.flatMap((name, index) => {
    const twin = names.slice(0, index).find((other) => isSayable(other) && isSameName(other, name))
    return [
      !isSayable(name) &&
        problem(
          `references.${name}`,
          'malformed',
          `${JSON.stringify(name)} is no name that a prompt can say.`,
          'Use a word or two that begin with a letter, such as mara or old_hall.',
        ),
      twin !== undefined &&
        problem(
          `references.${name}`,
          'conflict',
          `${twin} and ${name} are one name in a prompt, where upper and lower case are the same.`,
          'Give one of them another name, and say that in the prompt.',
        ),
    ]
  })
}

/** The text with the names in it, for whoever has to put them there. */
function sentence(text: string, names: readonly string[]): string {
  const all = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names.join('')
  if (isBlank(text)) return `${all} in the rain.`
  return `${text.trim().replace(/[.!?…。！？,;:]+$/u, '')}, with ${all}.`
}

/** Each reference is paid for, or counts against a limit: one that the prompt never speaks of is a slip. */
function unnamed(of: Of): readonly Finding[] {
  const { request, limits } = of
  const { prompt, shots } = request
  const beside = limits.shots?.besidePrompt === true
  const names = namesIn(of).map(([name]) => name)
  if (names.some((name) => !isSayable(name))) return []
  const said = new Set(
    promptsSent(request, beside).flatMap((text) =>
      partsOf(text, names).flatMap((part) => (typeof part === 'string' ? [] : [part.name])),
    ),
  )
  const missing = names.filter((name) => !said.has(name))
  const [first] = shots ?? []
  const inShots = first !== undefined && !beside
  const text = inShots ? first.prompt : (prompt ?? '')
  const example = sentence(text, missing)
  const fix = `Name ${missing.length > 1 ? 'them' : 'it'} where it belongs, such as: “${example}”`
  const ways = (name: string): readonly Way[] => [
    ...(isBlank(text)
      ? []
      : [
          inShots
            ? set('shots', [{ ...first, prompt: example }, ...(shots ?? []).slice(1)], fix)
            : set('prompt', example, fix),
        ]),
    drop(`references.${name}`, `Leave ${name} out.`),
  ]
  return missing.map((name) =>
    problem(
      `references.${name}`,
      'conflict',
      `${inShots ? 'No shot' : 'The prompt never'} names ${name}.`,
      fix,
      ways(name),
    ),
  )
}

/** What is left of a notation once the number is any. */
const patternOf = (notation: string): RegExp => new RegExp(notation.replace('#', String.raw`\d+`), 'iu')

/** Numbers are ours to give: a prompt that has them already speaks of other references than it means. */
function numbered(of: Of): readonly (Finding | false)[] {
  const { notation } = of.limits.references
  if (!notation) return []
  const names = namesIn(of)
    .map(([name]) => name)
    .filter(isSayable)
  const texts = promptsSent(of.request, of.limits.shots?.besidePrompt === true)
  const plain = texts.flatMap((text) => partsOf(text, names)).filter((part) => typeof part === 'string')
  const found = Object.values(notation)
    .map((one) => plain.map((text) => patternOf(one).exec(text)?.[0]).find((hit) => hit !== undefined))
    .find((hit) => hit !== undefined)
  return [
    found !== undefined &&
      problem(
        'prompt',
        'conflict',
        `The prompt says ${found}, which is the provider’s own notation: the numbers follow from the references.`,
        'Give the reference a name, and say that in its place.',
      ),
  ]
}

/** Names become longer in a provider's notation, and count as they are sent. */
function lengths(of: Of): readonly (Finding | false)[] {
  const { request, limits } = of
  const noted = notedNames(request.references, limits.references.notation)
  const { maxLength, unit } = limits.prompt
  const longestShot = limits.shots?.longestPrompt ?? Number.POSITIVE_INFINITY
  const tooLong = (field: string, text: string, most: number, of?: typeof unit): Finding | false => {
    // What is too long as it stands is found by another rule.
    if (sizeOf(text, of) > most) return false
    const size = sizeOf(written(text, noted), of)
    if (size <= most) return false
    const message = `${field} has ${counted(size)} characters with its names in the provider’s notation; at most ${counted(most)} are accepted.`
    return problem(field, 'length', message, `Shorten it by ${counted(size - most)}.`)
  }
  // What no prompt can say is found by another rule, and need not be a pattern.
  if (noted.size === 0 || ![...noted.keys()].every(isSayable)) return []
  return [
    tooLong('prompt', request.prompt ?? '', maxLength, unit),
    ...(request.shots ?? []).map((shot, index) => tooLong(`shots.${index}.prompt`, shot.prompt, longestShot)),
  ]
}

/** What of the names and the words around them a row does not take. */
export const naming: Rule<Referring> = (of) => [
  ...spelling(of),
  ...unnamed(of),
  ...numbered(of),
  ...lengths(of),
]
