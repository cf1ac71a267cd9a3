import { ReelayError } from '@reelay/core'

const defaultMs = 10_000
const longestMs = 600_000

/** Milliseconds for which a call waits for others. */
export function checkedTimeout(who: string, ms: unknown = defaultMs): number {
  if (typeof ms === 'number' && ms >= 0 && ms <= longestMs) return ms
  const message = `${who}: lockTimeoutMs has to be a number of milliseconds from 0 to ${longestMs}, not ${String(ms)}. Nothing was sent.`
  throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
}
