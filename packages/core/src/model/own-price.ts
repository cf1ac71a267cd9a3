import type { Kind, KlingModel, Mode } from '../model/words.ts'

/**
 * One amount for every clip, or one by whether the clip has sound; the missing one stays unknown.
 * In US dollars as `usd`, in micro-USD as `microUsd` of an {@link OwnPrice}.
 *
 * @example
 * ```ts
 * import type { OwnAmount, OwnPrice } from '@reelay/core'
 * const perSecond: OwnAmount = { silent: 0.07, audio: 0.12 }
 * export const prices: readonly OwnPrice[] = [{ model: 'kling-v3', mode: 'std', per: 'second', usd: perSecond }]
 * ```
 */
export type OwnAmount = number | { readonly silent?: number; readonly audio?: number }

/**
 * What somebody really pays, where that is not the provider's list: a relay's tariff, a negotiated rate. It holds for
 * what its `kind`, `model` and `mode` name, each for all when absent; of several rows the first that fits counts.
 *
 * @example
 * ```ts
 * import type { OwnPrice } from '@reelay/core'
 * const prices: readonly OwnPrice[] = [
 *   { model: 'kling-v2-5-turbo', mode: 'pro', per: 'second', usd: 0.066, asOf: '2026-11-20', source: 'their price page' },
 *   { model: 'kling-v3', per: 'second', usd: { silent: 0.07, audio: 0.11 } },
 * ]
 * ```
 */
export interface OwnPrice {
  readonly kind?: Kind | undefined
  readonly model?: KlingModel | undefined
  readonly mode?: Mode | undefined
  readonly per: 'second' | 'clip'
  /** Dollars. Exactly one of `usd` and `microUsd` is given. */
  readonly usd?: OwnAmount | undefined
  /** Micro-USD, whole numbers. */
  readonly microUsd?: OwnAmount | undefined
  /** ISO date on which the price was looked up; the day on which the provider is made when absent. */
  readonly asOf?: string | undefined
  /** Where it stands, for people. */
  readonly source?: string | undefined
}
