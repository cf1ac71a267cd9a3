import { spentBy } from '../engine/account.ts'
import type { Body } from '../engine/fields.ts'
import { snapshot, type TaskSnapshot } from '../engine/store.ts'
import {
  type Course,
  type Forced,
  isVisible,
  momentAt,
  nextMoment,
  type Stage,
  type Task,
} from '../engine/task.ts'
import type { WireState } from '../engine/wire.ts'
import type { FileType } from '../media/store.ts'
import type { KlingAccount } from './account.ts'
import type { KlingSettings } from './options.ts'
import { MICRO_USD_PER_MILLI_UNIT, type Pack } from './tables.ts'

/** One file that a job makes. */
export interface JobFile {
  readonly type: FileType
  /** Length of a clip or a sound, seconds. */
  readonly seconds?: number
}

/** A create request that passed every check. */
export interface Job {
  /** Its kind's. */
  readonly op: string
  readonly model: string
  readonly mode: 'std' | 'pro' | '4k'
  /** Length of the clip, seconds; 0 where there is none. */
  readonly seconds: number
  /** What it makes; a clip of that length unless told. */
  readonly files?: readonly JobFile[]
  /** Width divided by height. */
  readonly aspect: number
  readonly prompt: string
  /** The start image, or the end image where that is alone; empty without one. */
  readonly frame: string
  /** Pictures that are in the result without giving it its shape. */
  readonly references?: readonly string[]
  /** The task whose clip it goes on from: that clip's picture is in it. */
  readonly goesOnFrom?: KlingTask
  /** That clip as `task_info.parent_video` names it. */
  readonly parentVideo?: Readonly<Record<string, unknown>>
  /** Faces that were found, milliseconds into the clip. */
  readonly faces?: readonly { readonly id: string; readonly from: number; readonly to: number }[]
  /** Of what is kept under an id: Kling's name for whoever had it made. */
  readonly owner?: string
  /** The voice that an element speaks with, as its views tell of it. */
  readonly voice?: Readonly<Record<string, unknown>>
  /** `video` unless told. */
  readonly pack?: Pack
  /** Places it takes among the running tasks; 1 unless told. */
  readonly slots?: number
  readonly watermark: boolean
  /** Thousandths of a unit of its pack. */
  readonly milliUnits: number
  readonly request: Body
}

export interface KlingTask extends Task, Course<string> {
  readonly job: Job
  readonly paysFrom: 'pack' | 'balance'
  /** Of its files, in their order. */
  readonly fileIds: readonly string[]
  /** Answered at once: nothing ever asks for it again. */
  readonly isSync: boolean
  /** When what it made was deleted, milliseconds since the Unix epoch. */
  deletedAt?: number
  forced?: Forced<Phase>
}

/** Everything one emulated Kling knows. */
export type KlingState = WireState<KlingSettings, KlingAccount, KlingTask, string>

export const statuses = ['submitted', 'processing', 'succeed', 'failed'] as const
export type TaskStatus = (typeof statuses)[number]

/** Where a task stands at a given time. */
export interface Phase {
  readonly status: TaskStatus
  readonly message: string
  /** When the status last changed, milliseconds since the Unix epoch. */
  readonly updatedAt: number
}

const words: Readonly<Record<Stage, TaskStatus>> = {
  staged: 'submitted',
  queued: 'submitted',
  running: 'processing',
  succeeded: 'succeed',
  failed: 'failed',
}

export function phaseAt(task: KlingTask, now: number): Phase {
  const { forced, failure = '' } = task
  if (forced && now >= forced.at) return forced.phase
  const { stage, since } = momentAt(task, now)
  return { status: words[stage], message: stage === 'failed' ? failure : '', updatedAt: since }
}

export const nextChange = (task: KlingTask, now: number): number | undefined =>
  task.forced ? undefined : nextMoment(task, now)

export const isTerminal = ({ status }: Phase): boolean => status === 'succeed' || status === 'failed'

/** Failed tasks are free, content-filter failures included. */
const isRefunded = (task: KlingTask, now: number): boolean => phaseAt(task, now).status === 'failed'

export const packOf = ({ pack = 'video' }: Pick<Job, 'pack'>): Pack => pack

/** Millionths of a dollar, by the list price of its units. */
export const microUsdOf = (job: Pick<Job, 'pack' | 'milliUnits'>): number =>
  Math.round(job.milliUnits * MICRO_USD_PER_MILLI_UNIT[packOf(job)])

export const filesOf = ({ files, seconds }: Job): readonly JobFile[] => files ?? [{ type: 'mp4', seconds }]

/**
 * Thousandths of a unit reserved and not given back: of one pack, or, where the balance pays, of all of them in the worth of
 * video units.
 */
export const spentMilliUnits = (
  { tasks }: KlingState,
  account: KlingAccount,
  now: number,
  pack: Pack = 'video',
): number =>
  spentBy(tasks, account, (task) => {
    if (isRefunded(task, now)) return 0
    if (account.paysFrom === 'balance') return microUsdOf(task.job) / MICRO_USD_PER_MILLI_UNIT.video
    return packOf(task.job) === pack ? task.job.milliUnits : 0
  })

/** What an account was ever given of what pays for a job, thousandths of a unit. */
export const grantedMilliUnits = (account: KlingAccount, pack: Pack): number =>
  account.paysFrom === 'balance' || pack === 'video' ? account.granted : account.packs[pack]

/** A visible task by its id or external id; only its own path knows it. */
export function findTask(
  { tasks }: KlingState,
  { name }: KlingAccount,
  op: string,
  reference: string,
  now: number,
): KlingTask | undefined {
  const own = tasks.find(name, reference, now)
  return own?.job.op === op && !own.isSync
    ? own
    : tasks.byExternalId(name, reference).find((task) => task.job.op === op && isVisible(task, now))
}

export function snapshotOf(task: KlingTask, now: number): TaskSnapshot {
  const { op, model, mode, seconds, milliUnits, request } = task.job
  const { status, message, updatedAt } = phaseAt(task, now)
  return snapshot(task, now, {
    op,
    model,
    mode,
    seconds,
    state: status,
    message,
    units: milliUnits / 1000,
    microUsd: microUsdOf(task.job),
    refunded: isRefunded(task, now),
    updatedAt,
    request,
  })
}
