// How one character may be written by whoever repeats it: in an address, a form, a page, a JSON text, a shell, or
// several of them one inside the other. Every repetition is bounded, so that matching stays linear in the text.

/** HTML's names for ASCII punctuation (HTML standard, section 13.5; without those that are not ASCII). */
const named: Readonly<Record<string, string>> = {
  '\t': 'Tab',
  '\n': 'NewLine',
  '!': 'excl',
  '"': 'quot|QUOT',
  '#': 'num',
  $: 'dollar',
  '%': 'percnt',
  '&': 'amp|AMP',
  "'": 'apos',
  '(': 'lpar',
  ')': 'rpar',
  '*': 'ast|midast',
  '+': 'plus',
  ',': 'comma',
  '.': 'period',
  '/': 'sol',
  ':': 'colon',
  ';': 'semi',
  '<': 'lt|LT',
  '=': 'equals',
  '>': 'gt|GT',
  '?': 'quest',
  '@': 'commat',
  '[': 'lsqb|lbrack',
  '\\': 'bsol',
  ']': 'rsqb|rbrack',
  '^': 'Hat',
  _: 'lowbar|UnderBar',
  '`': 'grave|DiacriticalGrave',
  '{': 'lcub|lbrace',
  '|': 'vert|verbar|VerticalLine',
  '}': 'rcub|rbrace',
}

const jsonShort: Readonly<Record<string, string>> = { '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't' }

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
/** Hexadecimal digits in either case. */
const hex = (value: number, digits: number): string =>
  value
    .toString(16)
    .padStart(digits, '0')
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)

const utf8 = new TextEncoder()
// `%41`, and `%2541` of a text that was encoded twice.
const percent = (character: string): string =>
  [...utf8.encode(character)].map((byte) => `%(?:25){0,3}${hex(byte, 2)}`).join('')
const units = (character: string): readonly number[] =>
  Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))

/** The pattern of one character in all its spellings. */
function character(one: string): string {
  const code = one.codePointAt(0) ?? 0
  const escapes = [
    units(one)
      .map((unit) => `\\\\{1,8}u${hex(unit, 4)}`)
      .join(''),
  ]
  if (code < 0x100) escapes.push(`\\\\{1,8}x${hex(code, 2)}`)
  const short = jsonShort[one]
  if (short) escapes.push(`\\\\{1,8}${short}`)
  const names = named[one]
  const entity = [`#0{0,6}${code}`, `#[xX]0{0,6}${hex(code, 1)}`, ...(names ? [names] : [])].join('|')
  // Only what is no letter or digit is ever escaped by a bare backslash: `\/`, `\"`, `\'`.
  const plain = /[A-Za-z0-9]/.test(one) ? literal(one) : `\\\\{0,8}${literal(one)}`
  const form = one === ' ' ? ['\\+'] : []
  // The bare character last: of `&amp;` for `&`, nothing should be left over.
  return `(?:${[percent(one), `&(?:amp;){0,3}(?:${entity});?`, ...escapes, plain, ...form].join('|')})`
}

/** A run of backslashes, each of which may have been doubled more than once. */
function backslashes(count: number): string {
  const one = `\\\\u${hex(0x5c, 4)}|\\\\|${percent('\\')}|&(?:amp;){0,3}(?:#0{0,6}92|#[xX]0{0,6}5[cC]|bsol);?`
  return `(?:${one}){${count},${count * 8}}`
}

// A pattern has its limits; the head of a longer secret (a cookie, say) proves it, and takes along what it hangs on to.
const longestPattern = 512

/** The pattern of a text whose every character may be spelled in another way. */
export function anySpelling(text: string): string {
  const head = text.slice(0, longestPattern).replace(/[\ud800-\udbff]$/, '')
  const rest = text.length - head.length
  const parts = (head.match(/\\+|[^\\]/gu) ?? []).map((part) =>
    part.startsWith('\\') ? backslashes(part.length) : character(part),
  )
  return parts.join('') + (rest > 0 ? `[^]{0,${rest}}\\S*` : '')
}

const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const digit = /[A-Za-z0-9+/_-]/.source

/** A digit of base64 in either alphabet, itself written in any way. */
const base64Digit = (one: string): string =>
  one === '+' ? `(?:${character('+')}|-)` : one === '/' ? `(?:${character('/')}|_)` : one

/**
 * The patterns of a text inside base64, at each of the three places it may begin in a group of three bytes: alone,
 * before a colon or after one (`Basic`), or in the midst of more. The digits at its edges are shared with its neighbours.
 */
export function insideBase64(text: string): readonly string[] {
  const bytes = utf8.encode(text.slice(0, longestPattern))
  const tail = text.length > longestPattern ? '\\S*' : ''
  return [0, 1, 2].map((shift) => {
    const bits = [...new Uint8Array(shift), ...bytes]
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('')
    const first = Math.ceil((shift * 8) / 6)
    const digits = Array.from({ length: Math.floor(bits.length / 6) - first }, (_, at) => {
      const from = (first + at) * 6
      return base64Digits[Number.parseInt(bits.slice(from, from + 6), 2)] ?? ''
    })
    const before = shift === 0 ? '' : `${digit}?`
    const after = bits.length % 6 === 0 ? '' : `${digit}?`
    return `${before}${digits.map(base64Digit).join('')}${after}={0,2}${tail}`
  })
}
