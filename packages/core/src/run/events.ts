import { type Clock, timeOf } from '../model/clock.ts'
import { ReelayError } from '../model/error.ts'
import type { TaskHandle } from '../model/handle.ts'
import type { Quote } from '../model/quote.ts'
import type { FailedTask, TerminalTask, VideoTask } from '../model/task.ts'

/**
 * What happens on the way to a clip; `at` is milliseconds since the epoch.
 *
 * @example
 * ```ts
 * import type { RenderEvent } from '@reelay/core'
 * function line(event: RenderEvent): string {
 *   switch (event.type) {
 *     case 'submitted':
 *     case 'status':
 *     case 'finished':
 *       return `${event.task.handle.id}: ${event.task.status}`
 *     case 'retry':
 *       return `asking again in ${event.delayMs / 1000} s: ${event.error.message}`
 *     default:
 *       return event.type
 *   }
 * }
 * ```
 */
export type RenderEvent =
  /** The provider has taken the task. */
  | { readonly type: 'submitted'; readonly at: number; readonly task: VideoTask; readonly quote: Quote }
  /** The task's status differs from what was seen before. */
  | { readonly type: 'status'; readonly at: number; readonly task: VideoTask }
  /** A look at the task failed and will be repeated in `delayMs`. */
  | {
      readonly type: 'retry'
      readonly at: number
      readonly handle: TaskHandle
      readonly error: ReelayError
      readonly delayMs: number
    }
  /** The provider used a status word that Reelay does not know; asking goes on. */
  | {
      readonly type: 'unknown-status'
      readonly at: number
      readonly handle: TaskHandle
      readonly nativeStatus: string
    }
  /** The task has ended, well or not. */
  | { readonly type: 'finished'; readonly at: number; readonly task: TerminalTask }
  /** The task failed for free, and the render is bought once more; see `JournaledOptions.afterFreeFailure`. */
  | { readonly type: 'buying-again'; readonly at: number; readonly task: FailedTask }
  /** A file of the task is stored. */
  | {
      readonly type: 'downloaded'
      readonly at: number
      readonly handle: TaskHandle
      readonly bytes: number
      readonly mediaType: string
      /** Milliseconds that storing took, all files of the task together. */
      readonly tookMs: number
      /** Where it is, in the words of the store: a path, a key, a URL. */
      readonly location?: string
    }
  /**
   * The call ends with this error: nothing was bought, or waiting was given up, or the clip could not be stored. A task
   * that failed is `finished` instead.
   */
  | {
      readonly type: 'error'
      readonly at: number
      readonly error: ReelayError
      /** Absent when no task was made, or none is known. */
      readonly handle?: TaskHandle
    }

/**
 * Told of every {@link RenderEvent}. What it throws, or rejects with, is ignored: a broken progress bar must not lose a paid task.
 *
 * @example
 * ```ts
 * import type { RenderListener } from '@reelay/core'
 * const log: RenderListener = (event) => console.log(new Date(event.at).toISOString(), event.type)
 * ```
 */
export type RenderListener = (event: RenderEvent) => void

/** Calls a listener without letting it interfere. */
export function emit(listener: RenderListener | undefined, event: RenderEvent): void {
  try {
    const told: unknown = listener?.(event)
    // An async function passes for a listener; what it rejects with would end the process.
    if (told instanceof Promise) told.catch(() => undefined)
    else if (typeof (told as PromiseLike<unknown> | undefined)?.then === 'function')
      (told as PromiseLike<unknown>).then(undefined, () => undefined)
  } catch {
    // See RenderListener.
  }
}

/** Tells of the error that ends a call, unless another event has told of it or it is the caller's own. */
export function emitError(listener: RenderListener | undefined, clock: Clock, error: unknown): void {
  if (!ReelayError.isInstance(error) || error.code === 'ERR_TASK_FAILED') return
  const { handle } = error
  emit(listener, { type: 'error', at: timeOf(clock), error, ...(handle && { handle }) })
}
