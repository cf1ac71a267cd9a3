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
import type { KlingAccount, KlingSettings } from './options.ts'
import { MICRO_USD_PER_MILLI_UNIT } from './tables.ts'

/** A create request that passed every check. */
export interface Job {
  /** The last part of its create path. */
  readonly op: string
  readonly model: string
  readonly mode: 'std' | 'pro' | '4k'
  /** Length of the clip, seconds. */
  readonly seconds: number
  /** Width divided by height. */
  readonly aspect: number
  readonly prompt: string
  /** The start image, or the end image where that is alone; empty without one. */
  readonly frame: string
  readonly watermark: boolean
  readonly milliUnits: number
  readonly request: Body
}

export interface KlingTask extends Task, Course<string> {
  readonly job: Job
  readonly paysFrom: 'pack' | 'balance'
  /** Id of the clip. */
  readonly videoId: string
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

/** Thousandths of a unit reserved and not given back. */
export const spentMilliUnits = ({ tasks }: KlingState, account: KlingAccount, now: number): number =>
  spentBy(tasks, account, (task) => (isRefunded(task, now) ? 0 : task.job.milliUnits))

/** A visible task by its id or external id; only its own path knows it. */
export function findTask(
  { tasks }: KlingState,
  { name }: KlingAccount,
  op: string,
  reference: string,
  now: number,
): KlingTask | undefined {
  const own = tasks.find(name, reference, now)
  return own?.job.op === op
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
    microUsd: milliUnits * MICRO_USD_PER_MILLI_UNIT,
    refunded: isRefunded(task, now),
    updatedAt,
    request,
  })
}
