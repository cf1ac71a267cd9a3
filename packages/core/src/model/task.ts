import type { KlingModel, Mode } from '../model/words.ts'
import type { Attempt } from './attempt.ts'
import type { TaskHandle } from './handle.ts'
import type { Cost } from './money.ts'
import type { Warning } from './problem.ts'

/** One file a finished task produced. */
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

/** Why a task failed. */
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

/** A task that may still change. `unknown` is a status word this version does not know: keep asking. */
export interface PendingTask extends TaskFields {
  readonly status: 'queued' | 'running' | 'unknown'
}

/** A task with its result. */
export interface SucceededTask extends TaskFields {
  readonly status: 'succeeded'
  readonly outputs: readonly [Output, ...Output[]]
}

/** A task the provider gave up on. */
export interface FailedTask extends TaskFields {
  readonly status: 'failed'
  readonly failure: Failure
}

/** A task that was stopped, or whose result the provider no longer holds. */
export interface EndedTask extends TaskFields {
  readonly status: 'canceled' | 'expired'
}

/** A task that will not change any more. */
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

/** Name of a normalized status. */
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

/** Whether a task has ended, one way or another. */
export function isTerminal(task: VideoTask): task is TerminalTask {
  return task.status !== 'queued' && task.status !== 'running' && task.status !== 'unknown'
}
