import type { KlingModel, Mode } from '../model/words.ts'
import type { Attempt } from './attempt.ts'
import type { TaskHandle } from './handle.ts'
import type { Cost } from './money.ts'
import type { Warning } from './problem.ts'

/**
 * One file a finished task produced.
 *
 * @example
 * ```ts
 * import type { Output } from '@reelay/core'
 * // Seconds until the address is dead; `Infinity` where the provider does not say.
 * const secondsLeft = ({ expiresAt = Number.POSITIVE_INFINITY }: Output, now: number): number => (expiresAt - now) / 1000
 * ```
 */
export interface Output {
  readonly kind: 'video' | 'image' | 'audio'
  /** Where to fetch it, until it expires; absent where the provider answers with bytes. */
  readonly url?: string
  readonly body?: Uint8Array
  /** What the provider calls it, else what its kind implies. */
  readonly mediaType: string
  /** Seconds. */
  readonly duration?: number
  /** The provider's own id of the file, which some of its products take as input. */
  readonly id?: string
  /** The same clip with the provider's watermark, where one was asked for. */
  readonly watermarkUrl?: string
  /** Milliseconds since the epoch after which the URL is dead, when the provider says. */
  readonly expiresAt?: number
}

/**
 * Why a task failed.
 *
 * @example
 * ```ts
 * import type { Failure } from '@reelay/core'
 * function adviceFor({ reason, retryable, free }: Failure): string {
 *   if (reason === 'content') return 'A filter stopped it: change the prompt or the picture.'
 *   if (!retryable) return 'The request itself is at fault.'
 *   return free ? 'It cost nothing and may be bought again.' : 'It may work on another try, which is paid for again.'
 * }
 * ```
 */
export interface Failure {
  readonly reason: 'content' | 'input' | 'capacity' | 'internal' | 'unknown'
  /** The provider's own words come first. */
  readonly message: string
  /** Whether the same request may succeed on another try. */
  readonly retryable: boolean
  /** Whether a content filter stopped it. */
  readonly flagged?: boolean
  /** The provider documents that such a failure is never charged, see `Catalog.freeFailures`. */
  readonly free?: true
}

/**
 * The model and mode that a request came to, and why.
 *
 * @example
 * ```ts
 * import type { VideoTask } from '@reelay/core'
 * const line = ({ chosen }: VideoTask): string => `${chosen?.model} ${chosen?.mode}: ${chosen?.why}`
 * ```
 */
export interface Chosen {
  readonly model: KlingModel
  readonly mode: Mode
  /** A sentence for whoever made the request: it was asked for, or it is the default, and whose. */
  readonly why: string
}

interface TaskFields {
  /** The provider's own task id. */
  readonly id: string
  readonly handle: TaskHandle
  /** The provider's own status word. */
  readonly nativeStatus: string
  /** Milliseconds since the epoch, by the provider's clock. */
  readonly createdAt?: number
  /** Milliseconds since the epoch, by the provider's clock. */
  readonly updatedAt?: number
  readonly warnings: readonly Warning[]
  /**
   * What was rendered, and why that: said when it was bought, so that a task read later by its handle knows the model and
   * the mode alone. Absent only on tasks of providers that Reelay did not make.
   */
  readonly chosen?: Chosen
  /** What it cost, once the provider says. */
  readonly cost?: Cost
  /** Every provider that a composition tried or passed over on the way to this task, in order. */
  readonly attempts?: readonly Attempt[]
  /** The provider's reply with secrets removed; not enumerable, so it stays out of logs. */
  readonly raw?: unknown
}

/**
 * A task that may still change. `unknown` is a status word this version does not know: keep asking.
 *
 * @example
 * ```ts
 * import type { PendingTask } from '@reelay/core'
 * const progressLine = ({ status, handle, nativeStatus }: PendingTask): string =>
 *   status === 'unknown' ? `${handle.id}: "${nativeStatus}", still asking` : `${handle.id}: ${status}`
 * ```
 */
export interface PendingTask extends TaskFields {
  readonly status: 'queued' | 'running' | 'unknown'
}

/**
 * A task with its result.
 *
 * @example
 * ```ts
 * import type { SucceededTask } from '@reelay/core'
 * const seconds = ({ outputs }: SucceededTask): number => outputs.reduce((sum, { duration = 0 }) => sum + duration, 0)
 * ```
 */
