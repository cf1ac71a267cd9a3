import { spentBy } from '../engine/account.ts'
import type { Exchange } from '../engine/exchange.ts'
import type { Body } from '../engine/fields.ts'
import type { Files, StoredFile } from '../engine/files.ts'
import { snapshot, type TaskSnapshot } from '../engine/store.ts'
import { type Course, type Forced, momentAt, nextMoment, type Stage, type Task } from '../engine/task.ts'
import type { WireState } from '../engine/wire.ts'
import type { FileType } from '../media/store.ts'
import type { Failure } from './failures.ts'
import type { ReplicateAccount, ReplicateSettings } from './options.ts'

/** A create request that passed every check the API makes before it accepts. */
export interface Job {
  readonly op: string
  /** `owner/name`. */
  readonly model: string
  /** As predictions show it: `hidden` for an official model. */
  readonly version: string
  readonly mode: string
  /** Requested length, seconds; 0 where nothing is played. */
  readonly seconds: number
  /** What its one file is; an MP4 unless told. */
  readonly fileType?: FileType
  /** Pictures that are in the result without giving it its shape. */
  readonly references?: readonly unknown[]
  /** The mode where there is a choice, by which bills select (model pages, 2026-10-05); that metrics say it is unverified. */
  readonly variant?: string | undefined
  /** Whether the clip has sound; undefined for a model that makes none. */
  readonly audio: boolean | undefined
  readonly input: Body
  /** The start image, or the end image where that is alone. */
  readonly frame: unknown
  readonly webhook: Body
  readonly microUsd: number
  /** By what it is charged, as a share of its list price: bills follow the seconds that are told. */
  readonly charge: number
  readonly request: Body
}

export const statuses = ['starting', 'processing', 'succeeded', 'failed', 'canceled', 'aborted'] as const
export type Status = (typeof statuses)[number]

/** Where a prediction stands at a given time. Times in milliseconds since the Unix epoch. */
export interface Phase {
  readonly status: Status
  readonly startedAt?: number
  readonly completedAt?: number
  readonly error?: string
}

export interface Prediction extends Task, Course<Failure> {
  readonly job: Job
  /** Width divided by height. */
  readonly aspect: number
  /** Folder of the clip; the URL is all a client needs, so it cannot be guessed. */
  readonly folder: string
  readonly deadlineAt?: number
  forced?: Forced<Phase>
  /** Answers kept back for `Prefer: wait`; aborted when the state changes from outside. */
  readonly holds: Set<AbortController>
}

