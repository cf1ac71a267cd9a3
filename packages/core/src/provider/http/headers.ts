import { ReelayError } from '../../model/error.ts'

// They describe the message or the connection, which fetch does itself: undici refuses most of them, and a wrong
// length hangs (tried with Node 24.21 and its undici 7.29, 2026-11-26).
const ofTheMessage: ReadonlySet<string> = new Set([
  'content-length',
  'expect',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
])

/** Whether a header, by its lower-case name, is one that `fetch` sets itself. */
export const isOfTheMessage = (name: string): boolean => ofTheMessage.has(name)

/** Headers of the caller's as a plain object, the later ones over the earlier. */
export function mergedHeaders(
  ...sets: readonly (Readonly<Record<string, string>> | undefined)[]
): Readonly<Record<string, string>> {
  // By lower-case name, as HTTP sees them: of two spellings the later call's must win. Untyped callers pass `Headers`.
  const entries = sets.flatMap((set) =>
    Symbol.iterator in Object(set)
      ? [...(set as unknown as Iterable<[string, string]>)]
      : Object.entries(set ?? {}),
  )
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]))
}

/**
 * A request's headers.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for what no header can carry; it does not repeat the value.
 */
export function headersOf(values: Readonly<Record<string, unknown>>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(values)) {
    const fail = (what: string): ReelayError =>
      new ReelayError('ERR_CONFIG', `The header ${JSON.stringify(name)} ${what}. Nothing was sent.`, {
        outcome: 'none',
      })
    // Headers would send the words "undefined" and "[object Object]".
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw fail(`is ${value === null ? 'null' : typeof value}; pass a text, or leave it out`)
    }
    if (isOfTheMessage(name.toLowerCase())) throw fail('is set by fetch itself; leave it out')
    try {
      headers.set(name, String(value))
    } catch {
      throw fail('has a name or value that HTTP cannot carry')
    }
  }
  return headers
}

// Only headers that carry credentials hold secrets: a trace id or a stage's name that also stands in an answer is none.

/** Parts of header names, between their hyphens, that say "credentials" wherever they stand. */
const anywhere = new Set([
  'authorization',
  'authentication',
  'auth',
  'cookie',
  'cookies',
  'password',
  'passwd',
  'passphrase',
  'credential',
  'credentials',
  'secret',
  'jwt',
  'apikey',
  'bearer',
])
/** Those that say it as the last part: `x-api-key`, but not `x-key-version`. */
const last = new Set([
  'key',
  'token',
  'session',
  'signature',
  'bypass',
  'pat',
  'otp',
  'pass',
  'pwd',
  'passcode',
  'pin',
  'sid',
])
/** The same without a hyphen: `x-authtoken`. */
const joined = /^(?:auth|access|secret|private|client|api|session|refresh)(?:token|key|secret)$/
/** Names that look like it and are public. */
const harmless: ReadonlySet<string> = new Set(['idempotency-key', 'x-idempotency-key', 'surrogate-key'])
// Schemes of RFC 9110, section 11, in IANA's registry, and the words that APIs of this trade use instead.
const scheme =
  /^(?:Bearer|Basic|Key|Token|Digest|ApiKey|Api-Key|DPoP|GNAP|HOBA|Hawk|Mutual|Negotiate|OAuth|PrivateToken|AWS4-HMAC-SHA256)[ :]+(\S.*)$/is
// A value that is a credential by its own form, whatever its header is called: a JWT, or a key with a maker's prefix.
const keyLike = /^(?:eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|(?:sk|pk|rk|r8|ghp|gho|glpat|xox[abp]|whsec)[-_]\S{6,})$/

function named(name: string): boolean {
  const lower = name.toLowerCase()
  if (harmless.has(lower)) return false
  const parts = lower.split(/[-_.]/)
  const end = parts.at(-1) ?? ''
  // `x-session-id` is the session itself.
  const isId = end === 'id' && ['session', 'token'].includes(parts.at(-2) ?? '')
  return (
    parts.some((part) => anywhere.has(part) || part.endsWith('authorization')) ||
    last.has(end) ||
    isId ||
    joined.test(end)
  )
}

function decoded(base64: string): string | undefined {
  try {
    const binary = atob(base64.replaceAll('-', '+').replaceAll('_', '/'))
    return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
  } catch {
    return undefined
  }
}

/** The secret, and those inside it: the bare token of `Bearer`, both halves of `Basic`, the values of a list. */
function partsOf(value: string): readonly string[] {
  const bare = scheme.exec(value)?.[1]?.trim()
  const content = bare ?? value
  const basic = /^basic\b/i.test(value) ? decoded(content) : undefined
  const colon = basic?.indexOf(':') ?? -1
  const halves = basic === undefined || colon < 0 ? [] : [basic.slice(0, colon), basic.slice(colon + 1)]
  const listed = /[;,]/.test(content) || /^[\w-]+=/.test(content)
  const values = listed
    ? content.split(/[;,]\s*/).map((one) => one.slice(one.indexOf('=') + 1).replace(/^"|"$/g, ''))
    : []
  return [
    value,
    ...(bare === undefined ? [] : [bare]),
    ...(basic === undefined ? [] : [basic]),
    ...halves,
    ...values,
  ]
}

/** Every text in a caller's headers that must not be seen: decided by a header's name, or by the form of its value. */
export function headerSecrets(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const text = String(value).trim()
    const bare = scheme.exec(text)?.[1]?.trim()
    const secret = named(name) || keyLike.test(text) || (bare !== undefined && !/\s/.test(bare))
    return secret ? partsOf(text) : []
  })
}
