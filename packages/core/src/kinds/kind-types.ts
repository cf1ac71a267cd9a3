import type { Kind, KlingModel, Mode, ProviderOptions } from '../model/words.ts'

/**
 * The fields that a request of any kind has.
 *
 * @example
 * ```ts
 * import type { SharedFields } from '@reelay/core'
 * const choice: SharedFields = { model: 'kling-v3', mode: 'pro' }
 * ```
 */
export interface SharedFields {
  /** Official model name; the catalogue's default when left out. */
  readonly model?: KlingModel
  /** Quality tier; the cheapest the model has when left out. */
  readonly mode?: Mode
  readonly providerOptions?: ProviderOptions
}

/** The types of one kind, or of several that share theirs. */
export interface KindTypes {
  readonly kind: Kind
  readonly request: SharedFields
  /** What a row may limit. */
  readonly limits: object
}
