import type { Catalog, Offer } from '../kinds/kinds.ts'
import type { Submission, TaskHandle } from '../model/handle.ts'
import type { Cost } from '../model/money.ts'
import type { Failure, TaskStatus } from '../model/task.ts'
import type { HttpReply, HttpRequest } from './http/message.ts'
import type { ListPage, NamedReads, SearchProtocol } from './listing.ts'
import type { NativeTask, Refusal } from './native.ts'
import type { CancelResult } from './provider.ts'
import type { Sold } from './sell.ts'

/**
 * One way a provider makes tasks; pure data.
 *
 * @example
 * ```ts
 * import type { Route } from '@reelay/core/adapter'
 * export const routes: Readonly<Record<string, Route>> = {
 *   video: { path: '/v1/clips', idempotency: 'external-id', find: 'external-id' },
 *   upscale: { path: '/v1/upscales', idempotency: 'none', find: 'none' },
 * }
 * ```
 */
export interface Route {
  /** Path of the create call. */
  readonly path: string
  /**
   * `external-id`: the provider documents an id of ours, unique per account, that makes sending again safe. `header`: a
   * relay documents the same of a header. `none`: a create is never sent twice.
   */
  readonly idempotency: 'external-id' | 'header' | 'none'
  /**
   * How a task is found when the answer to its create was lost: by our id, or by searching the account's tasks for the
   * input we sent. `none` leaves it unknown.
   */
  readonly find: 'external-id' | 'search' | 'none'
}

/**
 * Where a reply's body names a task.
 *
 * @example
 * ```ts
 * import type { TaskPlace } from '@reelay/core/adapter'
 * // `{ "data": { "task_id": "…", "task_status": "…" } }`.
 * export const taskAt: TaskPlace = { id: ['data', 'task_id'], beside: 'task_status' }
 * ```
 */
export interface TaskPlace {
  /** Keys that lead to the id. */
  readonly id: readonly [string, ...string[]]
  /** A text that stands beside the id of a task, and not beside the id of a refused request. */
  readonly beside?: string
}

/**
 * A file to bring to the provider before it can be named in a request.
 *
 * @example
 * ```ts
 * import type { HttpRequest, UploadFile } from '@reelay/core/adapter'
 * function uploadRequest({ bytes, mediaType, name }: UploadFile): HttpRequest {
 *   const body = new FormData()
 *   body.set('file', new Blob([bytes.slice()], { type: mediaType }), name)
 *   return { method: 'POST', path: '/v1/files', body }
 * }
 * ```
 */
export interface UploadFile {
  readonly bytes: Uint8Array
  readonly mediaType: string
  /** With the extension of its type. */
  readonly name: string
}

/**
 * Everything that makes one provider different from another: tables as data, shape changes as pure functions. The
 * engine does the rest: checks, HTTP, retries, money rules. Optional members are protocols only some providers have;
 * leaving one out means the provider cannot do it.
 *
 * @example
 * ```ts
 * import { defineProvider, type ProviderSpec } from '@reelay/core/adapter'
 * declare const spec: ProviderSpec
 * const create = defineProvider(spec)
 * ```
 */
export interface ProviderSpec {
  readonly id: string
  /** The kinds it sells, see `sell`. */
  readonly kinds: readonly Sold[]
  /**
   * Where those are not all that this adapter sells: what sells them all, for people, such as `createMine of my-adapter`. Said
   * of a kind that is missing, where Reelay knows that this provider sells it.
   */
  readonly whole?: string
  /** With the rows of all of them, see `rowsOf`. */
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
  /** `https`: the provider calls no other address back. */
  readonly callbacks?: 'https'
  /** `undefined` when the reply is not a refusal, or not the provider's own. */
  refusal(reply: HttpReply): Refusal | undefined
  /** The task a create made; `undefined` when the reply does not name one. */
  created(reply: HttpReply): NativeTask | undefined
  /** Where creates that succeed have the task's id: a refusal with one there is no proof that nothing was made. */
  readonly taskAt?: TaskPlace | readonly TaskPlace[]
  query(handle: TaskHandle): HttpRequest
  /** The task a query answers with; `undefined` when the reply lacks what it must have. */
  task(reply: HttpReply): NativeTask | undefined
  /** Whether a success says that there is no such task, as a list of those asked after does that has none in it. */
  missing?(reply: HttpReply): boolean
  failure(task: NativeTask): Failure
  /** What a task cost, where reported units at the row's unit price are not the whole story. */
  cost?(task: NativeTask, offer: Offer | undefined): Cost | undefined
  /** For routes found by external id: looks for a task by its submission; answered like a query. */
  find?(submission: Submission): HttpRequest | undefined
  /**
   * For routes found by search: the account's tasks around a submission. `defineProvider` wants `searchByInput` beside it.
   */
  readonly search?: SearchProtocol
  /** For providers that keep a finished task's result at an address of its own. */
  readonly result?: {
    /** Whether this task's result has to be fetched. */
    needed(task: NativeTask): boolean
    request(handle: TaskHandle): HttpRequest
    /** The task with what the reply, refusals included, adds; `undefined` when it says nothing about the task. */
    read(task: NativeTask, reply: HttpReply): NativeTask | undefined
  }
  /** Reading many tasks in one request. */
  readonly list?: {
    /** Whether a list holds one route's tasks or all of the account's. */
    readonly scope: 'route' | 'account'
    readonly maxPageSize: number
    /** Whether any page can be asked for by its number, without those before it. */
    readonly numbered?: boolean
    /** Milliseconds between two requests: pages, and the single reads that fill the gaps. */
    readonly readSpacingMs: number
    /** Milliseconds between two reads of one page, which is a read of each task on it; none when absent. */
    readonly pageFloorMs?: number
    /** Most reads of results and single tasks under way at a time; 1 when absent. */
    readonly readsAtOnce?: number
    /**
     * Whether it is a history of tasks that have ended, beside the tasks themselves: one that it lacks goes on, and its
     * refusals and troubles say nothing of them. `updatedAt` of its tasks is when they ended. `defineProvider` wants
     * `readHistory` beside it.
     */
    readonly history?: boolean
    /** Whether it can hold a task; what it cannot is read by itself. Any it can when absent. */
    lists?(handle: TaskHandle): boolean
    /** The page's request; `undefined` when there is no such page. */
    request(page: ListPage): HttpRequest | undefined
    tasks(reply: HttpReply): readonly NativeTask[] | undefined
  }
  /** For a spec with a `list`: reading tasks by their names, where that is possible. `defineProvider` wants `readNamed` beside it. */
  readonly named?: NamedReads
  /** A request that the provider answers to the end only when the task has ended. */
  follow?(handle: TaskHandle): HttpRequest
  readonly cancel?: {
    request(handle: TaskHandle): HttpRequest
    /** What a reply, refusals included, says about the wish; `undefined` when it says nothing. */
    read(reply: HttpReply): CancelResult | undefined
  }
  /** What is different at a relay that speaks this provider's language. Ids, lists, prices and costs are seen to. */
  readonly relay?: Partial<
    Pick<ProviderSpec, 'kinds' | 'refusal' | 'created' | 'task' | 'statuses' | 'failure'>
  >
  /**
   * Brings a file to the provider and answers with its address; `undefined` when that failed. `ask` sends one request
   * of the provider's upload protocol.
   */
  upload?(file: UploadFile, ask: (request: HttpRequest) => Promise<HttpReply>): Promise<string | undefined>
}
