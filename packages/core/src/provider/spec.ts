import type { ErrorCode } from '../model/error.ts'
import type { Submission, TaskHandle } from '../model/handle.ts'
import type { PreparedMedia } from '../model/media-rule.ts'
import type { NativeAmount } from '../model/money.ts'
import type { Catalog, Offer } from '../model/offer.ts'
import type { Problem, Warning } from '../model/problem.ts'
import type { RenderRequest } from '../model/request/index.ts'
import type { Failure, Output, TaskStatus } from '../model/task.ts'
import type { HttpReply, HttpRequest } from './http/message.ts'

/** One way a provider makes tasks; pure data. */
export interface Route {
  /** Path of the create call. */
  readonly path: string
  /**
   * `external-id`: the provider documents an id of ours, unique per account, that makes sending again safe.
   * `none`: a create is never sent twice.
   */
  readonly idempotency: 'external-id' | 'none'
  /** How a task is found when the answer to its create was lost; `none` leaves it unknown. */
  readonly find: 'external-id' | 'none'
}

/** A row of a provider's error table. */
export interface ErrorRow {
  readonly code: ErrorCode
  /** Whether a read may be tried again, unchanged. */
  readonly retryable: boolean
  /** `rejected` only where the provider documents that nothing is created; everything else stays unknown. */
  readonly outcome: 'rejected' | 'unknown'
}

/** A reply that says no. */
export interface Refusal extends ErrorRow {
  /** The provider's own code, as text. */
  readonly nativeCode?: string | undefined
  /** The provider's own words. */
  readonly message?: string | undefined
  readonly requestId?: string | undefined
  /** It says that no task has this id (ours or its own). */
  readonly missing?: boolean | undefined
  /** It says that our external id is taken: the task exists already. */
  readonly duplicate?: boolean | undefined
}

/** A task as read from a reply, in the provider's words. */
export interface NativeTask {
  readonly id: string
  /** The status word, looked up in {@link ProviderSpec.statuses}. */
  readonly status: string
  /** The provider's words about it, for a failed task. */
  readonly message?: string | undefined
  /** Milliseconds since the epoch. */
  readonly createdAt?: number | undefined
  /** Milliseconds since the epoch. */
  readonly updatedAt?: number | undefined
  readonly outputs?: readonly Output[] | undefined
  /** What the provider says it charged. */
  readonly charged?: NativeAmount | undefined
  /** The reply it was read from. */
  readonly raw: unknown
}

/** A request together with the row that serves it, for rules that look across fields. */
export interface Subject {
  readonly request: RenderRequest
  readonly offer: Offer
  /** Seconds, the default filled in. */
  readonly duration: number
  /** The caller's `providerOptions` for this provider. */
  readonly options: Readonly<Record<string, unknown>>
}

/** A request that passed every check, ready to be encoded. */
export interface Draft extends Subject {
  /** Media fields of the request, by field name. */
  readonly media: Readonly<Record<string, PreparedMedia>>
  readonly externalId?: string | undefined
  readonly webhookUrl?: string | undefined
}

/**
 * Everything that makes one provider different from another: tables as data, shape changes as pure functions. The
 * engine does the rest: checks, HTTP, retries, money rules.
 *
 * @example
 * ```ts
 * import { defineProvider, type ProviderSpec } from '@reelay/core'
 * declare const spec: ProviderSpec
 * const create = defineProvider(spec)
 * ```
 */
export interface ProviderSpec {
  readonly id: string
  readonly catalog: Catalog
  readonly routes: Readonly<Record<string, Route>>
  /** Status words to normalized statuses; a word outside the table is `unknown`. */
  readonly statuses: Readonly<Record<string, TaskStatus>>
  readonly providerOptions: {
    /** Keys passed on as they are that cannot move the price. */
    readonly free: readonly string[]
    /** Keys refused, each with what to do instead. */
    readonly reserved: Readonly<Record<string, string>>
  }
  /** Rules across fields that the catalogue's limits cannot say. */
  check?(subject: Subject): readonly Problem[]
  /** Whether the provider's own options carry the prompts, so that `prompt` may be empty. */
  carriesPrompt?(options: Readonly<Record<string, unknown>>): boolean
  warnings?(subject: Subject): readonly Warning[]
  /** The create call. */
  encode(draft: Draft): HttpRequest
  /** `undefined` when the reply is not a refusal, or not the provider's own. */
  refusal(reply: HttpReply): Refusal | undefined
  /** The task a create made; `undefined` when the reply does not name one. */
  created(reply: HttpReply): NativeTask | undefined
  query(handle: TaskHandle): HttpRequest
  /** The task a query answers with; `undefined` when the reply lacks what it must have. */
  task(reply: HttpReply): NativeTask | undefined
  /** Looks for a task by what we know of its submission; answered like a query. */
  find?(submission: Submission): HttpRequest | undefined
  failure(task: NativeTask): Failure
  /** Reading many tasks of one route in one request. */
  readonly list?: {
    readonly maxPageSize: number
    /** Milliseconds between the single reads that fill the gaps. */
    readonly readSpacingMs: number
    request(route: string, page: number, pageSize: number): HttpRequest
    tasks(reply: HttpReply): readonly NativeTask[] | undefined
  }
}
