import type { Picture } from '../engine/pictures.ts'
import type { TaskSnapshot } from '../engine/store.ts'
import type { Job } from './job.ts'
import { MICRO_USD_PER_MILLI_UNIT, type VideoOp } from './models.ts'
import { isTerminal, isVisible, type Phase, phaseAt } from './phase.ts'

export interface KlingTask {
  readonly id: string
  readonly account: string
  readonly job: Job
  readonly paysFrom: 'pack' | 'balance'
  /** Id of the clip. */
  readonly videoId: string
  /** Milliseconds since the Unix epoch. In the future while an `in-flight` fault holds the create back. */
  readonly createdAt: number
  readonly queuedMs: number
  readonly processingMs: number
  /** The start image, or the end image where that is alone. */
  readonly picture?: Picture
  /** Why it will fail; absent when it will succeed. */
  readonly failure?: string
  /** A state imposed from outside. */
  forced?: Phase
  /** URLs stop working at this time at the latest. */
  expiredAt?: number
}

export interface TaskStore {
  add(task: KlingTask): void
  all(): readonly KlingTask[]
  byId(id: string): KlingTask | undefined
  /** By id or external id, among one account's visible tasks of one path. */
  find(account: string, op: VideoOp, reference: string, now: number): KlingTask | undefined
  list(account: string, op: VideoOp, now: number): readonly KlingTask[]
  /** Whether an external id is taken, over all products of an account and for its life. */
  holdsExternalId(account: string, externalId: string, now: number, atomic: boolean): boolean
  /** Running tasks of one model version, in flight included. */
  running(account: string, model: string, now: number): number
  /** Thousandths of a unit reserved and not given back. */
  spentMilliUnits(account: string, now: number): number
  clear(): void
}

export function createTaskStore(): TaskStore {
  let tasks: KlingTask[] = []
  const ids = new Map<string, KlingTask>()

  // Apart, so that ten thousand tasks of one account can be made without each create searching all of them by a filter.
  const accounts = new Map<string, KlingTask[]>()
  const externals = new Map<string, KlingTask[]>()

  const ofAccount = (account: string): readonly KlingTask[] => accounts.get(account) ?? []
  const external = (account: string, externalId: string): string => JSON.stringify([account, externalId])
  const keep = (map: Map<string, KlingTask[]>, key: string, task: KlingTask): void => {
    const kept = map.get(key)
    if (kept) kept.push(task)
    else map.set(key, [task])
  }
  const list = (account: string, op: VideoOp, now: number): KlingTask[] =>
    ofAccount(account).filter((task) => task.job.op === op && isVisible(task, now))

  return {
    add: (task) => {
      tasks.push(task)
      ids.set(task.id, task)
      keep(accounts, task.account, task)
      const { externalId } = task.job
      if (externalId !== undefined) keep(externals, external(task.account, externalId), task)
    },
    all: () => tasks,
    byId: (id) => ids.get(id),
    find: (account, op, reference, now) => {
      const own = ids.get(reference)
      if (own?.account === account && own.job.op === op && isVisible(own, now)) return own
      const named = externals.get(external(account, reference)) ?? []
      return named.find((task) => task.job.op === op && isVisible(task, now))
    },
    list,
    holdsExternalId: (account, externalId, now, atomic) =>
      externals.get(external(account, externalId))?.some((task) => atomic || isVisible(task, now)) === true,
    running: (account, model, now) =>
      ofAccount(account).reduce(
        (sum, task) => sum + (task.job.model === model && !isTerminal(phaseAt(task, now)) ? 1 : 0),
        0,
      ),
    spentMilliUnits: (account, now) =>
      ofAccount(account).reduce((sum, task) => sum + (isRefunded(task, now) ? 0 : task.job.milliUnits), 0),
    clear: () => {
      tasks = []
      ids.clear()
      accounts.clear()
      externals.clear()
    },
  }
}

/** Failed tasks are free, content-filter failures included. */
export const isRefunded = (task: KlingTask, now: number): boolean => phaseAt(task, now).status === 'failed'

export function snapshot(task: KlingTask, now: number): TaskSnapshot {
  const { job } = task
  const { status, message, updatedAt } = phaseAt(task, now)
  return {
    account: task.account,
    id: task.id,
    ...(job.externalId === undefined ? {} : { externalId: job.externalId }),
    op: job.op,
    model: job.model,
    mode: job.mode,
    seconds: job.seconds,
    state: isVisible(task, now) ? status : 'in-flight',
    message,
    units: job.milliUnits / 1000,
    microUsd: job.milliUnits * MICRO_USD_PER_MILLI_UNIT,
    refunded: isRefunded(task, now),
    createdAt: task.createdAt,
    updatedAt,
    request: job.request,
  }
}