/** An uploaded input. */
export interface UploadedFile extends StoredFile {
  readonly id: string
  readonly account: string
  readonly name: string
  readonly sha256: string
  readonly md5: string
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Everything one emulated Replicate knows; the control orders failures by their words. */
export interface ReplicateState extends WireState<ReplicateSettings, ReplicateAccount, Prediction, string> {
  readonly files: Files<UploadedFile>
}

const words: Readonly<Record<Stage, Status>> = {
  staged: 'starting',
  queued: 'starting',
  running: 'processing',
  succeeded: 'succeeded',
  failed: 'failed',
}

function undisturbed(prediction: Prediction, now: number): Phase {
  const { stage, startedAt, endedAt } = momentAt(prediction, now)
  const { failure } = prediction
  const ran = startedAt !== undefined && (stage !== 'failed' || failure?.stage !== 'starting')
  return {
    status: words[stage],
    ...(ran ? { startedAt } : {}),
    ...(endedAt === undefined ? {} : { completedAt: endedAt }),
    ...(stage === 'failed' && failure ? { error: failure.error } : {}),
  }
}

export function phaseAt(prediction: Prediction, now: number): Phase {
  const { forced, deadlineAt } = prediction
  if (forced && now >= forced.at) return forced.phase
  if (deadlineAt === undefined || now < deadlineAt) return undisturbed(prediction, now)
  const before = undisturbed(prediction, deadlineAt)
  return isTerminal(before) ? before : stopped(before, deadlineAt)
}

/** A deadline that passes before the model runs aborts, a later one cancels. */
const stopped = ({ startedAt }: Phase, completedAt: number): Phase =>
  startedAt === undefined
    ? { status: 'aborted', completedAt }
    : { status: 'canceled', startedAt, completedAt }

export const isTerminal = ({ status }: Phase): boolean => status !== 'starting' && status !== 'processing'

/** When the state next changes by itself; undefined where it will not. */
export function nextChange(prediction: Prediction, now: number): number | undefined {
  if (prediction.forced || isTerminal(phaseAt(prediction, now))) return undefined
  const next = nextMoment(prediction, now) ?? Number.POSITIVE_INFINITY
  return Math.min(next, prediction.deadlineAt ?? Number.POSITIVE_INFINITY)
}

/** Puts a prediction into a state from now on, and lets answers that wait for it go. */
export function impose(prediction: Prediction, phase: Phase, at: number): void {
  prediction.forced = { phase, at }
  for (const hold of [...prediction.holds]) hold.abort()
}

/** Keeps a create back until the prediction has ended or `waitMs` are over; returns which of the two. */
export async function untilEnded(
  { clock }: ReplicateState,
  prediction: Prediction,
  exchange: Exchange,
  waitMs: number,
): Promise<Phase | 'expired'> {
  const until = clock.now() + waitMs
  let announced = false
  for (;;) {
    const now = clock.now()
    const phase = phaseAt(prediction, now)
    if (isTerminal(phase)) return phase
    if (now >= until) return 'expired'
    const change = Math.min(nextChange(prediction, now) ?? until, until)
    const disturbed = new AbortController()
    prediction.holds.add(disturbed)
    const waiting = clock
      .sleep(change - now, AbortSignal.any([exchange.signal, disturbed.signal]))
      .catch(() => exchange.signal.throwIfAborted())
      .finally(() => prediction.holds.delete(disturbed))
    waiting.catch(() => {})
    // The wait begins before listeners hear of it, so that one of them may push the clock.
    if (!announced) await exchange.held()
    announced = true
    await waiting
  }
}

/** Failed and aborted ones cost nothing; a canceled one costs what ran: here nothing before its start, else all. */
const isRefunded = ({ status, startedAt }: Phase): boolean =>
  status === 'failed' || status === 'aborted' || (status === 'canceled' && startedAt === undefined)

/** Millionths of a dollar spent and not given back. */
export const spentMicroUsd = ({ tasks }: ReplicateState, account: ReplicateAccount, now: number): number =>
  spentBy(tasks, account, (prediction) =>
    isRefunded(phaseAt(prediction, now)) ? 0 : prediction.job.microUsd,
  )

/** Millionths of a dollar left. */
export const creditOf = (state: ReplicateState, account: ReplicateAccount, now: number): number =>
  account.granted - spentMicroUsd(state, account, now)

/** Whether an ended prediction has lost its data. */
export function isRemoved(
  { expiredAt = Number.POSITIVE_INFINITY }: Prediction,
  { completedAt }: Phase,
  { retentionMs }: ReplicateSettings,
  now: number,
): boolean {
  return completedAt !== undefined && now >= Math.min(completedAt + retentionMs, expiredAt)
}

export function snapshotOf(prediction: Prediction, now: number): TaskSnapshot {
  const { op, model, mode, seconds, microUsd, request } = prediction.job
  const phase = phaseAt(prediction, now)
  return snapshot(prediction, now, {
    op,
    model,
    mode,
    seconds,
    state: phase.status,
    message: phase.error ?? '',
    units: microUsd / 1_000_000,
    microUsd,
    refunded: isRefunded(phase),
    updatedAt: phase.completedAt ?? phase.startedAt ?? prediction.createdAt,
    request,
  })
}
