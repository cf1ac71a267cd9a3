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
