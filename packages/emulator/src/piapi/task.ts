import { spentBy } from '../engine/account.ts'
import type { Body } from '../engine/fields.ts'
import type { Files, StoredFile } from '../engine/files.ts'
import { snapshot, type TaskSnapshot, type TaskStore } from '../engine/store.ts'
import {
  type Course,
  type Forced,
  momentAt,
  nextMoment,
  placeFreeAt,
  type Stage,
  type Task,
} from '../engine/task.ts'
import type { WireState } from '../engine/wire.ts'
import type { FileType } from '../media/store.ts'
import type { PiapiAccount, PiapiSettings } from './options.ts'
import { POINTS_PER_MICRO_USD } from './tables.ts'

/** One file that a job makes. */
export interface JobFile {
  readonly type: FileType
  /** Length of a clip or a sound, seconds. */
  readonly seconds?: number
}

/** A create request that passed every check. */
export interface Job {
  readonly model: string
  readonly taskType: string
  readonly version: string
  readonly mode: 'std' | 'pro'
  /** Length of the clip, seconds; 0 where there is none. */
  readonly seconds: number
  /** Pictures and sounds that it makes, one of `works` each; a clip of that length unless told. */
  readonly files?: readonly JobFile[]
  /** The provider's word for what made them, as `output.type`. */
  readonly workType?: string
  /** Width divided by height. */
  readonly aspect: number
  readonly prompt: string
  /** URL or data URI of the picture it starts from; empty without one. */
  readonly startImage: string
  /** The task whose clip it goes on from: that clip's picture is in it. */
  readonly goesOnFrom?: PiapiTask
  /** Of pictures that are in the result without giving it its shape. */
  readonly references?: readonly string[]
  readonly microUsd: number
  /** Where the clip's URL will be. */
  readonly output: 'works' | 'video' | 'turbo'
  /** The documented fields of `input`, as sent. */
  readonly input: Body
  readonly request: Body
}

/** The provider's words in the order of a task's life; every captured body has them in lower case. */
export const statusWords = ['staged', 'pending', 'processing', 'completed', 'failed', 'cancelled'] as const
export type TaskStatus = (typeof statusWords)[number]

export interface TaskError {
  readonly message: string
  readonly rawMessage: string
}

/** Where a task stands at a given time. Times are milliseconds since the Unix epoch. */
export interface Phase {
  readonly status: TaskStatus
  readonly error?: TaskError
  /** When the status last changed. */
  readonly updatedAt: number
  readonly startedAt?: number
  readonly endedAt?: number
}

export interface PiapiTask extends Task, Course<TaskError> {
  readonly job: Job
  /** When it left the account's queue; undefined while it is staged. */
  releasedAt: number | undefined
  /** A cancellation, or a state imposed by the control. */
  forced?: Forced<Phase> & {
    /** When the task gives its place in the account's concurrency back; never, while it is made to run. */
    readonly freesAt: number
  }
}

/** Everything one emulated PiAPI knows. */
export interface PiapiState extends WireState<PiapiSettings, PiapiAccount, PiapiTask, TaskError> {
  /** Input files, by their path on the media host. */
  readonly uploads: Files<StoredFile>
}

const words: Readonly<Record<Stage, TaskStatus>> = {
  staged: 'staged',
  queued: 'pending',
  running: 'processing',
  succeeded: 'completed',
  failed: 'failed',
}

/** A function of the clock; only the way out of the queue is remembered. */
export function phaseAt(task: PiapiTask, now: number): Phase {
  const { forced, failure } = task
  if (forced && now >= forced.at) return forced.phase
  const { stage, since, ...times } = momentAt(task, now)
  return {
    status: words[stage],
    updatedAt: since,
    ...times,
    ...(stage === 'failed' && failure ? { error: failure } : {}),
  }
}

export const nextChange = (task: PiapiTask, now: number): number | undefined =>
  task.forced ? undefined : nextMoment(task, now)

export const isTerminal = (status: TaskStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled'

/** Puts a task into a status from now on. */
export function force(task: PiapiTask, status: TaskStatus, error: TaskError, now: number): void {
  const before = phaseAt(task, now)
  const { startedAt = now } = before
  const started = status === 'processing' || status === 'completed' || status === 'failed'
  const ends = isTerminal(status)
  const endedBefore = isTerminal(before.status) ? (task.forced?.freesAt ?? before.endedAt ?? now) : now
  task.forced = {
    at: now,
    freesAt: ends ? endedBefore : Number.POSITIVE_INFINITY,
    phase: {
      status,
      updatedAt: now,
      ...(started ? { startedAt } : {}),
      ...(ends ? { endedAt: now } : {}),
      ...(status === 'failed' ? { error } : {}),
    },
  }
}

/**
 * Lets staged tasks go, first come first served, each at the moment a place became free. To be called before anything
 * reads or changes the tasks: when one of them leaves the queue depends on the others.
 */
export function settled({ accounts, tasks }: PiapiState, now: number): TaskStore<PiapiTask> {
  for (const account of accounts.all()) release(tasks.ofAccount(account.name), account, now)
  return tasks
}

function release(tasks: readonly PiapiTask[], account: PiapiAccount, now: number): void {
  const waiting = tasks
    .filter((task) => task.releasedAt === undefined && !task.forced)
    .sort((a, b) => a.createdAt - b.createdAt)
  for (const task of waiting) {
    const ends = tasks.flatMap(({ releasedAt, forced, queuedMs, processingMs }) =>
      releasedAt === undefined ? [] : [forced?.freesAt ?? releasedAt + queuedMs + processingMs],
    )
    const freeAt = placeFreeAt(ends, account.concurrency)
    const releasedAt = Math.max(task.createdAt, account.concurrencySince, freeAt)
    if (releasedAt > now) return
    task.releasedAt = releasedAt
  }
}

export const pointsOf = (task: PiapiTask): number => task.job.microUsd * POINTS_PER_MICRO_USD

/** Points reserved and not yet charged, and points charged. A failed or cancelled task gives back everything. */
export function usageAt(task: PiapiTask, now: number): { readonly frozen: number; readonly consume: number } {
  const { status } = phaseAt(task, now)
  if (status === 'failed' || status === 'cancelled') return { frozen: 0, consume: 0 }
  // Documented sample of 2025-12: turbo is charged at once.
  const charged = status === 'completed' || task.job.model === 'kling-turbo'
  const points = pointsOf(task)
  return charged ? { frozen: 0, consume: points } : { frozen: points, consume: 0 }
}

/** Points reserved or charged, and not given back. */
export const spentPoints = (state: PiapiState, account: PiapiAccount, now: number): number =>
  spentBy(settled(state, now), account, (task) => {
    const { frozen, consume } = usageAt(task, now)
    return frozen + consume
  })

/** How the emulator names what was asked for: `kling/2.6`, `kling/3.0 omni`. */
export const modelName = (model: string, version: string, taskType?: string): string =>
  `${version === '' ? model : `${model}/${version}`}${taskType === 'omni_video_generation' ? ' omni' : ''}`

export function snapshotOf(task: PiapiTask, now: number): TaskSnapshot {
  const { model, version, taskType, mode, seconds, microUsd, request } = task.job
  const { status, error, updatedAt } = phaseAt(task, now)
  return snapshot(task, now, {
    op: taskType,
    model: modelName(model, version, taskType),
    mode,
    seconds,
    state: status,
    message: error?.rawMessage ?? '',
    units: pointsOf(task),
    microUsd,
    refunded: status === 'failed' || status === 'cancelled',
    updatedAt,
    request,
  })
}
