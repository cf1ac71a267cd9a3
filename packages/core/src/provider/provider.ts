import type { Catalog, RenderRequest } from '../kinds/kinds.ts'
import type { Clock } from '../model/clock.ts'
import type { ReelayError } from '../model/error.ts'
import type { Owned, Submission, TaskHandle } from '../model/handle.ts'
import type { Problem } from '../model/problem.ts'
import type { Quote } from '../model/quote.ts'
import type { TaskCandidate, TerminalTask, VideoTask } from '../model/task.ts'
import type { Appraisal } from './appraisal.ts'
import type { ProviderHost } from './hosts.ts'
import type { EncodedRequest } from './http/message.ts'
import type { CallOptions, FindOptions, GetManyOptions, SubmitOptions } from './options.ts'
import type { Known } from './order.ts'
import type { Stored } from './stored.ts'

/**
 * Answer of {@link VideoProvider.find}. Not found is not proof: the first POST may still be on its way.
 *
 * @example
 * ```ts
 * import type { FindResult } from '@reelay/core'
 * function report(result: FindResult): string {
 *   if (result.state === 'found') return `It is ${result.task.id}.`
 *   return `Not seen yet; ${result.candidates?.length ?? 0} task(s) may be it. Buy nothing before somebody has looked.`
 * }
 * ```
 */
export type FindResult =
  | { readonly state: 'found'; readonly task: VideoTask }
  | {
      readonly state: 'not-found-yet'
      /** Tasks that may be the one, without proof: look at them before anything is bought again. */
      readonly candidates?: readonly TaskCandidate[]
    }

/**
 * Answer of {@link VideoProvider.cancel}.
 * `canceled`: it is stopped. `requested`: the provider will try. `too-late`: it runs to its end, and is paid for.
 *
 * @example
 * ```ts
 * import type { CancelResult } from '@reelay/core'
 * const words: Readonly<Record<CancelResult, string>> = {
 *   canceled: 'Stopped.',
 *   requested: 'The provider was asked to stop it.',
 *   'too-late': 'It can no longer be stopped; the clip will come.',
 * }
 * ```
 */
export type CancelResult = 'canceled' | 'requested' | 'too-late'

/**
 * How many purchases one order may come to, by the switches of those who buy: for whoever plans what it may cost.
 *
 * @example
 * ```ts
 * import type { PurchasesPerOrder, VideoProvider } from '@reelay/core'
 * const once: PurchasesPerOrder = { bought: 1, paid: 1, again: false }
 * const mayBuyTwice = ({ perOrder = once }: VideoProvider): boolean => perOrder.again || perOrder.bought > 1
 * ```
 */
export interface PurchasesPerOrder {
  /** Most tasks that one submit may make. */
  readonly bought: number
  /** Of them, those that may be charged for where failures are free as documented. */
  readonly paid: number
  /** Whether `generate` may buy again after a failure that is free. */
  readonly again: boolean
}

/**
 * One account at one provider, or a composition of several. An absent optional method means the provider cannot do it.
 *
 * @example
 * ```ts
 * import type { VideoProvider } from '@reelay/core'
 * const affordable = (provider: VideoProvider): boolean => {
 *   const quote = provider.quote({ kind: 'text-to-video', prompt: 'A paper boat', duration: 5 })
 *   return quote.type === 'exact' && quote.microUsd <= 500_000
 * }
 * ```
 */
export interface VideoProvider {
  /** Provider id, for example `kling`. */
  readonly id: string
  /** The name the user gave this account. */
  readonly account: string
  /** Whose host it talks to; absent where several providers were made one. */
  readonly host?: ProviderHost
  readonly catalog: Catalog
  /** The time source the provider lives by; `wait` and `generate` use it unless given another. */
  readonly clock: Clock
  /**
   * What the poll rounds of an instance are kept by. A provider made by spreading another (`{ ...provider, submit }`)
   * shares its rounds, and what is delivered to one reaches those who wait at the other; `wrap` begins new ones.
   */
  readonly instance?: object
  /** How many purchases one order may come to here; one, and never again, when absent. */
  readonly perOrder?: PurchasesPerOrder
  /** Whether this provider and account made the task. */
  owns(handle: TaskHandle): boolean
  /** Which row a request is about and why, what is wrong with it, its price, and what to know; pure, sends nothing. */
  appraise(request: RenderRequest): Appraisal
  /** Everything wrong with a request, the `problems` of {@link appraise}. An empty list means it may be submitted. */
  check(request: RenderRequest): readonly Problem[]
  /** What a request will cost, the `quote` of {@link appraise}. */
  quote(request: RenderRequest): Quote
  /**
   * The create call of a request as a submit would send it, whether or not it passes every check; pure, sends nothing.
   * `undefined` where no row serves it. What is each submit's own is not in it, and media that have to be read or brought
   * first have placeholders. Absent where nobody can say it beforehand.
   *
   * @param instead Another request to encode in its place: a composition says it of whoever would serve the first one.
   */
  encode?(request: RenderRequest, instead?: RenderRequest): EncodedRequest | undefined
  /**
   * Buys one render and returns its task, already terminal where the provider is synchronous.
   *
   * @throws ReelayError `outcome` says whether money may have been spent. Before a paid POST leaves, an abort rethrows
   * the signal's reason.
   */
  submit(request: RenderRequest, options?: SubmitOptions): Promise<VideoTask>
  /**
   * Reads a task once, retrying what the provider documents as passing.
   *
   * @throws ReelayError always with the handle.
   */
  get(handle: TaskHandle, options?: CallOptions): Promise<VideoTask>
  /** Reads many tasks in few requests; every handle given is a key of the answer. */
  getMany?(
    handles: readonly TaskHandle[],
    options?: GetManyOptions,
  ): Promise<ReadonlyMap<TaskHandle, VideoTask | ReelayError>>
  /** Asks the provider to stop a task. */
  cancel?(handle: TaskHandle, options?: CallOptions): Promise<CancelResult>
  /**
   * Holds one request open until the provider says that the task has ended: `true`, or `false` when that did not work.
   * Absent unless the adapter was told to use it; `wait` goes on looking beside it.
   */
  follow?(handle: TaskHandle, options?: CallOptions): Promise<boolean>
  /**
   * Whose tasks a submit of this request may make, where several providers were made one; pure. Absent: its own.
   */
  makers?(request: RenderRequest): readonly Owned[]
  /** Looks for the task of a submission whose answer was lost. */
  find?(submission: Submission, options?: FindOptions): Promise<FindResult>
  /**
   * What is known of the order under `options.idempotencyKey`, where somebody keeps a journal; sends nothing. Every
   * composition asks it of all that it is made of, before anything else.
   *
   * @throws ReelayError what the journal cannot be read for.
   */
  known?(request: RenderRequest, options: SubmitOptions): Promise<Known | undefined>
  /** Whether a submit under the same key would buy again after this task, which has failed for free. */
  buysAgain?(task: TerminalTask): boolean
  /**
   * Told of a task that was learnt of without a read through this provider, from a verified callback for instance, as if
   * it had been read: a governor frees its slot, a journal closes the purchase.
   *
   * @throws ReelayError what a composition failed with.
   */
  see?(task: VideoTask): Promise<void>
  /** Notes what became of the clip of a task that was bought with `order.store`, where somebody keeps a journal. */
  noteStored?(handle: TaskHandle, stored: Stored): Promise<void>
}
