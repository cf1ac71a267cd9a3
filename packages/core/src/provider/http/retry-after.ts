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
