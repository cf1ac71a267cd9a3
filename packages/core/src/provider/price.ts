import type { Billing, Measure, PriceRule, Rate } from '../kinds/price.ts'
import type { Quote } from '../model/quote.ts'

// Decimal rates times whole seconds: six digits drop the binary noise (0.7 * 3 = 2.0999999999999996).
const tidy = (units: number): number => Number(units.toFixed(6))

const uncounted: { readonly [measure in Measure]: string } = {
  second: 'how many seconds come out',
  clip: 'how many clips it makes',
  image: 'how many images it makes',
  character: 'how many characters it reads',
  'input-second': 'how many seconds go in',
  'input-and-output-second': 'how many seconds go in and come out',
}

/** Of an amount, what is charged for. */
export function billedOf({ step, round, least = 0 }: PriceRule, amount: number): number {
  const counted = round ? Math.round(amount) : amount
  return Math.max(step === undefined ? counted : Math.ceil(tidy(counted / step)) * step, least)
}

const ends = (value: Rate): readonly [min: number, max: number] =>
  typeof value === 'number' ? [value, value] : value

/**
 * What so much costs by a rule: the one place where a price is worked out.
 *
 * @param name What it is the price of, for sentences.
 * @example
 * ```ts
 * import { quoteBy } from '@reelay/core/adapter'
 * declare const rule: Parameters<typeof quoteBy>[0]
 * const fiveSeconds = quoteBy(rule, { variant: 'silent', amounts: { second: 5, clip: 1 } }, 'kling-v3 std')
 * ```
 */
export function quoteBy(rule: PriceRule, { variant, amounts }: Billing, name: string): Quote {
  const rate = rule.rates[variant] ?? rule.rates.any
  if (rate === undefined) {
    return { type: 'unknown', why: rule.why ?? `No price is known for ${name} with these settings.` }
  }
  const amount = amounts[rule.per]
  if (amount === undefined) {
    return {
      type: 'unknown',
      why: `${name} is charged by ${uncounted[rule.per]}, which is not known before.`,
    }
  }
  const { asOf, source, unit, unitUsd, basis: given = 'list' } = rule
  const basis = typeof given === 'string' ? given : (given[variant] ?? 'list')
  const [low, high] = ends(rate)
  const [least, most] = ends(amount)
  const microUsd = (units: number): number => Math.round(units * unitUsd)
  const min = low * billedOf(rule, least)
  const max = high * billedOf(rule, most)
  if (min !== max) return { type: 'bounded', min: microUsd(min), max: microUsd(max), basis, asOf, source }
  return { type: 'exact', microUsd: microUsd(min), native: { amount: tidy(min), unit }, basis, asOf, source }
}
