import { spentBy } from '../engine/account.ts'
import type { Files, StoredFile } from '../engine/files.ts'
import { snapshot, type TaskSnapshot } from '../engine/store.ts'
import type { Task } from '../engine/task.ts'
import type { WireState } from '../engine/wire.ts'
import type { ErrorDetail, Failure } from './failures.ts'
import type { Endpoint, Job, JobFile } from './kinds/kind.ts'
import type { FalAccount, FalSettings } from './options.ts'
import type { WebhookKeys } from './webhook-keys.ts'

export const statuses = ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED'] as const
export type Status = (typeof statuses)[number]

/** How a request ends: with something of some shape, or not. */
export type Outcome = { readonly aspect: number } | Failure

/** A request the queue accepted. fal calls it a request; the emulator's word is task. */
export interface FalTask extends Task {
  /** `fal-ai/kling-video` */
  readonly app: string
  /** `v3/pro/text-to-video`; whether it exists shows only when the request runs. */
  readonly path: string
  readonly endpoint?: Endpoint | undefined
  readonly job?: Job | undefined
  /** Why the body will be refused. */
  readonly errors: readonly ErrorDetail[]
  readonly request: Readonly<Record<string, unknown>>
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
  /** Names of its files there, in their order. */
  readonly files: readonly string[]
  /** A failure ordered from outside. */
  readonly ordered?: Failure
  startedAt?: number
  endsAt?: number
  outcome?: Outcome
  /** A status imposed from outside that does not pass by itself. */
  held?: 'IN_QUEUE' | 'IN_PROGRESS'
}

/** A place kept for a file that is being uploaded. */
export interface UploadPlace {
  readonly contentType: string
  readonly multipart: boolean
  /** What makes the upload address a secret. */
  readonly signature: string
  readonly parts: Map<number, { readonly etag: string; readonly bytes: Uint8Array<ArrayBuffer> }>
  readonly lifeMs: number
}

/** Everything one emulated fal knows; the control orders failures by their type. */
export interface FalState extends WireState<FalSettings, FalAccount, FalTask, string> {
  readonly webhookKeys: WebhookKeys
  /** By path on the CDN, `/files/b/0abc1234/input.png`. */
  readonly places: Map<string, UploadPlace>
  readonly files: Files<StoredFile>
}

/** What a job makes. */
export const filesOf = ({ files, seconds }: Job): readonly JobFile[] => files ?? [{ type: 'mp4', seconds }]

export const isFailure = (outcome: Outcome | undefined): outcome is Failure =>
  outcome !== undefined && 'status' in outcome

/** Where a task stands. The schedule has to be settled up to `now`. */
export function statusAt({ held, startedAt, endsAt }: FalTask, now: number): Status {
  if (held) return held
  if (endsAt !== undefined && now >= endsAt) return 'COMPLETED'
  return startedAt !== undefined && now >= startedAt ? 'IN_PROGRESS' : 'IN_QUEUE'
}

const isCompleted = (task: FalTask, now: number): boolean => statusAt(task, now) === 'COMPLETED'

const isRefunded = (task: FalTask, now: number): boolean =>
  isCompleted(task, now) && isFailure(task.outcome) && task.outcome.free

function changedAt(task: FalTask, now: number): number {
  const status = statusAt(task, now)
  const moment = status === 'COMPLETED' ? task.endsAt : status === 'IN_PROGRESS' ? task.startedAt : undefined
  return moment ?? task.createdAt
}

/** Millionths of a dollar spent and not given back. */
export const spentMicroUsd = ({ tasks }: FalState, account: FalAccount, now: number): number =>
  spentBy(tasks, account, (task) => (isRefunded(task, now) ? 0 : (task.job?.microUsd ?? 0)))

/** Credit left, millionths of a dollar. A request is accepted while there is any, so it may end below zero. */
export const creditOf = (state: FalState, account: FalAccount, now: number): number =>
  account.granted - spentMicroUsd(state, account, now)

/** A stored file by the end of its address, as long as it lives. */
export function fileNamed({ files }: FalState, pathname: string, now: number): StoredFile | undefined {
  const path = /\/files\/b\/[0-9a-f]{8}\/[^/]+$/.exec(pathname)?.[0]
  return path === undefined ? undefined : files.live(path, now)
}

export function snapshotOf(task: FalTask, now: number): TaskSnapshot {
  const { job, endpoint, outcome, app, path, request } = task
  return snapshot(task, now, {
    op: endpoint?.op ?? '',
    model: `${app}/${path}`,
    mode: endpoint?.tier ?? '',
    seconds: job?.seconds ?? 0,
    state: statusAt(task, now),
    message: isCompleted(task, now) && isFailure(outcome) ? outcome.message : '',
    units: job?.units ?? 0,
    microUsd: job?.microUsd ?? 0,
    refunded: isRefunded(task, now),
    updatedAt: changedAt(task, now),
    request,
  })
}
