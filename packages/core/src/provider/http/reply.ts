/** Thrown when a reply is larger than a provider could mean. */
export class BodyTooLargeError extends Error {}

const utf8 = new TextDecoder()

/**
 * A body, given up once it exceeds `maxBytes`.
 *
 * @throws BodyTooLargeError then; else what the body breaks off with.
 */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body?.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const part = await reader?.read()
    if (!part || part.done) break
    size += part.value.byteLength
    if (size > maxBytes) {
      await reader?.cancel().catch(() => undefined)
      throw new BodyTooLargeError()
    }
    chunks.push(part.value)
  }
  return joined(chunks, size)
}

/** The same as text. */
export async function readBody(response: Response, maxBytes: number): Promise<string> {
  return utf8.decode(await readBytes(response.body, maxBytes))
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  // Nearly every reply comes in one piece.
  const [only] = chunks
  if (chunks.length === 1 && only?.buffer instanceof ArrayBuffer) return only as Uint8Array<ArrayBuffer>
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

// Where a value begins with more digits than a double may hold (2^53 has 16). Texts may look like it: that costs a second look.
const perhapsLong = /[[:,]\s*-?\d{16}/
// Texts first, so that digits inside of them are none of ours; then numbers whole, with their fractions and exponents.
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g
const isLong = (token: string): boolean => /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token))

/**
 * Parsed JSON, or `undefined` for anything else. A whole number beyond 2^53 comes as the text of its digits: providers
 * spell ids so (Kling's elements have 18 digits), and a rounded id is somebody else's. By our own reading, since not every
 * runtime shows a reviver the source (Node does from 21 on, Safari from 18.4 on).
 */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    if (!perhapsLong.test(text)) return value
    return JSON.parse(text.replace(tokens, (token) => (isLong(token) ? `"${token}"` : token)))
  } catch {
    return undefined
  }
}

/**
 * Milliseconds to wait by a `Retry-After` header, in seconds or as a date (RFC 9110, section 10.2.3). A date is taken
 * against the reply's own `Date`, so that a wrong clock on our side does not stretch or shrink it. As it was said: Reelay
 * itself waits five minutes of it at most.
 *
 * @param now The server's time, milliseconds since the epoch; a date says nothing without it.
 *
 * @example
 * ```ts
 * import { retryAfterMs } from '@reelay/core/adapter'
 * retryAfterMs('2', 0) // 2_000
 * ```
 */
export function retryAfterMs(value: string | undefined, now: number | undefined): number | undefined {
  if (value === undefined) return undefined
  const text = value.trim()
  if (/^\d+(\.\d+)?$/.test(text)) {
    const ms = Math.ceil(Number(text) * 1_000)
    // More digits than a number has say no more than nothing does.
    return Number.isFinite(ms) ? ms : undefined
  }
  // Date.parse takes almost anything for a date ("-1", "1.5 hours"); an HTTP date names its day and zone.
  if (now === undefined) return undefined
  const date = /^[A-Za-z]{3,9},? .*GMT$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
