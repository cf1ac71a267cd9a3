import { type IntentTerms, type MicroUsd, type PromoteTerms, usd } from '@reelay/core'
import { numberFlag } from './args.ts'
import { UsageError } from './failure.ts'

/** Flags of what a clip may cost, and how soon it is wanted. */
export const termArgs = {
  'max-cost': { type: 'string', description: 'The most it may cost, in dollars', valueHint: 'dollars' },
  within: {
    type: 'string',
    description: 'Seconds in which nine of ten clips are there, or soon',
    valueHint: 'seconds',
  },
} as const

/** A sum of dollars given as a flag, in micro-USD. */
export function dollarsFlag(name: string, value: string | undefined): MicroUsd | undefined {
  const dollars = numberFlag(name, value, 0, 1_000_000)
  return dollars === undefined ? undefined : usd(dollars)
}

/** What {@link termArgs} say. */
export function termsOf(flags: {
  readonly 'max-cost'?: string | undefined
  readonly within?: string | undefined
}): Pick<IntentTerms & PromoteTerms, 'maxCost' | 'within'> {
  const { within } = flags
  const isWord = within === 'soon' || within === 'whenever'
  const seconds = isWord ? undefined : numberFlag('within', within, 1, 1_000_000)
  return {
    maxCost: dollarsFlag('max-cost', flags['max-cost']),
    within: isWord ? within : seconds === undefined ? undefined : seconds * 1_000,
  }
}

/** A word out of a few. */
export function wordFlag<Word extends string>(name: string, value: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === value)
  if (found) return found
  throw new UsageError(`--${name} takes ${words.join(', ')}, not "${value}".`)
}
