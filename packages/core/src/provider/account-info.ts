import type { MicroUsd } from '../model/money.ts'
import type { CallOptions } from './options.ts'

/**
 * What is left of one thing that an account pays with: a resource pack, credits, or money. Plain JSON.
 *
 * @example
 * ```ts
 * import type { AccountBalance } from '@reelay/core'
 * const line = ({ name, amount, unit, expiresAt }: AccountBalance): string =>
 *   `${name ?? 'balance'}: ${amount} ${unit}${expiresAt === undefined ? '' : `, until ${new Date(expiresAt).toISOString()}`}`
 * ```
 */
export interface AccountBalance {
  /** What is counted: `usd`, or the provider's own unit. */
  readonly unit: string
  /** How many are left. */
  readonly amount: number
  /** The same in micro-USD; absent where nobody can tell. */
  readonly microUsd?: MicroUsd
  /** `reported`: the provider names the money. `derived`: its units at their list price. */
  readonly basis: 'reported' | 'derived'
  /** What the provider calls it. */
  readonly name?: string
  /** How many there were. */
  readonly total?: number
  /** Milliseconds since the epoch from which it pays; absent where it always has. */
  readonly startsAt?: number
  /** Milliseconds since the epoch after which it is gone. */
  readonly expiresAt?: number
  /** Whether it pays for the next task: `later`, `expired` and `spent` do not. */
  readonly state: 'usable' | 'later' | 'expired' | 'spent' | 'unknown'
  /** Most tasks of its kind at a time. */
  readonly concurrency?: number
}

/**
 * What is not told of an account.
 *
 * - `late`: what is left may be told some time later
 * - `cash`: a balance in money is there and cannot be asked for
 * - `rows`: entries were there that could not be read
 *
 * @example
 * ```ts
 * import type { AccountGap } from '@reelay/core'
 * const words = (gaps: readonly AccountGap[]): string => gaps.map(({ message }) => message).join(' ')
 * ```
 */
export interface AccountGap {
  readonly what: 'late' | 'cash' | 'rows'
  /** What is missing, in a sentence. */
  readonly message: string
}

/**
 * What an account has to pay with, as the provider says. Plain JSON.
 *
 * @example
 * ```ts
 * import type { AccountInfo } from '@reelay/core'
 * const left = ({ balances }: AccountInfo): number =>
 *   balances.filter(({ state }) => state === 'usable').reduce((sum, { microUsd = 0 }) => sum + microUsd, 0)
 * ```
 */
export interface AccountInfo {
  readonly provider: string
  readonly account: string
  /** When it was read, milliseconds since the epoch by the instance's clock. */
  readonly readAt: number
  readonly balances: readonly AccountBalance[]
  /** Most tasks of the account at a time, where the provider says. */
  readonly concurrency?: number
  readonly gaps: readonly AccountGap[]
}

/**
 * Reads what an account has to pay with. An adapter whose manifest says `can.account` has one under the name
 * `accountInfo`; at a relay it is absent, since the account there is the relay's.
 *
 * @throws ReelayError outcome `none`: nothing is bought by reading. `ERR_FORBIDDEN` where the key may not see it.
 *
 * @example
 * ```ts
 * import type { AccountInfoReader } from '@reelay/core'
 * import { createKling } from '@reelay/kling'
 * const accountInfo: AccountInfoReader = createKling({ apiKey: 'your-key' }).accountInfo
 * const { balances } = await accountInfo()
 * ```
 */
export type AccountInfoReader = (options?: CallOptions) => Promise<AccountInfo>
