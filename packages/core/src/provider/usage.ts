import { ReelayError } from '../model/error.ts'
import type { MicroUsd, NativeAmount } from '../model/money.ts'
import type { CallOptions } from './options.ts'

/**
 * Options of a {@link UsageReader}.
 *
 * @example
 * ```ts
 * import type { UsageOptions } from '@reelay/core'
 * const november: UsageOptions = { from: Date.parse('2026-11-01'), to: Date.parse('2026-12-01') }
 * ```
 */
export interface UsageOptions extends CallOptions {
  /** First moment that counts, milliseconds since the epoch; 30 days before `to` when absent. */
  readonly from?: number | undefined
  /** First moment that counts no more, milliseconds since the epoch; now when absent. */
  readonly to?: number | undefined
}

/**
 * A charge as the provider's books have it, or what one endpoint was charged over some time. Plain JSON.
 *
 * @example
 * ```ts
 * import { formatNative, formatUsd, type UsageRow } from '@reelay/core'
 * const line = ({ taskId, endpoint, native, microUsd }: UsageRow): string =>
 *   `${taskId ?? endpoint}: ${microUsd === undefined ? formatNative(native) : formatUsd(microUsd)}`
 * ```
 */
export interface UsageRow {
  /** The provider's id of the task that was charged; absent where the row sums several up. */
  readonly taskId?: string
  /** The provider's own name of what was charged for. */
  readonly endpoint?: string
  /** Milliseconds since the epoch: of the charge, or of the beginning of what is summed up. */
  readonly at: number
  /** Milliseconds that the row sums up; absent for one charge. */
  readonly periodMs?: number
  /** In the provider's unit. Negative where it was given back. */
  readonly native: NativeAmount
  /** The same in micro-USD; absent where the provider says it in nothing that can be told in dollars. */
  readonly microUsd?: MicroUsd
  /** `reported`: the provider names the money. `derived`: its units at their list price. */
  readonly basis: 'reported' | 'derived'
  /** Seconds of the clip, where the books have them. */
  readonly seconds?: number
  /** The amount may still change: the task goes on, or stands in a word that nobody knows. */
  readonly open?: true
}

/**
 * What a report lacks, or may lack.
 *
 * - `late`: charges of the last while may not be booked yet
 * - `scope`: the key may not read a part of the books
 * - `window`: the provider does not answer for all of the time that was asked for
 * - `rows`: entries were there that could not be read, or pages that did not end
 * - `summed`: no row names its task
 * - `currency`: rows whose money is in another currency than the dollar
 *
 * @example
 * ```ts
 * import type { UsageGap, UsageReport } from '@reelay/core'
 * const gapsOf = ({ gaps }: UsageReport, what: UsageGap['what']) => gaps.filter((gap) => gap.what === what)
 * ```
 */
export interface UsageGap {
  readonly what: 'late' | 'scope' | 'window' | 'rows' | 'summed' | 'currency'
  /** What is missing and what to do about it, in a sentence. */
  readonly message: string
}

/**
 * What an account was charged over some time, by the provider's own books. Plain JSON.
 *
 * @example
 * ```ts
 * import { formatUsd, type UsageReport } from '@reelay/core'
 * function total({ rows, gaps }: UsageReport): string {
 *   const sum = rows.reduce((all, { microUsd = 0 }) => all + microUsd, 0)
 *   return `${formatUsd(sum)}${gaps.length > 0 ? `, but ${gaps.map(({ message }) => message).join(' ')}` : ''}`
 * }
 * ```
 */
export interface UsageReport {
  readonly provider: string
  readonly account: string
  /** Milliseconds since the epoch: the time it speaks of, from the first moment to the first that is out of it. */
  readonly from: number
  readonly to: number
  /** When it was read, milliseconds since the epoch by the instance's clock. */
  readonly readAt: number
  /** Charges before this moment are in it, as far as anybody knows; milliseconds since the epoch. */
  readonly completeUntil: number
  readonly rows: readonly UsageRow[]
  readonly gaps: readonly UsageGap[]
}

