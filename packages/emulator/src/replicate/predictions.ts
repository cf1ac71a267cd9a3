import type { Picture } from '../engine/pictures.ts'
import type { TaskSnapshot } from '../engine/store.ts'
import type { Job } from './job.ts'
import type { ReplicateSettings } from './options.ts'
import { type Course, isVisible, type Phase, phaseAt } from './phase.ts'

export interface Prediction extends Course {
  readonly id: string
  readonly account: string
  readonly job: Job
  /** Width divided by height. */
  readonly aspect: number
  /** The start image, or the end image where that is alone. */
  readonly picture?: Picture
  /** Folder of the clip; the URL is all a client needs, so it cannot be guessed. */
  readonly folder: string
  /** Input, output, logs and files are gone from this time on at the latest. */
  removedAt?: number
  /** Answers kept back for `Prefer: wait`; aborted when the state changes from outside. */
  readonly holds: Set<AbortController>
}

export interface PredictionStore {
  add(prediction: Prediction): void
  all(): readonly Prediction[]
  byId(id: string): Prediction | undefined
  /** Among one account's visible predictions. */
  find(account: string, id: string, now: number): Prediction | undefined
  /** One account's visible predictions, newest first. */
  list(account: string, now: number): readonly Prediction[]
  spentMicroUsd(account: string, now: number): number
  clear(): void
}

export function createPredictionStore(): PredictionStore {
  let predictions: Prediction[] = []
  const ids = new Map<string, Prediction>()
  const ofAccount = (account: string): Prediction[] =>
    predictions.filter((prediction) => prediction.account === account)

  return {
    add: (prediction) => {
      predictions.push(prediction)
      ids.set(prediction.id, prediction)
    },
    all: () => predictions,
    byId: (id) => ids.get(id),
    find: (account, id, now) => {
      const found = ids.get(id)
      return found?.account === account && isVisible(found, now) ? found : undefined
    },
    list: (account, now) =>
      ofAccount(account)
        .filter((prediction) => isVisible(prediction, now))
        .reverse()
        .sort((a, b) => b.createdAt - a.createdAt),
    spentMicroUsd: (account, now) =>
      ofAccount(account).reduce(
        (sum, prediction) => sum + (isRefunded(phaseAt(prediction, now)) ? 0 : prediction.job.microUsd),
        0,
      ),
    clear: () => {
      predictions = []
      ids.clear()
    },
  }
}

/** Failed and aborted ones cost nothing; a canceled one costs what ran: here nothing before its start, else all. */
export const isRefunded = ({ status, startedAt }: Phase): boolean =>
  status === 'failed' || status === 'aborted' || (status === 'canceled' && startedAt === undefined)

/** Whether an ended prediction has lost its data. */
export function isRemoved(
  prediction: Prediction,
  { completedAt }: Phase,
  { retentionMs }: ReplicateSettings,
  now: number,
): boolean {
  const removedAt = prediction.removedAt ?? Number.POSITIVE_INFINITY
  return completedAt !== undefined && now >= Math.min(completedAt + retentionMs, removedAt)
}

export function snapshot(prediction: Prediction, now: number): TaskSnapshot {
  const { job, createdAt } = prediction
  const phase = phaseAt(prediction, now)
  return {
    account: prediction.account,
    id: prediction.id,
    op: job.op,
    model: job.model,
    mode: job.mode,
    seconds: job.seconds,
    state: isVisible(prediction, now) ? phase.status : 'in-flight',
    message: phase.error ?? '',
    units: job.microUsd / 1_000_000,
    microUsd: job.microUsd,
    refunded: isRefunded(phase),
    createdAt,
    updatedAt: phase.completedAt ?? phase.startedAt ?? createdAt,
    request: job.request,
  }
}