export interface SucceededTask extends TaskFields {
  readonly status: 'succeeded'
  readonly outputs: readonly [Output, ...Output[]]
}

/**
 * A task the provider gave up on.
 *
 * @example
 * ```ts
 * import type { FailedTask } from '@reelay/core'
 * const report = ({ handle, failure }: FailedTask): string =>
 *   `${handle.provider} gave up on ${handle.id} (${failure.reason}): ${failure.message}`
 * ```
 */
export interface FailedTask extends TaskFields {
  readonly status: 'failed'
  readonly failure: Failure
}

/**
 * A task that was stopped, or whose result the provider no longer holds.
 *
 * @example
 * ```ts
 * import type { EndedTask } from '@reelay/core'
 * const why = ({ status, handle }: EndedTask): string =>
 *   status === 'canceled' ? `${handle.id} was stopped` : `${handle.provider} no longer holds the clip of ${handle.id}`
 * ```
 */
export interface EndedTask extends TaskFields {
  readonly status: 'canceled' | 'expired'
}

/**
 * A task that will not change any more.
 *
 * @example
 * ```ts
 * import type { TerminalTask } from '@reelay/core'
 * function summary(task: TerminalTask): string {
 *   if (task.status === 'succeeded') return `${task.outputs.length} file(s)`
 *   return task.status === 'failed' ? task.failure.message : task.status
 * }
 * ```
 */
export type TerminalTask = SucceededTask | FailedTask | EndedTask

/**
 * A render as the provider last described it, discriminated by `status`.
 *
 * @example
 * ```ts
 * import type { VideoTask } from '@reelay/core'
 * const link = (task: VideoTask): string | undefined =>
 *   task.status === 'succeeded' ? task.outputs[0].url : undefined
 * ```
 */
export type VideoTask = PendingTask | TerminalTask

/**
 * Name of a normalized status.
 *
 * @example
 * ```ts
 * import type { TaskStatus } from '@reelay/core'
 * const badge: Readonly<Record<TaskStatus, string>> = {
 *   queued: 'waiting',
 *   running: 'rendering',
 *   succeeded: 'ready',
 *   failed: 'failed',
 *   canceled: 'stopped',
 *   expired: 'no longer there',
 *   unknown: 'rendering',
 * }
 * ```
 */
export type TaskStatus = VideoTask['status']

/**
 * A task that may be the one that a lost submission made, where nothing proves it: plain data, for a person to look at.
 *
 * @example
 * ```ts
 * import { ReelayError } from '@reelay/core'
 * const may = (error: unknown): readonly string[] =>
 *   ReelayError.isInstance(error) ? (error.candidates ?? []).map(({ id, status }) => `${id} (${status})`) : []
 * ```
 */
export interface TaskCandidate {
  /** The provider's own task id. */
  readonly id: string
  /** Milliseconds since the epoch, by the provider's clock. */
  readonly createdAt?: number
  readonly status: TaskStatus
}

/**
 * The same task with some of its fields changed. Its raw reply comes along, not enumerable as before, which a spread
 * would lose.
 *
 * @example
 * ```ts
 * import { taskWith, type VideoTask } from '@reelay/core'
 * const noted = (task: VideoTask): VideoTask =>
 *   taskWith(task, { warnings: [...task.warnings, { field: 'prompt', message: 'It was translated.' }] })
 * ```
 */
export function taskWith<Task extends VideoTask>(task: Task, changes: Partial<TaskFields>): Task {
  const raw = Object.getOwnPropertyDescriptor(task, 'raw')
  const copy: Task = { ...task, ...changes }
  return raw ? Object.defineProperty(copy, 'raw', { ...raw, enumerable: false }) : copy
}

/**
 * Whether a task has ended, one way or another.
 *
 * @example
 * ```ts
 * import { isTerminal, type VideoTask } from '@reelay/core'
 * const stillRunning = (tasks: readonly VideoTask[]): number => tasks.filter((task) => !isTerminal(task)).length
 * ```
 */
export function isTerminal(task: VideoTask): task is TerminalTask {
  return task.status !== 'queued' && task.status !== 'running' && task.status !== 'unknown'
}
