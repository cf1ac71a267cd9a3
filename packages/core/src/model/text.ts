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
