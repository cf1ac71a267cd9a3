import type { Shot } from '../model/words.ts'
import { type Reference, type ReferenceNotation, type ReferenceType, typeOf } from './references.ts'

// Scripts that put no spaces between words: there a name may stand next to any letter. In Hangul particles follow a name
// without a space ("마라가 걷는다").
const unspaced = String.raw`\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}`
const letter = String.raw`[\p{L}\p{M}\p{N}_]`
const before = `(?<!(?![${unspaced}])${letter})`
const after = String.raw`(?!(?![${unspaced}\p{scx=Hang}])${letter})`
const opensUnspaced = new RegExp(`^[${unspaced}]`, 'u')
const endsUnspaced = new RegExp(String.raw`[${unspaced}\p{scx=Hang}]$`, 'u')

/**
 * What a name may look like: it begins with a letter, so that it is none of the numbers that objects sort, and has only
 * what stands in words.
 */
const nameLike = /^\p{L}[\p{L}\p{M}\p{N}]*(?:[ '’_-][\p{L}\p{M}\p{N}]+)*$/u
const longestName = 60

/** Whether a prompt can say it. */
export const isSayable = (name: string): boolean =>
  name.length <= longestName && nameLike.test(name.normalize())

// Whether the accent is a character of its own is nothing a reader sees; nor is how many spaces there are.
const sourceOf = (name: string): string => name.normalize().replaceAll(' ', String.raw`\s+`)

/** Whether a reader takes two names for one: in any case, however accents are written. */
export const isSameName = (one: string, other: string): boolean =>
  new RegExp(`^(?:${sourceOf(one)})$`, 'iu').test(other.normalize())

/** A part of a text: words, or one of the names with what is written for it, an `@` before it included. */
type Part = string | { readonly name: string; readonly written: string }

/**
 * Where a text says which name: as whole words and in any case. Of names that begin at one place the longest counts, so that
 * *Mara* is not found in *Mara Lou* where both are names.
 */
export function partsOf(text: string, names: readonly string[]): readonly Part[] {
  if (names.length === 0) return [text]
  const longestFirst = [...names].sort((a, b) => b.length - a.length)
  const ways = longestFirst.map((name) => {
    const word = name.normalize()
    const start = opensUnspaced.test(word) ? '' : before
    return `(${start}@?${sourceOf(name)}${endsUnspaced.test(word) ? '' : after})`
  })
  const pattern = new RegExp(ways.join('|'), 'giu')
  const parts: Part[] = []
  const source = text.normalize()
  let at = 0
  for (const match of source.matchAll(pattern)) {
    const name = longestFirst.find((_name, index) => match[index + 1] !== undefined) ?? ''
    parts.push(source.slice(at, match.index), { name, written: match[0] })
    at = match.index + match[0].length
  }
  return [...parts, source.slice(at)].filter((part) => part !== '')
}

interface Named {
  readonly prompt?: string | undefined
  readonly shots?: readonly Shot[] | undefined
  readonly references?: Readonly<Record<string, Reference>> | undefined
}

/**
 * Each name with how the provider writes it: numbered by what it is, in the order the caller gave. None where a provider has
 * no notation, and reads the names themselves.
 */
export function notedNames(
  references: Named['references'],
  notation: ReferenceNotation | undefined,
): ReadonlyMap<string, string> {
  if (!notation) return new Map()
  const count: Record<ReferenceType, number> = { image: 0, element: 0, video: 0 }
  return new Map(
    Object.entries(references ?? {}).map(([name, reference]) => {
      const type = typeOf(reference)
      count[type] += 1
      return [name, notation[type].replace('#', String(count[type]))]
    }),
  )
}

/** A text as the provider is to read it. */
export const written = (text: string, noted: ReadonlyMap<string, string>): string =>
  partsOf(text, [...noted.keys()])
    .map((part) => (typeof part === 'string' ? part : (noted.get(part.name) ?? part.written)))
    .join('')

/** The texts of a request that the provider reads: where shots speak for themselves, the prompt is not sent. */
export function promptsSent({ prompt = '', shots }: Named, besidePrompt: boolean): readonly string[] {
  return [...(shots && !besidePrompt ? [] : [prompt]), ...(shots ?? []).map((shot) => shot.prompt)]
}
