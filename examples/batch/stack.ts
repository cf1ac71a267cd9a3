import {
  type ErrorCode,
  govern,
  guard,
  type Journal,
  journaled,
  ReelayError,
  usd,
  type VideoProvider,
} from '@reelay/core'

// The account or the budget says no, or nobody answers: the next row would fare no better.
const final: readonly ErrorCode[] = [
  'ERR_AUTH',
  'ERR_BUDGET',
  'ERR_CONFIG',
  'ERR_FORBIDDEN',
  'ERR_FUNDS',
  'ERR_NETWORK',
]

const isFinal = (error: unknown): error is ReelayError =>
  ReelayError.isInstance(error) &&
  (error.outcome === 'none' || error.outcome === 'rejected') &&
  final.includes(error.code)

/** A provider that, once it has said no for good, is not asked again: one refusal instead of 200. */
function untilRefused(provider: VideoProvider): VideoProvider {
  let refusal: ReelayError | undefined
  return {
    ...provider,
    async submit(request, options) {
      if (refusal) throw refusal
      try {
        return await provider.submit(request, options)
      } catch (error) {
        if (isFinal(error)) refusal = error
        throw error
      }
    },
  }
}

/** What the stack is given. */
export interface StackOptions {
  readonly journal: Journal
  readonly concurrency: number
  /** Milliseconds of the provider's clock, see `journaled`. */
  readonly inFlightMs: number
  /** US dollars. */
  readonly budget?: number
}

// As long as Kling holds a clip.
const windowMs = 30 * 24 * 3_600_000

/**
 * The provider as the batch uses it, from the inside out: the budget, asked only when a row's turn has come, so that
 * what a failed row gives back buys a later one; the queue; the journal around all of it, so that whatever the others do,
 * one row is one purchase.
 */
export function stack(
  provider: VideoProvider,
  { journal, concurrency, inFlightMs, budget }: StackOptions,
): VideoProvider {
  const limits = budget !== undefined && { budget: { amount: usd(budget), windowMs, name: 'batch' }, journal }
  const governed = govern(untilRefused(limits ? guard(provider, limits) : provider), { concurrency })
  return journaled(governed, journal, { inFlightMs })
}
