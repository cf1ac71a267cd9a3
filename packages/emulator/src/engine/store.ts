import { isVisible, type Task } from './task.ts'

/** The tasks of one provider, indexed so that ten thousand of one account do not slow each create down. */
export interface TaskStore<T extends Task> {
  add(task: T): void
  /** Every task, oldest first. */
  all(): readonly T[]
  ofAccount(account: string): readonly T[]
  byId(id: string): T | undefined
  /** Among one account's visible tasks. */
  find(account: string, id: string, now: number): T | undefined
  /** Under the client's own id, visible or not. */
  byExternalId(account: string, externalId: string): readonly T[]
  /** By id or external id; all of them without one. */
  named(id: string | undefined): readonly T[]
  clear(): void
}

export function createTaskStore<T extends Task>(): TaskStore<T> {
  let tasks: T[] = []
  const ids = new Map<string, T>()
  const accounts = new Map<string, T[]>()
  const externals = new Map<string, T[]>()

  const externalKey = (account: string, externalId: string): string => JSON.stringify([account, externalId])
  const keep = (map: Map<string, T[]>, key: string, task: T): void => {
    const kept = map.get(key)
    if (kept) kept.push(task)
    else map.set(key, [task])
  }

  return {
    add: (task) => {
      tasks.push(task)
      ids.set(task.id, task)
      keep(accounts, task.account, task)
      const { externalId } = task
      if (externalId !== undefined) keep(externals, externalKey(task.account, externalId), task)
    },
    all: () => tasks,
    ofAccount: (account) => accounts.get(account) ?? [],
    byId: (id) => ids.get(id),
    find: (account, id, now) => {
      const task = ids.get(id)
      return task?.account === account && isVisible(task, now) ? task : undefined
    },
    byExternalId: (account, externalId) => externals.get(externalKey(account, externalId)) ?? [],
    named: (id) => tasks.filter((task) => id === undefined || task.id === id || task.externalId === id),
    clear: () => {
      tasks = []
      ids.clear()
      accounts.clear()
      externals.clear()
    },
  }
}

/** What the control shows of a task, whichever provider's it is. */
export interface TaskSnapshot {
  /** Name of the emulated account, never a key. */
  readonly account: string
  readonly id: string
  readonly externalId?: string
  readonly op: string
  readonly model: string
  readonly mode: string
  /** Requested length of the clip, seconds. */
  readonly seconds: number
  /** `in-flight`: created by the `in-flight` fault and not visible to reads yet. Otherwise the provider's word. */
  readonly state: 'in-flight' | (string & {})
  readonly message: string
  /** Provider units reserved at creation. */
  readonly units: number
  /** The same at list price, in millionths of a US dollar. */
  readonly microUsd: number
  /** Whether the units went back to the account, as they do when a task fails. */
  readonly refunded: boolean
  /** Milliseconds since the Unix epoch, emulator clock. */
  readonly createdAt: number
  readonly updatedAt: number
  /** Body of the create request. */
  readonly request: Readonly<Record<string, unknown>>
}

/** A task as the control shows it: what every task has, and what its wire knows of it. */
export function snapshot(
  task: Task,
  now: number,
  known: Omit<TaskSnapshot, 'account' | 'id' | 'externalId' | 'createdAt'>,
): TaskSnapshot {
  const { account, id, externalId, createdAt } = task
  return {
    account,
    id,
    ...(externalId === undefined ? {} : { externalId }),
    ...known,
    state: isVisible(task, now) ? known.state : 'in-flight',
    createdAt,
  }
}