/**
 * Reads what an account was charged. An adapter whose manifest says `can.usage` has one under the name `usage`; at a
 * relay it is absent, since the books there are the relay's.
 *
 * @throws ReelayError outcome `none`: nothing is bought by reading. `ERR_FORBIDDEN` where the key may not read the books,
 * with what to do about it.
 *
 * @example
 * ```ts
 * import { createPiapi } from '@reelay/piapi'
 * import type { UsageReader } from '@reelay/core'
 * const usage: UsageReader = createPiapi({ apiKey: 'your-key' }).usage
 * const { rows, gaps } = await usage({ from: Date.now() - 86_400_000 })
 * ```
 */
export type UsageReader = (options?: UsageOptions) => Promise<UsageReport>

/**
 * The time a report is about.
 *
 * @example
 * ```ts
 * import { usagePeriod, type UsagePeriod } from '@reelay/core/adapter'
 * const period: UsagePeriod = usagePeriod({}, { provider: 'mine', account: 'default', now: Date.now() })
 * ```
 */
export type UsagePeriod = Pick<UsageReport, 'provider' | 'account' | 'from' | 'to' | 'readAt'>

const usualMs = 30 * 24 * 3_600_000

/**
 * The time that a caller of `usage` asks about, defaults filled in; it never reaches beyond now.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `none`, for times that are none or that end before they begin.
 *
 * @example
 * ```ts
 * import { usagePeriod } from '@reelay/core/adapter'
 * const { from, to } = usagePeriod({}, { provider: 'mine', account: 'default', now: Date.now() })
 * ```
 */
export function usagePeriod(
  { from, to }: UsageOptions,
  { provider, account, now }: { readonly provider: string; readonly account: string; readonly now: number },
): UsagePeriod {
  const ends = Math.min(to ?? now, now)
  const begins = from ?? ends - usualMs
  const refuse = (message: string): never => {
    throw new ReelayError('ERR_INVALID_REQUEST', message, { provider, account, outcome: 'none' })
  }
  for (const [name, moment] of Object.entries({ from, to })) {
    if (moment === undefined || (typeof moment === 'number' && Math.abs(moment) <= 8.64e15)) continue
    refuse(`${name} is no moment. Pass milliseconds since the epoch, such as Date.parse('2026-11-01').`)
  }
  if (begins < ends) return { provider, account, from: begins, to: ends, readAt: now }
  return refuse(
    `The usage asked for ends (${new Date(ends).toISOString()}) before it begins (${new Date(begins).toISOString()}). Pass from earlier than to, and earlier than now.`,
  )
}

/**
 * A report of what was read, with the gaps that all books have: charges that come late, and money that is in no dollars.
 *
 * @param lateMs How long after a charge the books may not have it yet, milliseconds.
 *
 * @example
 * ```ts
 * import { usagePeriod, usageReport } from '@reelay/core/adapter'
 * const period = usagePeriod({}, { provider: 'mine', account: 'default', now: Date.now() })
 * const report = usageReport(period, { rows: [], gaps: [] }, 3_600_000)
 * ```
 */
export function usageReport(
  period: UsagePeriod,
  { rows, gaps }: Pick<UsageReport, 'rows' | 'gaps'>,
  lateMs: number,
): UsageReport {
  const completeUntil = Math.min(period.to, period.readAt - lateMs)
  const foreign = rows.filter(({ microUsd }) => microUsd === undefined).length
  const more: UsageGap[] = []
  if (completeUntil < period.to) {
    const message = `Charges of the last ${lateMs / 60_000} minutes may be missing, or not booked in full yet.`
    more.push({ what: 'late', message })
  }
  if (foreign > 0) {
    const message = `${foreign} charges are in no dollars: their amounts are there as the books have them.`
    more.push({ what: 'currency', message })
  }
  return { ...period, completeUntil, rows, gaps: [...gaps, ...more] }
}
