import type { RenderRequest } from '../kinds/kinds.ts'
import { type Clock, elapsedOf, passedOf, timeOf } from '../model/clock.ts'
import { ReelayError, withDetails } from '../model/error.ts'
import { ofPaidTask } from '../model/foreign.ts'
import type { TaskHandle } from '../model/handle.ts'
import { explain } from '../model/problem.ts'
import type { Quote } from '../model/quote.ts'
import {
  type EndedTask,
  type FailedTask,
  isTerminal,
  type SucceededTask,
  type TerminalTask,
  taskWith,
  type VideoTask,
} from '../model/task.ts'
import type { SubmitOptions } from '../provider/options.ts'
import type { VideoProvider } from '../provider/provider.ts'
import { assertRuntime } from '../provider/runtime.ts'
import { orderContext, purchasing } from '../provider/submit/purchasing.ts'
import { afterLeft, isToBuyAgain, nextRound, type Round, withLeft } from './buy-again.ts'
import type { Store, StoreContext, StoredFile } from './download/store.ts'
import { emit, emitError } from './events.ts'
import { defaultDeadlineMs, type WaitOptions, wait, waitProblems } from './wait.ts'

/**
 * Options of {@link generate}.
 *
 * @example
 * ```ts
 * import { generate, type GenerateOptions, type VideoProvider } from '@reelay/core'
 * const options: GenerateOptions = { deadlineMs: 15 * 60_000, onEvent: ({ type }) => console.log(type) }
 * const render = (provider: VideoProvider, prompt: string) =>
 *   generate(provider, { kind: 'text-to-video', prompt }, { ...options, idempotencyKey: `boats-${prompt}` })
 * ```
 */
export interface GenerateOptions extends SubmitOptions, WaitOptions {
  /**
   * Called with the finished task before `generate` resolves, to save its files before their URLs die: a `Store` ({@link toStorage}, …),
   * or a function of your own, which may say what it has stored. A journal notes it: when it fails, or the process is
   * killed in it, the purchase stays open for `resume`.
   */
  readonly store?:
    | (((
        task: SucceededTask,
        context: StoreContext,
        // biome-ignore lint/suspicious/noConfusingVoidType: most functions of a caller's own return nothing
      ) => Promise<readonly StoredFile[] | StoredFile | void>) &
        Pick<Store, 'ready'>)
    | undefined
}

function taskFailed(task: FailedTask | EndedTask, cause?: unknown): ReelayError {
  const { handle, id } = task
  const ended = task.status === 'failed' ? undefined : `Task ${id} was ${task.status}.`
  const filter = task.status === 'failed' && task.failure.flagged ? 'content filter' : 'failed'
  const message =
    ended ??
    (task.status === 'failed' ? `${task.failure.message} (${handle.provider}, task ${id}, ${filter})` : '')
  return new ReelayError('ERR_TASK_FAILED', message, {
    provider: handle.provider,
    account: handle.account,
    outcome: 'accepted',
    handle,
    retryable: task.status === 'failed' && task.failure.retryable,
    task,
    ...(cause !== undefined && { cause }),
  })
}

async function finish(task: TerminalTask, { provider, options }: Call): Promise<SucceededTask> {
  if (task.status !== 'succeeded') throw taskFailed(task)
  const { abortSignal, onEvent, store } = options
  const { handle } = task
  const clock = options.clock ?? provider.clock
  const note = async (state: 'open' | 'done'): Promise<void> => provider.noteStored?.(handle, { state })
  const startedAt = passedOf(clock)
  try {
    // Of a task that was bought before, perhaps without a store.
    if (store) await note('open').catch(() => undefined)
    const stored = await store?.(task, { provider, abortSignal, clock: options.clock })
    const at = timeOf(clock)
    const tookMs = Math.round(passedOf(clock) - startedAt)
    for (const { file, bytes, mediaType } of [stored ?? []].flat())
      emit(onEvent, {
        type: 'downloaded',
        at,
        handle,
        bytes,
        mediaType,
        location: file,
        tookMs,
      })
    // Without this note somebody stores it once more.
    if (store) await note('done').catch(() => undefined)
    return task
  } catch (error) {
    const message = `Task ${task.id} succeeded, but store() failed. The clip is still at the provider; the handle is on this error.`
    const { provider: id, account } = handle
    const details = { outcome: 'accepted', handle } as const
    throw ReelayError.isInstance(error)
      ? withDetails(error, details)
      : new ReelayError('ERR_DOWNLOAD', message, { provider: id, account, ...details, cause: error })
  }
}

/**
 * Buys one render and waits for its clip: `submit`, then `wait`, then `store`. A task that failed for free is bought again
 * where a switch of the provider says so (`JournaledOptions.afterFreeFailure`, `FailoverPolicy.onFailedTask`), if it may
 * succeed another time: three purchases at most, each seen to its end before the next, within one deadline; the `attempts`
 * of the task or the error name them all.
 *
 * @throws ReelayError `ERR_TASK_FAILED` with the task when the provider gave up on it; otherwise whatever `submit`,
 * {@link wait} or `store` throw. Read `outcome` before trying again.
 *
 * @example
 * ```ts
 * import { generate, type VideoProvider } from '@reelay/core'
 * declare const provider: VideoProvider
 * const task = await generate(provider, { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 })
 * console.log(task.outputs[0].url)
 * ```
 */
