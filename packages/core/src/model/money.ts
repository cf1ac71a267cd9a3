/**
 * An amount of money in millionths of a US dollar, always an integer: $0.21 is `210_000`.
 *
 * @example
 * ```ts
 * import { formatUsd, type MicroUsd, usd } from '@reelay/core'
 * const spent: readonly MicroUsd[] = [210_000, usd(0.35)]
 * const total: MicroUsd = spent.reduce((sum, amount) => sum + amount, 0)
 * console.log(formatUsd(total)) // $0.56
 * ```
 */
export type MicroUsd = number

/**
 * Micro-USD from dollars, rounded to the nearest millionth.
 *
 * @example
 * ```ts
 * import { usd } from '@reelay/core'
 * usd(0.21) // 210_000
 * ```
 */
export function usd(dollars: number): MicroUsd {
  return Math.round(dollars * 1_000_000)
}

/**
 * Dollars for people: at least two decimals, as many as the amount needs.
 *
 * @example
 * ```ts
 * import { formatUsd } from '@reelay/core'
 * formatUsd(210_000) // '$0.21'
 * formatUsd(3_500) // '$0.0035'
 * ```
 */
export function formatUsd(amount: MicroUsd): string {
  const digits = (Math.abs(amount) / 1_000_000).toFixed(6).replace(/0{1,4}$/, '')
  return `${amount < 0 ? '-' : ''}$${digits}`
}

/**
 * An amount in the provider's own unit, for example `{ amount: 1.5, unit: 'unit' }` for 1.5 Kling video units.
 *
 * @example
 * ```ts
 * import type { NativeAmount, VideoTask } from '@reelay/core'
 * const unitsOf = ({ cost }: VideoTask): number => {
 *   const native: NativeAmount | undefined = cost?.native
 *   return native?.unit === 'unit' ? native.amount : 0
 * }
 * ```
 */
export interface NativeAmount {
  readonly amount: number
  readonly unit: string
}

/**
 * An amount in the provider's own unit; `undefined` where that is the dollar, which is said anyway.
 *
 * @example
 * ```ts
 * import { formatNative } from '@reelay/core'
 * formatNative({ amount: 1.5, unit: 'unit' }) // '1.5 units'
 * formatNative({ amount: 0.21, unit: 'usd' }) // undefined: shown by formatUsd
 * ```
 */
export function formatNative(native: NativeAmount | undefined): string | undefined {
  if (!native || native.unit === 'usd') return undefined
  return `${native.amount} ${native.unit}${native.amount === 1 ? '' : 's'}`
}

/**
 * What a finished task cost.
 *
 * @example
 * ```ts
 * import { type Cost, formatNative, formatUsd } from '@reelay/core'
 * const bill = ({ microUsd, native, basis }: Cost): string =>
 *   `${microUsd === undefined ? (formatNative(native) ?? 'not known') : formatUsd(microUsd)} (${basis})`
 * ```
 */
export interface Cost {
  /** Micro-USD; absent when the provider reports only its own unit and no list price converts it. */
  readonly microUsd?: MicroUsd
  readonly native?: NativeAmount
  /** `reported`: the provider said so. `list`: list price of what was ordered. `derived`: reported units at list price. */
  readonly basis: 'reported' | 'list' | 'derived'
}

/**
 * A cost that can be one; `undefined` for one of which a part cannot: what a provider says of money is believed only so
 * far, since a budget grows by what is taken off it.
 *
 * @example
 * ```ts
 * import { believableCost } from '@reelay/core/adapter'
 * believableCost({ microUsd: -420_000, basis: 'reported' }) // undefined
 * ```
 */
export function believableCost(cost: Cost | undefined): Cost | undefined {
  const amounts = [cost?.microUsd, cost?.native?.amount].filter((amount) => amount !== undefined)
  return amounts.every((amount) => Number.isFinite(amount) && amount >= 0) ? cost : undefined
}
