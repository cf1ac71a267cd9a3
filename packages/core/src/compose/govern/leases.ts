import { elapsedOf } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import { type Owned, ownerKey, type Submission, type TaskHandle, taskKey } from '../../model/handle.ts'
import { isTerminal, type VideoTask } from '../../model/task.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { offerOf } from '../../provider/task/normalize.ts'

/** One of the provider's parallel places, taken by a submit under way or by a task. */
interface Lease {
  readonly model: string
  /** When somebody has to look whether the place is still taken; see `elapsedOf`. */
  readonly until: number
  /** Absent while nobody knows the task: a submit under way, or one whose answer was lost. */
  readonly handle?: TaskHandle
}

/** Every place that is taken, as far as this process knows. */
export interface Leases {
  /** How many are taken: by tasks of one model, or by all. */
  count(model?: string): number
  /** Takes a place for a submit; returns a name for it. */
  take(model: string): string
  /** Gives a submit's place back. */
  drop(name: string): void
  /** Hands a submit's place to its task. */
  hand(name: string, handle: TaskHandle): void
  /** Keeps a submit's place for a task nobody has seen. */
  lose(name: string, submission: Submission | undefined): void
  /** Takes places for tasks that run, gives back those of tasks that have ended. */
  seen(tasks: readonly VideoTask[]): void
  end(handle: TaskHandle): void
  /** When the next lease runs out; see `elapsedOf`. */
  next(): number
  /** Looks once at each task whose lease has run out. */
  review(): Promise<void>
}

const shortestMs = 10 * 60_000
const dayMs = 24 * 3_600_000

const purchaseName = (of: Owned & Pick<Submission, 'idempotencyKey' | 'requestHash'>): string =>
  JSON.stringify(['lost', ownerKey(of), of.idempotencyKey, of.requestHash])

/** `ended` is told the model of each task whose place was given back. */
export function createLeases(provider: VideoProvider, ended: (model: string) => void): Leases {
  const { clock, catalog } = provider
  const leases = new Map<string, Lease>()
  let submits = 0

  /** A render that takes four times as long as usual has most likely been forgotten by whoever submitted it. */
  function untilFor(handle: TaskHandle): number {
    const expectedMs = offerOf(catalog.offers, handle)?.timing.expectedMs ?? 0
    return elapsedOf(clock) + Math.max(4 * expectedMs, shortestMs)
  }

  /** Where nobody ever waits, nobody looks either: tasks that a program never reads must not pile up. */
  function forget(): void {
    for (const [name, { until }] of leases) {
      if (until > elapsedOf(clock) - dayMs) break
      leases.delete(name)
    }
  }

  function hold(handle: TaskHandle): void {
    leases.delete(purchaseName(handle))
    leases.set(taskKey(handle), { model: handle.model, handle, until: untilFor(handle) })
  }

  function end(handle: TaskHandle): void {
    const lost = leases.delete(purchaseName(handle))
    if (leases.delete(taskKey(handle)) || lost) ended(handle.model)
  }

  function noteTask(task: VideoTask): void {
    if (isTerminal(task)) end(task.handle)
    else hold(task.handle)
  }

  async function reviewLease(name: string, { handle, model }: Lease): Promise<void> {
    if (!handle) {
      leases.delete(name)
      return ended(model)
    }
    // Renewed first, so that nobody looks twice at a time.
    hold(handle)
    try {
      noteTask(await provider.get(handle))
    } catch (error) {
      // Where asking is in vain, keeping the place helps nobody: at worst the provider says that it is full.
      if (!ReelayError.isInstance(error) || !error.retryable) end(handle)
    }
  }

  return {
    count: (model) =>
      model === undefined
        ? leases.size
        : [...leases.values()].filter((lease) => lease.model === model).length,
    take(model) {
      forget()
      const name = String(submits++)
      leases.set(name, { model, until: Number.POSITIVE_INFINITY })
      return name
    },
    drop: (name) => void leases.delete(name),
    hand(name, handle) {
      leases.delete(name)
      hold(handle)
    },
    lose(name, submission) {
      const lease = leases.get(name)
      leases.delete(name)
      if (!lease) return
      leases.set(submission ? purchaseName(submission) : name, {
        ...lease,
        until: elapsedOf(clock) + shortestMs,
      })
    },
    seen: (tasks) => tasks.forEach(noteTask),
    end,
    next: () => Math.min(...[...leases.values()].map(({ until }) => until)),
    async review() {
      const now = elapsedOf(clock)
      const due = [...leases].filter(([, { until }]) => until <= now)
      await Promise.all(due.map(([name, lease]) => reviewLease(name, lease)))
    },
  }
}
