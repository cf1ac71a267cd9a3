import { refusedDelivery } from './refusal.ts'

// Five minutes either way, the tolerance that Kling and fal document and Standard Webhooks recommends.
const toleranceMs = 300_000

/**
 * The milliseconds of a signed time in whole Unix seconds.
 *
 * @throws ReelayError `ERR_WEBHOOK` when it is none, or more than five minutes away from now: a replay, or a clock that
 * is wrong.
 *
 * @example
 * ```ts
 * import { freshTimestamp } from '@reelay/core'
 * freshTimestamp('mine', '1795510885', 1_795_510_900_000) // 1795510885000
 * ```
 */
export function freshTimestamp(provider: string, seconds: string, now: number): number {
  if (!/^\d{1,12}$/.test(seconds)) {
    throw refusedDelivery(provider, 'forged', 'its timestamp is not a number of seconds.')
  }
  const at = Number(seconds) * 1_000
  if (Math.abs(now - at) <= toleranceMs) return at
  const off = `${Math.round(Math.abs(now - at) / 1_000)} s ${at < now ? 'old' : 'ahead of our clock'}`
  throw refusedDelivery(provider, 'stale', `it is ${off}, 300 s are allowed. Check this machine's clock.`)
}
