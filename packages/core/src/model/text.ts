// Halves of surrogate pairs: with the `u` flag whole pairs are one character, and not of this category.
const halves = /\p{Cs}/gu

// C0 and DEL but tab and line breaks. No database column and no model makes anything of them; U+0000 is refused by many.
const controls = /[^\P{Cc}\t\n\r\u0080-\u009f]/gu

// What leaves no mark: spaces, format characters (zero-width ones, direction marks), controls, and the blank letters of
// Hangul and Braille.
const markless = /[\s\p{Cf}\p{Cc}\u115f\u1160\u3164\uffa0\u2800]/gu

/**
 * Whether a text says nothing: empty, or of spaces, zero-width and control characters only.
 *
 * @example
 * ```ts
 * import { isBlank } from '@reelay/core/adapter'
 * isBlank(' \u200b\n') // true
 * ```
 */
export function isBlank(text: string): boolean {
  return text.replace(markless, '') === ''
}

/** What of a text cannot be meant, and the text without it. */
export interface Unsayable {
  readonly what: 'half' | 'control'
  /** Where the first one stands, in characters as a person counts them, from 1. */
  readonly at: number
  /** The first one, as an escape such as `\ud83c`. */
  readonly spelled: string
  readonly without: string
}

/** What no text can mean: half a character, which is what cutting an emoji leaves, or a control character. */
export function unsayable(text: string): Unsayable | undefined {
  const half = text.search(halves)
  const at = half === -1 ? text.search(controls) : half
  if (at === -1) return undefined
  return {
    what: half === -1 ? 'control' : 'half',
    at: graphemes(text.slice(0, at)).length + 1,
    spelled: `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
    without: text.replace(halves, '').replace(controls, ''),
  }
}

/** How a provider counts the length of a text: code points (JSON Schema, Python, Go), or bytes of UTF-8. */
export type TextUnit = 'characters' | 'bytes'

const sizes: { readonly [unit in TextUnit]: (text: string) => number } = {
  // Not by spreading: a text of megabytes must not become an array.
  characters: (text) => {
    let count = 0
    for (const _ of text) count++
    return count
  },
  bytes: (text) => new TextEncoder().encode(text).length,
}

/** A text's length as a provider counts it. */
export const sizeOf = (text: string, unit: TextUnit = 'characters'): number => sizes[unit](text)

/** A text in the characters a person counts: an emoji of several parts is one. */
export function graphemes(text: string): readonly string[] {
  // Not in every runtime (small-icu builds, older Firefox); code points are the next best.
  if (typeof Intl === 'undefined' || !('Segmenter' in Intl)) return [...text]
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)
}

/** The longest beginning of whole characters that has at most this length. */
export function cutTo(text: string, most: number, unit: TextUnit = 'characters'): string {
  let size = 0
  let end = 0
  for (const one of graphemes(text)) {
    size += sizeOf(one, unit)
    if (size > most) break
    end += one.length
  }
  return text.slice(0, end)
}

/** A whole number with its thousands apart: `2,500`. */
export const counted = (count: number): string =>
  Number.isInteger(count) && Math.abs(count) < 1e15
    ? String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')
    : String(count)

// What can move a cursor, set a title, or turn a line around, so that it reads as something else than it is: C0 and C1
// controls, line and paragraph separators, direction controls (UAX #9; CVE-2021-42574), the byte order mark, and halves
// of surrogate pairs, which no file and no terminal can hold.
const invisible =
  /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu
const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Text of foreign origin made safe to show: control characters, direction controls and halves of surrogate pairs become
 * visible escapes such as `\u001b`, so that they never reach a terminal. Everything else stays as it is. Pure; never
 * throws. For showing only: what is looked up, sent or stored keeps its own spelling.
 *
 * @param options.lines Keeps line breaks and tabs, for texts of several lines that are our own.
 *
 * @example
 * ```ts
 * import { printable } from '@reelay/core'
 * printable('x\u001b]0;owned\u0007') // 'x\\u001b]0;owned\\u0007'
 * ```
 */
export function printable(text: string, { lines = false }: { readonly lines?: boolean } = {}): string {
  return text.replace(invisible, (character) => {
    if (lines && (character === '\n' || character === '\t')) return character
    return short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
