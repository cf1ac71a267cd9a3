import type { Accounts } from '../engine/account.ts'
import type { Bucket, ReplicateAccount, ReplicateSettings } from './options.ts'
import { type Refusal, refusals } from './tables.ts'

/** The owner of a token. `Token` is the older scheme; the files pages still show it. */
export function authenticate(
  authorization: string | null,
  accounts: Accounts<ReplicateAccount>,
  creates: boolean,
): ReplicateAccount | Refusal {
  if (authorization === null || authorization.trim() === '') return refusals.noCredential()
  const token = /^(?:Bearer|Token) (\S+)$/i.exec(authorization)?.[1]
  const owner = accounts.owner(({ tokens }) => token !== undefined && tokens.includes(token))
  // Two texts for one fact, recorded and observed.
  return owner ?? (creates ? refusals.badTokenOnCreate() : refusals.badToken())
}

interface Limit {
  readonly perMinute: number
  readonly burst: number
}

// "Short bursts above the limit are tolerated" says nothing of how far; here a burst is a minute's worth.
const limits = {
  create: { perMinute: 600, burst: 600 },
  other: { perMinute: 3000, burst: 3000 },
  'low-credit': { perMinute: 6, burst: 1 },
} as const satisfies Record<string, Limit>

/** Below this the low-credit limit holds: five dollars, observed 2026-08-24. */
const LOW_CREDIT_MICRO_USD = 5_000_000
const MINUTE_MS = 60_000

/** What is left of the budget, as the two rate headers tell it. */
export interface Budget {
  readonly remaining: number
  readonly resetSeconds: number
}

const secondsUntil = (tokens: number, { tokens: left }: Bucket, { perMinute }: Limit): number =>
  Math.max(1, Math.ceil(((tokens - left) * 60) / perMinute))

/** Takes one token for a request, or refuses it. */
export function takeToken(
  account: ReplicateAccount,
  kind: 'create' | 'other',
  settings: ReplicateSettings,
  creditMicroUsd: number,
  now: number,
): Budget | Refusal {
  const poor = settings.limits === 'low-credit' || creditMicroUsd < LOW_CREDIT_MICRO_USD
  const name = kind === 'create' && poor && settings.limits !== 'off' ? 'low-credit' : kind
  const limit: Limit = limits[name]
  const bucket = account.buckets.get(name) ?? { tokens: limit.burst, at: now }
  account.buckets.set(name, bucket)
  const refill = ((now - bucket.at) * limit.perMinute) / MINUTE_MS
  bucket.tokens = Math.min(limit.burst, bucket.tokens + refill)
  bucket.at = now

  if (settings.limits !== 'off' && bucket.tokens < 1) {
    const seconds = secondsUntil(1, bucket, limit)
    return name === 'low-credit'
      ? refusals.throttledLowCredit(seconds)
      : refusals.throttled(seconds, settings.retryAfterHeader)
  }
  bucket.tokens = Math.max(0, bucket.tokens - 1)
  return {
    remaining: Math.floor(bucket.tokens),
    resetSeconds: secondsUntil(limit.burst, bucket, limit),
  }
}
