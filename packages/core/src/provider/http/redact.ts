import { printable } from '../../model/text.ts'
import { anySpelling, insideBase64 } from './spellings.ts'

const hidden = '[redacted]'

// A bearer JWT is caught by its shape as well: a provider may echo one we did not sign (an older one, say).
const jwt = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g

// Shorter texts are no secrets, and replacing them would tear replies apart.
const shortestSecret = 6
// What a person reads of a provider's words; more is a page, or a bundle.
const longestWords = 2_000

/**
 * Takes secrets out of what is shown: errors, `raw`, events, logs. What the product uses (ids, status words, addresses
 * of results) never passes through it: a key may be a common word, and a changed address opens nothing.
 */
export interface Redactor {
  /** A text without secrets, however they are spelled in it. */
  text(text: string): string
  /** A parsed reply with every text in it redacted. */
  value(value: unknown): unknown
  /** Foreign words for a message: redacted, without control characters, and of bearable length. */
  words<Text extends string | undefined>(text: Text): Text
}

function matcherOf(secrets: readonly string[], flags: string): RegExp {
  // The longest first: of a key and its half, the whole is to be replaced.
  const longest = [...secrets].sort((a, b) => b.length - a.length)
  return new RegExp(longest.flatMap((one) => [anySpelling(one), ...insideBase64(one)]).join('|'), flags)
}

/** A function that takes secrets out of a text. */
function hiderOf(secrets: readonly string[]): (text: string) => string {
  // A whole key compiles in some 15 ms, its head in 2, and most replies repeat neither.
  let head: RegExp | undefined
  let whole: RegExp | undefined
  return (text) => {
    if (secrets.length === 0) return text
    head ??= matcherOf(
      secrets.map((secret) => [...secret].slice(0, shortestSecret).join('')),
      'u',
    )
    if (!head.test(text)) return text
    whole ??= matcherOf(secrets, 'gu')
    return text.replace(whole, hidden)
  }
}

function makeRedactor(secrets: readonly string[]): Redactor {
  const hide = hiderOf(secrets)
  function text(given: string): string {
    const clean = hide(given)
    // A token in an address is the provider's own and opens the clip; without it the clip cannot be fetched.
    return /^https?:\/\//.test(clean) ? clean : clean.replace(jwt, hidden)
  }
  function value(given: unknown): unknown {
    if (typeof given === 'string') return text(given)
    if (Array.isArray(given)) return given.map(value)
    if (typeof given !== 'object' || given === null) return given
    return Object.fromEntries(Object.entries(given).map(([key, member]) => [text(key), value(member)]))
  }
  function words<Text extends string | undefined>(given: Text): Text {
    if (given === undefined) return given
    const shown = printable(text(given))
    const more = shown.length - longestWords
    return (more > 0 ? `${shown.slice(0, longestWords)}… (${more} characters more)` : shown) as Text
  }
  return { text, value, words }
}

// One per set of secrets: making one costs more than using it. Few, since a process has few accounts; the oldest is
// forgotten, since tokens are renewed.
const mostRedactors = 64
const redactors = new Map<string, Redactor>()

/** The redactor for a set of secrets. */
export function redactorFor(secrets: readonly string[]): Redactor {
  const real = [...new Set(secrets)].filter((secret) => secret.length >= shortestSecret).sort()
  const name = JSON.stringify(real)
  const known = redactors.get(name)
  if (known) return known
  const made = makeRedactor(real)
  const [oldest] = redactors.keys()
  if (redactors.size >= mostRedactors && oldest !== undefined) redactors.delete(oldest)
  redactors.set(name, made)
  return made
}
