import type { Draft, Subject } from '../kinds/kinds.ts'
import type { Json } from '../model/json.ts'
import type { NativeAmount } from '../model/money.ts'
import type { Problem } from '../model/problem.ts'
import type { Kind } from '../model/words.ts'
import type { HttpReply, HttpRequest } from './http/message.ts'

/**
 * What the reply to a step brought.
 *
 * @example
 * ```ts
 * import type { StepAnswer } from '@reelay/core/adapter'
 * const answer: StepAnswer = { result: { session: '83' }, charged: { amount: 0.05, unit: 'unit' } }
 * ```
 */
export interface StepAnswer {
  /** What the create needs of it, small: it is kept in the journal. */
  readonly result: Json
  /** What the reply says that it cost, where it says so. */
  readonly charged?: NativeAmount | undefined
}

/**
 * What a priced step before a create brought. Plain JSON.
 *
 * @example
 * ```ts
 * import type { StepResult } from '@reelay/core'
 * const isOver = ({ until }: StepResult, now: number): boolean => until !== undefined && now >= until
 * ```
 */
export interface StepResult {
  /** In the provider's own spelling. */
  readonly value: Json
  /** Milliseconds since the epoch until which the provider holds what it names; for ever when absent. */
  readonly until?: number
}

/**
 * A priced call before the create, whose reply the create needs. It makes no task and takes no id of ours: it is sent
 * once, and where its answer is lost nobody knows whether it was charged. Rows that need it name its price in `steps`.
 *
 * @example
 * ```ts
 * import type { Step } from '@reelay/core/adapter'
 * const measure: Step<'text-to-video'> = {
 *   name: 'measure',
 *   route: 'measure',
 *   request: ({ request }) => ({ method: 'POST', path: '/v1/measure', json: { text: request.prompt } }),
 *   read: ({ body }) => (typeof body === 'object' ? { result: { measured: true } } : undefined),
 *   heldMs: 86_400_000,
 *   pending: { measured: true },
 * }
 * ```
 */
export interface Step<K extends Kind = Kind> {
  /** What it is called, to people and in a row's `steps`: `identify-face`. */
  readonly name: string
  /** Name of its route. */
  readonly route: string
  /** Whether a request needs it; each does when absent. */
  needed?(subject: Subject<K>): boolean
  request(draft: Draft<K>): HttpRequest
  /** `undefined` when the reply lacks what it must have: then nobody knows whether it was charged. */
  read(reply: HttpReply): StepAnswer | undefined
  /** What stands against the create now that the step's result is known, one read back from a journal too. */
  check?(result: Json, draft: Draft<K>): readonly Problem[]
  /** Milliseconds for which the provider holds what the result names; for ever when absent. */
  readonly heldMs?: number
  /** In the place of the result where a create is shown before anything was sent. */
  readonly pending: Json
}
