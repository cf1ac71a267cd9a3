import { timeOf } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import { at, kindOf, ofPaidTask, unheard } from '../../model/foreign.ts'
import { isTaskHandle, type TaskHandle, taskKey } from '../../model/handle.ts'
import { explain } from '../../model/problem.ts'
import { handlesOf } from '../../provider/door.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import type { RenderEvent } from '../events.ts'
import { defaultDeadlineMs, type WaitOptions, waitProblems } from '../wait.ts'
import type { LookEvent } from './entry.ts'
import { subscribe } from './scheduler.ts'

/**
 * What {@link watch} tells of. Each task ends with exactly one `finished` or `error`; an error ends the watch of its own
 * task only.
 *
 * @example
 * ```ts
 * import type { WatchEvent } from '@reelay/core'
 * const isLast = (event: WatchEvent): boolean => event.type === 'finished' || event.type === 'error'
 * ```
 */
export type WatchEvent =
  | LookEvent
  | (Extract<RenderEvent, { type: 'error' }> & { readonly handle: TaskHandle })

/**
 * Options of {@link watch}: those of `wait`, for each task.
 *
 * @example
 * ```ts
 * import type { WatchOptions } from '@reelay/core'
 * const options: WatchOptions = { keepOpen: true, deadlineMs: 20 * 60_000 }
 * ```
 */
export interface WatchOptions extends Omit<WaitOptions, 'onEvent' | 'deadlineAt'> {
  /** Whether to go on, waiting for further tasks, when none is left; until `close()`. `false` when absent. */
  readonly keepOpen?: boolean | undefined
}

/**
 * Tasks being watched: iterate it once, with `for await`.
 *
 * @example
 * ```ts
 * import type { TaskHandle, Watcher } from '@reelay/core'
 * declare const watcher: Watcher
 * declare const handle: TaskHandle
 * watcher.add(handle)
 * console.log(watcher.size)
 * ```
 */
export interface Watcher extends AsyncIterable<WatchEvent, void, void> {
  /** Tasks that have not ended yet. */
  readonly size: number
  /** Watches more tasks, also while iterating; one that is watched already is left as it is. */
  add(...handles: readonly TaskHandle[]): void
  /** Watches no longer; what is queued about them is dropped. The tasks go on at the provider. */
  remove(...handles: readonly TaskHandle[]): void
  /** No more tasks will come: with `keepOpen`, the iteration ends once those there are have ended. */
  close(): void
}

/**
 * Watches any number of tasks, in as few requests as the provider allows: together with each other, and with every
 * `wait` and `generate` at the same instance. Looking begins at once; events queue until they are asked for, at most one
 * of each type per task, the latest. The iteration ends when every task has ended, and with `keepOpen` only after
 * `close()`; leaving the loop stops watching.
 *
 * @throws ReelayError from `watch` itself `ERR_INVALID_REQUEST`: for unusable options, outcome `accepted`; for what is no
 * handle, outcome `none`, and nothing is watched (`add` does the same, and what was watched goes on). From the iteration
 * only `ERR_ABORTED`, outcome `accepted`, with the signal's reason as cause, once what was queued is told.
 *
 * @example
 * ```ts
 * import { type TaskHandle, type VideoProvider, watch } from '@reelay/core'
 * declare const provider: VideoProvider
 * declare const handles: readonly TaskHandle[]
 * for await (const event of watch(provider, handles)) {
 *   if (event.type === 'finished') console.log(event.task.id, event.task.status)
 *   if (event.type === 'error') console.error(event.handle.id, event.error)
 * }
 * ```
 */
export function watch(
  provider: VideoProvider,
  handles: Iterable<TaskHandle> = [],
  options: WatchOptions = {},
): Watcher {
  try {
    return begin(provider, handles, options)
  } catch (thrown) {
    if (ReelayError.isInstance(thrown)) throw thrown
    // Options, a signal or a list of handles that somebody else wrote.
    const [handle] = Array.isArray(handles) ? handles : []
    const { id, account } = provider
    const message = `These tasks cannot be watched (${kindOf(thrown)}). They go on at ${id}; watch their handles again.`
    const details = { provider: id, account, outcome: 'accepted', handle, cause: thrown } as const
    throw at(thrown, new ReelayError('ERR_CONFIG', message, details))
  }
}

