import type { Offer } from '@reelay/core'
import type { Manifest, World } from './world.ts'

/**
 * The rule a case proves: the money rules by number (of the design), or a part of the language.
 *
 * @example
 * ```ts
 * import { contractCases, type Rule } from '@reelay/testing'
 * const rule: Rule = 'money 1'
 * const proofs = contractCases.filter((one) => one.rule === rule)
 * ```
 */
export type Rule =
  | 'money 1'
  | 'money 2'
  | 'money 3'
  | 'money 4'
  | 'money 5'
  | 'money 6'
  | 'money 8'
  | 'money 9'
  | 'money 12'
  | 'check'
  | 'quote'
  | 'catalog'
  | 'handle'
  | 'task'
  | 'read'
  | 'wait'
  | 'errors'
  | 'instance'

/**
 * One promise, and how it is tried.
 *
 * @example
 * ```ts
 * import type { ContractCase } from '@reelay/testing'
 * const freeToAsk: ContractCase = {
 *   name: 'asking for the price costs nothing',
 *   rule: 'quote',
 *   async run(world) {
 *     world.createProvider().quote(world.request)
 *     if (world.wire.posts() > 0) throw new Error('quote() sent a paid request')
 *   },
 * }
 * ```
 */
export interface ContractCase {
  /** Unique; a whole sentence. */
  readonly name: string
  readonly rule: Rule
  /** `true` when the case applies to a provider; otherwise why it does not. */
  needs?(manifest: Manifest): true | string
  /** Run where the case does not apply: proves what happens there instead. */
  instead?(world: World, manifest: Manifest): Promise<void>
  /** Whether it is about any purchase: then it is also run with a purchase of each kind that is sold. */
  readonly everyKind?: true
  /** Rows it is about, where it is not about any: it is run with those instead of the world's own request. */
  rows?(offer: Offer): boolean
  /** Rejects when the promise is broken. */
  run(world: World, manifest: Manifest): Promise<void>
}
