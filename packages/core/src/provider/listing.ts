import type { Submission, TaskHandle } from '../model/handle.ts'
import type { HttpReply, HttpRequest } from './http/message.ts'
import type { NativeTask } from './native.ts'

/**
 * Where a listing stands.
 *
 * @example
 * ```ts
 * import type { HttpRequest, ListPage } from '@reelay/core/adapter'
 * const listRequest = ({ number, size, oldest }: ListPage): HttpRequest => ({
 *   method: 'GET',
 *   path: '/v1/clips',
 *   query: { page: number, per_page: size, since: Math.floor(oldest / 1000) },
 * })
 * ```
 */
export interface ListPage {
  /** The route whose tasks are wanted. */
  readonly route: string
  /** From 1. */
  readonly number: number
  readonly size: number
  /** When the oldest wanted task was submitted, milliseconds since the epoch by the provider's clock. */
  readonly oldest: number
  /** The same of the newest. */
  readonly newest: number
  /** The page before, for providers that name the next page in it. */
  readonly previous?: HttpReply | undefined
  /** The tasks asked after, for providers that list by what made them. */
  readonly handles: readonly TaskHandle[]
}

/**
 * Reading some tasks in one request that names them: no page has to be found on which they are.
 *
 * @example
 * ```ts
 * import type { NamedReads, NativeTask } from '@reelay/core/adapter'
 * export const namedWith = (tasks: (body: unknown) => readonly NativeTask[]): NamedReads => ({
 *   serves: (route) => route === 'upscale',
 *   most: 20,
 *   request: (ids) => ({ method: 'GET', path: '/v1/upscales', query: { ids: ids.join(',') } }),
 *   tasks: ({ body }) => tasks(body),
 * })
 * ```
 */
export interface NamedReads {
  /** Whether the tasks of a route are read so, and not on the pages of a list. */
  serves(route: string): boolean
  /** Most names in one request. */
  readonly most: number
  request(ids: readonly string[]): HttpRequest
  /** Those it knows; the rest are asked for one by one. */
  tasks(reply: HttpReply): readonly NativeTask[] | undefined
}

/**
 * Where a search stands.
 *
 * @example
 * ```ts
 * import type { HttpRequest, SearchPage } from '@reelay/core/adapter'
 * const searchRequest = ({ nativeModel, from, to, previous }: SearchPage): HttpRequest | undefined =>
 *   previous ? undefined : { method: 'GET', path: '/v1/clips', query: { model: nativeModel, from, to } }
 * ```
 */
export interface SearchPage {
  readonly submission: Submission
  /** The provider's own name of the model it was for. */
  readonly nativeModel: string
  /** When its task was made, at the earliest and at the latest: milliseconds since the epoch by the provider's clock. */
  readonly from: number
  readonly to: number
  /** The page before. */
  readonly previous: HttpReply | undefined
}

/**
 * A task that may be the one a submission made.
 *
 * @example
 * ```ts
 * import type { NativeTask, SearchRow } from '@reelay/core/adapter'
 * // A task whose reply carries the input it was made from.
 * const rowOf = (task: NativeTask, input: unknown): SearchRow => (input === undefined ? { task } : { task, echoed: input })
 * ```
 */
export interface SearchRow {
  readonly task: NativeTask
  /** The input it echoes, as `echoed` says it of the create call; absent where it lacks it: it may be anybody's. */
  readonly echoed?: unknown
}

/**
 * How a lost task is looked for among the account's tasks by the input it echoes.
 *
 * @example
 * ```ts
 * import type { NativeTask, SearchProtocol } from '@reelay/core/adapter'
 * export const searchWith = (tasks: (body: unknown) => readonly NativeTask[]): SearchProtocol => ({
 *   withinMs: 3_600_000,
 *   slackMs: 2_000,
 *   latestMs: 60_000,
 *   echoed: ({ json }) => json,
 *   request: ({ previous }) => (previous ? undefined : { method: 'GET', path: '/v1/clips' }),
 *   rows: ({ body }) => tasks(body).map((task) => ({ task })),
 * })
 * ```
 */
export interface SearchProtocol {
  /**
   * Whether an instance's journal is taken to be the only buyer of such requests on the account, unless the instance is
   * told otherwise (`soleSubmitter`). Absent where no task echoes its input, so that nothing is ever adopted.
   */
  readonly soleSubmitter?: boolean
  /** Milliseconds after submission from which on a search proves nothing, since inputs are deleted. */
  readonly withinMs: number
  /** How much earlier than the submission a task may claim to have been made, in milliseconds. */
  readonly slackMs: number
  /** How much later, in milliseconds: a request may be held up on its way, or by the provider. */
  readonly latestMs: number
  /** The part of the create call that the provider echoes in its tasks. */
  echoed(request: HttpRequest): unknown
  /** The next page of the tasks; `undefined` after the last. */
  request(page: SearchPage): HttpRequest | undefined
  /** The tasks of a page that may be the one, as far as anything but their input says. */
  rows(reply: HttpReply, page: SearchPage): readonly SearchRow[] | undefined
}
