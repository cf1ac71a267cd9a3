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