export async function generate(
  provider: VideoProvider,
  request: RenderRequest,
  options: GenerateOptions = {},
): Promise<SucceededTask> {
  const call = await begin(provider, request, options)
  // Ten thousand may wait here at a time, so that it holds little: what a purchase, a wait or a failure needs besides lives
  // in functions of their own, and is let go with them.
  let going: Going | undefined
  // `wait` tells of its errors itself.
  let waiting = false
  try {
    for (;;) {
      going = await buy(call)
      waiting = !going.ended
      const ended = going.ended ?? withSubmitted(await endOf(call, going), going)
      waiting = false
      if (isLast(call, ended)) return await finish(withPurchases(ended, call), call)
    }
  } catch (thrown) {
    throw failedWith(call, going?.handle, thrown, waiting)
  }
}

/** Finds out before anything is bought what would otherwise be about a paid task. */
async function begin(
  provider: VideoProvider,
  request: RenderRequest,
  options: GenerateOptions,
): Promise<Call> {
  assertRuntime({ provider: provider.id, account: provider.account, fetch: 'whose it is knows submit' })
  const problems = waitProblems(options)
  if (problems.length > 0) {
    const message = `Nothing was sent. ${explain(problems)}`
    throw new ReelayError('ERR_INVALID_REQUEST', message, {
      provider: provider.id,
      outcome: 'none',
      problems,
    })
  }
  const { clock = provider.clock, abortSignal, store } = options
  await store?.ready?.({ provider, abortSignal, clock })
  const { idempotencyKey = crypto.randomUUID() } = options
  const from = elapsedOf(clock)
  const quote = provider.quote(request)
  const order = { ...orderContext(request, options), store: store !== undefined }
  return { provider, options, from, next: { request, idempotencyKey, quote, order, left: [] } }
}

/** The purchase a call of `generate` is at, and what another would be made of. */
interface Next extends Round {
  readonly request: RenderRequest
  readonly idempotencyKey: string
  readonly quote: Quote
}

/** One call of `generate`. */
interface Call {
  readonly provider: VideoProvider
  readonly options: GenerateOptions
  /** When it began; see `elapsedOf`. */
  readonly from: number
  /** Let go once a task is bought from a provider that never buys again. */
  next: Next | undefined
}

/** What is kept of a task that was bought: its handle, what only its submission says, and how it ended if it has. */
interface Going extends Pick<VideoTask, 'handle' | 'warnings' | 'chosen'> {
  readonly ended?: TerminalTask
}

const deadlineOf = ({ options: { deadlineMs = defaultDeadlineMs } }: Call): number => deadlineMs
const clockOf = ({ options: { clock }, provider }: Call): Clock => clock ?? provider.clock
const tookMs = (call: Call): number => elapsedOf(clockOf(call)) - call.from

async function buy(call: Call): Promise<Going> {
  const { provider, options } = call
  const { request, idempotencyKey, quote, order } = call.next as Next
  const { onEvent } = options
  // Once more around a provider, since not everybody's keeps to the rules.
  const purchase = purchasing(provider, (asked, how) => provider.submit(asked, how))
  const task = await purchase(request, { ...options, idempotencyKey, order })
  if (!provider.buysAgain) call.next = undefined
  const { handle, warnings, chosen } = task
  emit(onEvent, { type: 'submitted', at: timeOf(clockOf(call)), task, quote })
  const going: Going = { handle, warnings, ...(chosen && { chosen }) }
  // Not the task itself: it has its whole reply with it.
  if (!isTerminal(task)) return going
  emit(onEvent, { type: 'finished', at: timeOf(clockOf(call)), task })
  return { ...going, ended: task }
}

function endOf(call: Call, { handle }: Going): Promise<TerminalTask> {
  const deadlineMs = Math.max(0, deadlineOf(call) - tookMs(call))
  return wait(call.provider, handle, { ...call.options, deadlineMs })
}

/** Whether an end is that of the whole; where it is not, says so, and what comes next. */
function isLast(call: Call, ended: TerminalTask): boolean {
  const { provider, options, next } = call
  if (!next || !isToBuyAgain(provider, ended, next) || tookMs(call) >= deadlineOf(call)) return true
  emit(options.onEvent, { type: 'buying-again', at: timeOf(clockOf(call)), task: ended })
  call.next = { ...next, ...nextRound(next, ended, next.quote) }
  return false
}

const withPurchases = <Task extends TerminalTask>(task: Task, { next }: Call): Task =>
  next ? withLeft(task, next.quote, next) : task

/** The error that ends it, told to the listener unless somebody else has. */
function failedWith(call: Call, bought: TaskHandle | undefined, thrown: unknown, waiting: boolean): unknown {
  const { next } = call
  const { task, error: last } = next ? afterLeft(thrown, next) : { task: undefined, error: thrown }
  const told =
    task && next
      ? taskFailed(withLeft(task, next.quote, { ...next, left: next.left.slice(0, -1) }), thrown)
      : last
  const error = bought ? ofPaidTask(told, bought, `The render of task ${bought.id}`, { cause: thrown }) : told
  if (!waiting) emitError(call.options.onEvent, clockOf(call), error)
  return error
}

/** What is known at submission only, its warnings and the reason of the choice, on the task that the caller gets. */
function withSubmitted<Task extends TerminalTask>(task: Task, { warnings, chosen }: Going): Task {
  return taskWith(task, { warnings: [...warnings, ...task.warnings], ...(chosen && { chosen }) })
}
