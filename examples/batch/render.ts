import { access } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ErrorCode,
  generate,
  type Journal,
  noteStored,
  ReelayError,
  type SucceededTask,
  type TaskHandle,
  type VideoProvider,
  wait,
} from '@reelay/core'
import { save } from '@reelay/core/node'
import type { Row } from './rows.ts'
import type { Target } from './target.ts'

/** What became of one row. */
export interface Result {
  readonly id: string
  /**
   * - `rendered`: its clip is on disk now
   * - `there`: it was before
   * - `failed`: there will be no clip under this id
   * - `open`: bought; the next run goes on with it
   * - `unknown`: nobody knows whether it was bought
   * - `unbought`: nothing was bought; the next run tries again
   */
  readonly state: 'rendered' | 'there' | 'failed' | 'open' | 'unknown' | 'unbought'
  readonly why?: string
}

/** A row to buy, or one that an earlier run has bought. */
export type Job =
  | (Row & { readonly handle?: undefined })
  | { readonly id: string; readonly handle: TaskHandle; readonly request?: undefined }

/** What rendering a row takes. */
export interface Kitchen {
  readonly provider: VideoProvider
  readonly target: Target
  readonly journal: Journal
  readonly out: string
  /** Stops the waiting; what is bought goes on at the provider. */
  readonly signal: AbortSignal
}

/** Where a row's clip lies. */
export const clipOf = (out: string, id: string): string => join(out, `${id}.mp4`)

/** Whether a row's clip is on disk; `save` never leaves a part of one under its name. */
export const isThere = (out: string, id: string): Promise<boolean> =>
  access(clipOf(out, id)).then(
    () => true,
    () => false,
  )

// The row itself is at fault: trying it again would end the same.
const hopeless: readonly ErrorCode[] = [
  'ERR_CONTENT',
  'ERR_INVALID_REQUEST',
  'ERR_TASK_FAILED',
  'ERR_UNSUPPORTED',
]

function stateOf({ handle }: Job, error: unknown, stopped: boolean): Result['state'] {
  if (!ReelayError.isInstance(error)) return handle ? 'open' : 'unbought'
  if (hopeless.includes(error.code)) return 'failed'
  if (handle || error.outcome === 'accepted') return 'open'
  // Stopped in the middle of buying: the next run finds out by itself.
  if (error.outcome === 'unknown') return stopped ? 'open' : 'unknown'
  return 'unbought'
}

/** Brings a row to its clip: by buying it, or, where it is bought, by waiting for its task. */
export async function render(kitchen: Kitchen, job: Job): Promise<Result> {
  const { provider, target, journal, out, signal } = kitchen
  const { id } = job
  const options = { ...target.patience, abortSignal: signal }

  async function store({ handle, outputs }: SucceededTask): Promise<void> {
    if (await isThere(out, id)) return
    await save(outputs[0], clipOf(out, id), { ...target.download, handle, abortSignal: signal })
  }

  try {
    if (job.request) {
      await generate(provider, job.request, { ...options, idempotencyKey: id, store })
      return { id, state: 'rendered' }
    }
    const task = await wait(provider, job.handle, options)
    if (task.status === 'succeeded') {
      await store(task)
      await noteStored(journal, task.handle, { state: 'done' }, provider.clock.now())
      return { id, state: 'rendered' }
    }
    return { id, state: 'failed', why: task.status === 'failed' ? task.failure.message : task.status }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { id, state: stateOf(job, error, signal.aborted), why }
  }
}