function begin(provider: VideoProvider, handles: Iterable<TaskHandle>, options: WatchOptions): Watcher {
  const problems = waitProblems(options)
  if (problems.length > 0) {
    const message = `These tasks cannot be watched like this; they go on. ${explain(problems)}`
    throw new ReelayError('ERR_INVALID_REQUEST', message, { outcome: 'accepted', problems })
  }
  const { abortSignal, deadlineMs = defaultDeadlineMs, headers, timeoutMs, poll } = options
  const clock = options.clock ?? provider.clock
  const who = { provider: provider.id, account: provider.account }
  const watched = new Map<string, () => void>()
  // By type and task, oldest first: a slow reader finds the latest state, and every end.
  const queue = new Map<string, WatchEvent>()
  let open = options.keepOpen === true
  let wake = (): void => undefined

  function push(name: string, event: WatchEvent): void {
    const key = event.type + name
    queue.delete(key)
    queue.set(key, event)
    wake()
  }

  function fail(handle: TaskHandle, thrown: unknown): void {
    const error = ofPaidTask(thrown, handle, `Watching task ${handle.id}`, { cause: thrown })
    push(taskKey(handle), { type: 'error', at: timeOf(clock), handle, error })
  }

  function add(handle: TaskHandle): void {
    try {
      subscribeTo(handle)
    } catch (thrown) {
      // A clock or a catalogue that somebody else wrote: each task's own end, so that the others go on.
      watched.delete(taskKey(handle))
      fail(handle, thrown)
    }
  }

  function subscribeTo(handle: TaskHandle): void {
    const name = taskKey(handle)
    if (watched.has(name) || abortSignal?.aborted) return
    // Already when it is added something may end it.
    watched.set(name, () => undefined)
    const leave = subscribe(provider, handle, {
      headers,
      timeoutMs,
      deadlineMs,
      intervalMs: poll?.intervalMs,
      clock,
      group: watched,
      tell: (event) => push(name, event),
      end(task, error) {
        watched.delete(name)
        if (!task) fail(handle, error)
      },
    })
    if (watched.has(name)) watched.set(name, leave)
  }

  function remove(name: string): void {
    watched.get(name)?.()
    watched.delete(name)
    for (const key of queue.keys()) if (key.endsWith(name)) queue.delete(key)
    wake()
  }

  function stop(): void {
    for (const leave of watched.values()) leave()
    watched.clear()
    unheard(() => abortSignal?.removeEventListener('abort', onAbort))
  }

  function onAbort(): void {
    stop()
    wake()
  }

  async function* events(): AsyncGenerator<WatchEvent, void, void> {
    try {
      for (;;) {
        const [next] = queue
        if (next) {
          queue.delete(next[0])
          yield next[1]
        } else if (abortSignal?.aborted) throw stopped(provider, abortSignal.reason)
        else if (watched.size === 0 && !open) return
        else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
    } finally {
      stop()
    }
  }

  try {
    if (abortSignal?.aborted !== true) abortSignal?.addEventListener('abort', onAbort, { once: true })
    for (const handle of handlesOf(handles, who)) add(handle)
  } catch (thrown) {
    stop()
    throw thrown
  }
  return {
    get size() {
      return watched.size
    },
    add(...more) {
      handlesOf(more, who).forEach(add)
    },
    remove: (...some) => some.filter(isTaskHandle).map(taskKey).forEach(remove),
    close() {
      open = false
      wake()
    },
    [Symbol.asyncIterator]: events,
  }
}

function stopped({ id, account }: VideoProvider, cause: unknown): ReelayError {
  const message = `Stopped watching the tasks at ${id}. They go on there; wait for their handles again, in this process or another.`
  return new ReelayError('ERR_ABORTED', message, { provider: id, account, outcome: 'accepted', cause })
}
