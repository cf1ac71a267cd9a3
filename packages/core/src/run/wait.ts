import type { Clock } from '../model/clock.ts'
import { ReelayError } from '../model/error.ts'
import type { TaskHandle } from '../model/handle.ts'
import { explain, type Problem, problem } from '../model/problem.ts'
import { isTerminal, type TerminalTask, type VideoTask } from '../model/task.ts'
import type { CallOptions, VideoProvider } from '../provider/provider.ts'
import { offerOf } from '../provider/task/normalize.ts'
import { emit, type RenderListener } from './events.ts'
import { nextLook } from './schedule.ts'

/** Options of {@link wait}. */
export interface WaitOptions extends CallOptions {
  /** Milliseconds from the call on after which waiting ends with an error; 3,600,000 (an hour) when absent. */
  readonly deadlineMs?: number | undefined
  /** How often to look, in milliseconds, instead of the catalogue's schedule; never under the provider's floor. */
  readonly poll?: { readonly intervalMs: number } | undefined
  readonly onEvent?: RenderListener | undefined
  /** The provider's clock when absent. */
  readonly clock?: Clock | undefined
}

const defaultDeadlineMs = 60 * 60_000
const defaultTimeoutMs = 60_000
const shortestTimeoutMs = 5_000
const defaultFloorMs = 5_000
// Results die within the hour at some providers: whatever a reply asks for, a clip is not slept through.
const longestPauseMs = 5 * 60_000
// Providers answer reads from replicas: a task may be "not found" for a moment after it was made.
const settlingMs = 60_000

/** What is known of a task between two looks. */
interface Progress {
  nativeStatus: string | undefined
  unknownStatus: boolean
  lastError: ReelayError | undefined
}

function survivable(error: ReelayError, handle: TaskHandle, now: number): boolean {
  if (error.code === 'ERR_NOT_FOUND') return now - handle.submittedAt < settlingMs
  return error.retryable || error.code === 'ERR_UNEXPECTED_REPLY'
}

function overdue(
  provider: VideoProvider,
  handle: TaskHandle,
  progress: Progress,
  deadlineMs: number,
): ReelayError {
  const details = { provider: provider.id, account: handle.account, outcome: 'accepted', handle } as const
  const where = `Task ${handle.id} at ${handle.provider}`
  const next = 'It goes on there: wait for the handle on this error again, in this process or another.'
  if (progress.unknownStatus) {
    const message = `${where} is in status "${progress.nativeStatus}", which Reelay does not know, and stayed so for ${deadlineMs} ms. ${next}`
    return new ReelayError('ERR_UNKNOWN_STATUS', message, details)
  }
  const last = progress.lastError ? ` The last look failed: ${progress.lastError.message}` : ''
  const status = progress.nativeStatus === undefined ? '' : ` (last seen: ${progress.nativeStatus})`
  const message = `${where} has not ended within ${deadlineMs} ms${status}. ${next}${last}`
  return new ReelayError('ERR_TIMEOUT', message, { ...details, retryable: true })
}

function abandoned(handle: TaskHandle, signal: AbortSignal | undefined): ReelayError {
  const message = `Stopped waiting for task ${handle.id} at ${handle.provider}. It goes on there; its handle is on this error.`
  const { provider, account } = handle
  return new ReelayError('ERR_ABORTED', message, {
    provider,
    account,
    outcome: 'accepted',
    handle,
    cause: signal?.reason,
  })
}

/**
 * What is wrong with how a caller wants to wait. `NaN`, as from an unset variable, would otherwise mean "for ever".
 */
export function waitProblems({ deadlineMs = 0, poll }: WaitOptions): readonly Problem[] {
  const problems: Problem[] = []
  if (!(deadlineMs >= 0)) {
    problems.push(problem('deadlineMs', 'range', `It is ${deadlineMs}.`, 'Pass milliseconds, 0 or more.'))
  }
  if (poll && !(poll.intervalMs > 0)) {
    problems.push(
      problem('poll.intervalMs', 'range', `It is ${poll.intervalMs}.`, 'Pass milliseconds above 0.'),
    )
  }
  return problems
}

/**
 * Waits until a task has ended. Survives rate limits, outages and nonsense from the provider as long as the deadline
 * allows; no error loses the handle.
 *
 * @throws ReelayError `ERR_TIMEOUT` or `ERR_UNKNOWN_STATUS` at the deadline, `ERR_ABORTED` with the reason as cause, or
 * what {@link VideoProvider.get} throws for good (credentials, funds); always with the handle and outcome `accepted`.
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
export async function wait(
  provider: VideoProvider,
  handle: TaskHandle,
  options: WaitOptions = {},
): Promise<TerminalTask> {
  const { abortSignal, deadlineMs = defaultDeadlineMs, timeoutMs = defaultTimeoutMs, onEvent, poll } = options
  const clock = options.clock ?? provider.clock
  const timing = offerOf(provider.catalog.offers, handle)?.timing
  const problems = waitProblems(options)
  if (problems.length > 0) {
    const message = `wait cannot be done like this; the task goes on. ${explain(problems)}`
    throw new ReelayError('ERR_INVALID_REQUEST', message, { outcome: 'accepted', handle, problems })
  }
  const deadline = clock.now() + deadlineMs
  const progress: Progress = { nativeStatus: undefined, unknownStatus: false, lastError: undefined }

  async function look(): Promise<VideoTask | undefined> {
    try {
      // One slow answer must not stretch the wait far beyond its deadline.
      const left = Math.max(deadline - clock.now(), shortestTimeoutMs)
      const call = { ...options, timeoutMs: Math.min(timeoutMs, left), deadlineAt: deadline }
      const task = await provider.get(handle, call)
      progress.lastError = undefined
      progress.unknownStatus = task.status === 'unknown'
      if (task.nativeStatus !== progress.nativeStatus) {
        progress.nativeStatus = task.nativeStatus
        const at = clock.now()
        if (progress.unknownStatus)
          emit(onEvent, { type: 'unknown-status', at, handle, nativeStatus: task.nativeStatus })
        else emit(onEvent, { type: 'status', at, task })
      }
      return task
    } catch (error) {
      if (!ReelayError.isInstance(error) || !survivable(error, handle, clock.now())) throw error
      progress.lastError = error
      return undefined
    }
  }

  for (;;) {
    const task = await look()
    if (task && isTerminal(task)) {
      emit(onEvent, { type: 'finished', at: clock.now(), task })
      return task
    }
    const now = clock.now()
    if (now >= deadline) throw overdue(provider, handle, progress, deadlineMs)
    const scheduled = poll
      ? Math.max(poll.intervalMs, timing?.pollFloorMs ?? defaultFloorMs)
      : nextLook(timing, now - handle.submittedAt, Math.random())
    const error = progress.lastError
    const asked = Math.min(error?.retryAfterMs ?? 0, longestPauseMs)
    const delayMs = Math.min(Math.max(scheduled, asked), deadline - now)
    if (error) emit(onEvent, { type: 'retry', at: now, handle, error, delayMs })
    try {
      await clock.sleep(delayMs, abortSignal)
    } catch {
      throw abandoned(handle, abortSignal)
    }
  }
}
