import { amountProblems } from '../model/amount.ts'
import type { Clock } from '../model/clock.ts'
import { ReelayError } from '../model/error.ts'
import { ofPaidTask, unheard } from '../model/foreign.ts'
import type { TaskHandle } from '../model/handle.ts'
import { explain, type Problem, problem } from '../model/problem.ts'
import type { TerminalTask } from '../model/task.ts'
import { assertHandle } from '../provider/door.ts'
import type { CallOptions } from '../provider/options.ts'
import type { VideoProvider } from '../provider/provider.ts'
import { emit, emitError, type RenderEvent, type RenderListener } from './events.ts'
import { abandoned } from './watch/entry.ts'
import { type Subscription, subscribe } from './watch/scheduler.ts'

/**
 * Options of {@link wait}.
 *
 * @example
 * ```ts
 * import { type TaskHandle, type VideoProvider, wait, type WaitOptions } from '@reelay/core'
 * const patient: WaitOptions = { deadlineMs: 2 * 3_600_000, poll: { intervalMs: 30_000 } }
 * const finish = (provider: VideoProvider, handle: TaskHandle) => wait(provider, handle, patient)
 * ```
 */
export interface WaitOptions extends CallOptions {
  /** Milliseconds from the call on after which waiting ends with an error; 3,600,000 (an hour) when absent. */
  readonly deadlineMs?: number | undefined
  /** How often to look, in milliseconds, instead of the catalogue's schedule; never under the provider's floor. */
  readonly poll?: { readonly intervalMs: number } | undefined
  readonly onEvent?: RenderListener | undefined
  /** The provider's clock when absent. */
  readonly clock?: Clock | undefined
}

/** An hour, in milliseconds. */
export const defaultDeadlineMs: number = 60 * 60_000

/** What is wrong with how a caller wants to wait. */
export function waitProblems(options: WaitOptions): readonly Problem[] {
  const { deadlineMs, timeoutMs, deadlineAt, poll } = options
  if (poll !== undefined && (typeof poll !== 'object' || poll === null || poll.intervalMs === undefined)) {
    const fix = 'Pass { intervalMs }, or leave it out.'
    return [problem('poll', 'type', 'It says nothing of how often to look.', fix)]
  }
  return [
    ...amountProblems('deadline', { deadlineMs }),
    ...amountProblems('duration', { timeoutMs, 'poll.intervalMs': poll?.intervalMs }),
    ...amountProblems('moment', { deadlineAt }),
  ]
}

/**
 * Waits until a task has ended. Survives rate limits, outages and nonsense from the provider as long as the deadline
 * allows; no error loses the handle.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `none`, for what is no handle; `ERR_TIMEOUT` or `ERR_UNKNOWN_STATUS` at the deadline, `ERR_ABORTED` with the reason as cause, or
 * what {@link VideoProvider.get} throws for good (credentials, funds); these always with the handle and outcome `accepted`.
 *
 * @example
 * ```ts
 * import { type TaskHandle, type VideoProvider, wait } from '@reelay/core'
 * declare const provider: VideoProvider
 * declare const stored: TaskHandle // read back from your database after a restart
 * const task = await wait(provider, stored, { deadlineMs: 20 * 60_000 })
 * if (task.status === 'succeeded') console.log(task.outputs[0].url)
 * ```
 */
export function wait(
  provider: VideoProvider,
  handle: TaskHandle,
  options: WaitOptions = {},
): Promise<TerminalTask> {
  // Not `async`, which would keep a further promise for each of thousands who wait.
  try {
    assertHandle(handle, { provider: provider.id, account: provider.account })
  } catch (thrown) {
    return Promise.reject(thrown)
  }
  // Options may be anybody's object, and throw when they are read.
  try {
    return waiting(provider, handle, options)
  } catch (thrown) {
    return Promise.reject(ofPaidTask(thrown, handle, waitingFor(handle)))
  }
}

const waitingFor = ({ id }: TaskHandle): string => `Waiting for task ${id}`

function waiting(provider: VideoProvider, handle: TaskHandle, options: WaitOptions): Promise<TerminalTask> {
  const { abortSignal, deadlineMs = defaultDeadlineMs, headers, timeoutMs, onEvent, poll } = options
  const { clock = provider.clock } = options
  const problems = waitProblems(options)
  if (problems.length > 0) {
    const message = `wait cannot be done like this; the task goes on. ${explain(problems)}`
    throw new ReelayError('ERR_INVALID_REQUEST', message, { outcome: 'accepted', handle, problems })
  }
  // What stays for as long as somebody waits: these two, and what `end` and `stop` name.
  let resolve!: (task: TerminalTask) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<TerminalTask>((...both) => {
    ;[resolve, reject] = both
  })
  let stop: (() => void) | undefined
  function end(task: TerminalTask | undefined, thrown?: unknown): void {
    if (stop) unheard(stop)
    if (task) {
      resolve(task)
      return
    }
    const error = ofPaidTask(thrown, handle, waitingFor(handle), { cause: thrown })
    emitError(onEvent, clock, error)
    reject(error)
  }
  try {
    const tell = onEvent ? (event: RenderEvent): void => emit(onEvent, event) : tellNobody
    const how = { headers, timeoutMs, deadlineMs, intervalMs: poll?.intervalMs, clock, tell, end }
    // Only who can stop pays for being stopped.
    if (abortSignal) stop = untilAborted(abortSignal, provider, handle, how)
    else subscribe(provider, handle, how)
  } catch (thrown) {
    // A clock, a catalogue or a signal that somebody else wrote.
    end(undefined, thrown)
  }
  return promise
}

/** Waits until an abort; returns how to stop listening for one. */
function untilAborted(
  signal: AbortSignal,
  provider: VideoProvider,
  handle: TaskHandle,
  how: Subscription,
): () => void {
  let leave: (() => void) | undefined
  const onAbort = (): void => {
    leave?.()
    how.end(undefined, abandoned(handle, signal.reason))
  }
  const forget = (): void => signal.removeEventListener('abort', onAbort)
  if (signal.aborted) {
    how.end(undefined, abandoned(handle, signal.reason))
    return forget
  }
  leave = subscribe(provider, handle, how)
  try {
    signal.addEventListener('abort', onAbort, { once: true })
  } catch (thrown) {
    leave()
    throw thrown
  }
  return forget
}

const tellNobody = (): void => undefined
