import type { Picture } from '../engine/pictures.ts'
import type { TaskSnapshot } from '../engine/store.ts'
import type { Endpoint } from './endpoints.ts'
import type { ErrorDetail, Failure } from './failures.ts'
import type { Job } from './job.ts'

export type Status = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED'

/** How a request ends: with a clip of some shape, or not. */
export type Outcome = { readonly aspect: number } | Failure

/** A request the queue accepted. fal calls it a request; the emulator's word is task. */
export interface FalTask {
  readonly id: string
  readonly account: string
  /** `fal-ai/kling-video` */
  readonly app: string
  /** `v3/pro/text-to-video`; whether it exists shows only when the request runs. */
  readonly path: string
  readonly endpoint?: Endpoint
  readonly job?: Job
  /** Why the body will be refused. */
  readonly errors: readonly ErrorDetail[]
  readonly request: Readonly<Record<string, unknown>>
  /** Milliseconds since the Unix epoch. In the future while an `in-flight` fault holds the submit back. */
  readonly createdAt: number
  /** When it is through with routing and may take a slot. */
  readonly readyAt: number
  readonly processingMs: number
  /** The caller's start deadline. */
  readonly startBy: number
  /** Life of the output on the CDN, milliseconds. */
  readonly mediaMs: number
  /** Whether its bodies are kept for the history; its caller may ask that they are not. */
  readonly stored: boolean
  /** Address of the output. */
  readonly folder: string
  readonly file: string
  /** The start image. */
  readonly picture?: Picture
  /** A failure ordered from outside. */
  readonly ordered?: Failure
  startedAt?: number
  endsAt?: number
  outcome?: Outcome
  /** A status imposed from outside that does not pass by itself. */
  held?: 'IN_QUEUE' | 'IN_PROGRESS'
  /** The output is gone from this time on at the latest. */
  expiredAt?: number
}

export interface TaskStore {
  add(task: FalTask): void
  all(): readonly FalTask[]
  ofAccount(account: string): readonly FalTask[]
  byId(id: string): FalTask | undefined
  clear(): void
}

export function createTaskStore(): TaskStore {
  const tasks = new Map<string, FalTask>()
  return {
    add: (task) => void tasks.set(task.id, task),
    all: () => [...tasks.values()],
    ofAccount: (account) => [...tasks.values()].filter((task) => task.account === account),
    byId: (id) => tasks.get(id),
    clear: () => tasks.clear(),
  }
}

export const isFailure = (outcome: Outcome | undefined): outcome is Failure =>
  outcome !== undefined && 'status' in outcome

export const isVisible = (task: FalTask, now: number): boolean => now >= task.createdAt

/** Where a task stands. The schedule has to be settled up to `now`. */
export function statusAt({ held, startedAt, endsAt }: FalTask, now: number): Status {
  if (held) return held
  if (endsAt !== undefined && now >= endsAt) return 'COMPLETED'
  return startedAt !== undefined && now >= startedAt ? 'IN_PROGRESS' : 'IN_QUEUE'
}

const isCompleted = (task: FalTask, now: number): boolean => statusAt(task, now) === 'COMPLETED'

export const isRefunded = (task: FalTask, now: number): boolean =>
  isCompleted(task, now) && isFailure(task.outcome) && task.outcome.free

function changedAt(task: FalTask, now: number): number {
  const status = statusAt(task, now)
  const moment = status === 'COMPLETED' ? task.endsAt : status === 'IN_PROGRESS' ? task.startedAt : undefined
  return moment ?? task.createdAt
}

export function snapshot(task: FalTask, now: number): TaskSnapshot {
  const { job, endpoint, outcome } = task
  return {
    account: task.account,
    id: task.id,
    op: endpoint?.op ?? '',
    model: `${task.app}/${task.path}`,
    mode: endpoint?.tier ?? '',
    seconds: job?.seconds ?? 0,
    state: isVisible(task, now) ? statusAt(task, now) : 'in-flight',
    message: isCompleted(task, now) && isFailure(outcome) ? outcome.message : '',
    units: job?.units ?? 0,
    microUsd: job?.microUsd ?? 0,
    refunded: isRefunded(task, now),
    createdAt: task.createdAt,
    updatedAt: changedAt(task, now),
    request: task.request,
  }
}
