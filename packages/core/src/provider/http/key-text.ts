import { ReelayError } from '../../model/error.ts'

// One matching pair: a shell's, a `.env` file's that its reader did not take off (docker --env-file), a document's.
const quoted = /^(?:"([^"]*)"|'([^']*)'|`([^`]*)`|[“”„]([^“”„]*)[“”]|[‘’‚]([^‘’‚]*)[‘’]|«([^«»]*)»)$/
const quote = /^["'`“”„‘’‚«»]|["'`“”„‘’‚«»]$/

/** What is wrong with a text that should be a key, the first row that fits: what comes of copying more than the key. */
const faults: readonly (readonly [pattern: RegExp, fault: string])[] = [
  [/^$/, 'is empty'],
  [
    /[\u200b-\u200f\u2060\ufeff\u00ad]/,
    'holds an invisible character (a byte order mark or a zero-width space). Type its first and last character by hand',
  ],
  [
    /^(?:export\s+|set\s+)?[A-Z][A-Z0-9]*_[A-Z0-9_]*\s*=\s*[^\s=]/,
    'is a whole line of the form NAME=value. Pass only what stands after the =',
  ],
  [
    /^(?:[\w-]*authorization:\s*)?(?:bearer|basic|key|token)\s|^[\w-]*(?:authorization|api-key):\s/i,
    'begins with the name or the scheme word of a header. Pass the key alone; the word is added',
  ],
  [
    quote,
    'begins or ends with a quotation mark: quotes without a partner, or two pairs of them. Take them off',
  ],
  [/[\r\n]/, 'holds a line break'],
  [/\s/, 'holds a space or another character that stands for one'],
  [/[^\x21-\x7e]/, 'holds a character that no HTTP header can carry'],
]

/**
 * A text without the one matching pair of quotes around it.
 *
 * @example
 * ```ts
 * import { withoutQuotes } from '@reelay/core/adapter'
 * withoutQuotes('"key-1"') // 'key-1'
 * ```
 */
export function withoutQuotes(text: string): string {
  return (quoted.exec(text) ?? []).slice(1).find((inside) => inside !== undefined) ?? text
}

/**
 * A key as a person passed it, as it is to be sent: one matching pair of quotes is taken off. Anything else that is not
 * visible ASCII is a slip of the clipboard, and refused before it draws a refusal that says nothing.
 *
 * @param name What the person calls it: an option or a variable.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`; it never repeats the text.
 *
 * @example
 * ```ts
 * import { keyText } from '@reelay/core/adapter'
 * keyText('"whsec-1"', 'webhookSecret', { provider: 'piapi' }) // 'whsec-1'
 * ```
 */
export function keyText(
  text: string,
  name: string,
  details: { readonly provider: string; readonly account?: string | undefined },
): string {
  const fail = (fault: string): ReelayError =>
    new ReelayError('ERR_CONFIG', `${name} ${fault}. Nothing was sent; copy it again.`, {
      ...details,
      outcome: 'none',
    })
  // Untyped callers, and configs, pass what they have.
  if (typeof text !== 'string') throw fail(`is ${text === null ? 'null' : `a ${typeof text}`} and not a text`)
  const bare = withoutQuotes(text)
  const [, fault] = faults.find(([pattern]) => pattern.test(bare)) ?? []
  if (fault !== undefined) throw fail(fault)
  return bare
}
