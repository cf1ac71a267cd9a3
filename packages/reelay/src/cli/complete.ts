import {
  type Journal,
  journaled,
  noteStored,
  ReelayError,
  type Stored,
  type SucceededTask,
  type TaskHandle,
  type TerminalTask,
  usualMs,
  type VideoProvider,
  wait,
} from '@reelay/core'
import { type KeepOptions, type Kept, keep } from './finish.ts'
import { showProgress } from './progress.ts'
import { savingLine } from './result.ts'
import type { Target } from './target.ts'
import { say } from './terminal.ts'

/** How a task is to be brought to its end. */
export interface Completing extends Omit<KeepOptions, 'renderMs'> {
  readonly target: Target
  /** Where its purchase is noted, if anywhere. */
  readonly journal: Journal | undefined
  /** Where the clip goes. */
  readonly folder: string
  readonly abortSignal: AbortSignal
  readonly deadlineMs: number | undefined
}

/** The error of a task that brought no clip, as `generate` throws it. */
function endedWithout(task: Exclude<TerminalTask, { status: 'succeeded' }>): ReelayError {
  const { handle, id } = task
  const gone = `The provider no longer holds the clip of task ${id}: it is lost.`
  const ended = task.status === 'expired' ? gone : `Task ${id} was ${task.status}.`
  const message = task.status === 'failed' ? task.failure.message : ended
  const { provider, account } = handle
  const details = { provider, account, outcome: 'accepted', handle } as const
  return Object.assign(new ReelayError('ERR_TASK_FAILED', message, details), { task })
}

/** The row of a task's catalogue says how long such tasks take. */
function usualOf({ catalog }: VideoProvider, handle: TaskHandle) {
  const offer = catalog.offers.find(
    ({ kind, model, mode }) => kind === handle.kind && model === handle.model && mode === handle.mode,
  )
  return offer && usualMs(offer.timing)
}

/**
 * Waits for a task that is paid for, saves its clip, and notes both: a process that is killed in between leaves the
 * purchase open, and a clip that the provider no longer holds closes it as lost.
 *
 * @throws ReelayError with the handle, outcome `accepted`.
 */
export async function complete(
  handle: TaskHandle,
  { target, journal, folder, abortSignal, deadlineMs, ...keeping }: Completing,
): Promise<{ readonly task: SucceededTask; readonly kept: Kept }> {
  const provider = journal ? journaled(target.provider, journal) : target.provider
  const { clock } = provider
  async function note(stored: Stored): Promise<void> {
    try {
      if (journal) await noteStored(journal, handle, stored, Date.now())
    } catch (error) {
      // The clip is paid for: it is fetched all the same, and at worst once more.
      say(`  It could not be noted in the journal: ${(error as Error).message}`, 'yellow')
    }
  }
  const progress = showProgress({
    title: `Waiting for task ${handle.id} on ${handle.provider}`,
    clock,
    since: handle.submittedAt,
    usual: usualOf(provider, handle),
  })
  try {
    // Before its end is noted: from then on nobody else would know that there is a clip to fetch.
    await note({ state: 'open' })
    const task = await wait(provider, handle, { abortSignal, deadlineMs, onEvent: progress.onEvent })
    if (task.status !== 'succeeded') throw endedWithout(task)
    progress.note(savingLine(task))
    const kept = await keep(task, { ...target, provider }, folder, { ...keeping, abortSignal })
    await note({ state: 'done' })
    progress.end('done')
    return { task, kept }
  } catch (error) {
    progress.fail('not finished')
    const reason = lossOf(error, provider, handle, clock.now())
    if (reason !== undefined) await note({ state: 'lost', reason })
    throw error
  }
}

/**
 * Why a clip will never come, where a failed download proves it: its address is gone for good (410), or it is refused
 * after the time for which the provider keeps results. Anything else may pass.
 *
 * @param now Milliseconds since the epoch.
 */
export function lossOf(
  error: unknown,
  { catalog }: Pick<VideoProvider, 'catalog'>,
  handle: TaskHandle,
  now: number,
): string | undefined {
  if (!ReelayError.isInstance(error) || error.code !== 'ERR_DOWNLOAD') return undefined
  const { httpStatus = 0 } = error
  const kept = catalog.retention?.find(({ provider }) => provider === handle.provider)
  const isOld = kept !== undefined && now - handle.submittedAt > kept.ms
  const isGone = httpStatus === 410 || (isOld && (httpStatus === 403 || httpStatus === 404))
  return isGone ? `The provider no longer holds the clip (HTTP ${httpStatus}).` : undefined
}
