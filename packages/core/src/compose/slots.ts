import type { Clock } from '../model/clock.ts'
import type { ReelayError } from '../model/error.ts'
import type { Gates, Pass } from './govern-gates.ts'
import type { Leases } from './lease.ts'

/** How many at a time, and how many a minute. */
export interface Limits {
  readonly concurrency?: number | undefined
  readonly perModel?: Readonly<Record<string, number>> | undefined
  readonly rate?: { readonly perMinute: number } | undefined
}

/** A place in the queue; kept when a submit has to come back, so that nobody overtakes it. */
export interface Place {
  readonly model: string
  /** Milliseconds since the epoch at which it gives up. */
  readonly deadline: number
  readonly number: number
}

/** Let through. */
export interface Entry {
  /** Its lease. */
  readonly name: string
  readonly pass: Pass
}

/** A fair queue before a provider. */
export interface Slots {
  join(model: string, deadline: number): Place
  /**
   * Waits for a slot.
   *
   * @param overdue What to reject with at the deadline.
   * @throws the signal's reason.
   */
  enter(place: Place, signal: AbortSignal | undefined, overdue: () => ReelayError): Promise<Entry>
  /** Something may have changed: lets through whoever can go. */
  pump(): void
}

interface Waiter {
  readonly place: Place
  go(): void
  giveUp(): void
}

const minuteMs = 60_000

/** Who waits, and when they may go: first come, first served among those whose model has room. */
export function createSlots(limits: Limits, clock: Clock, leases: Leases, gates: Gates): Slots {
  const { concurrency = Number.POSITIVE_INFINITY, perModel = {}, rate } = limits
  let queue: readonly Waiter[] = []
  let numbers = 0
  let starts: readonly number[] = []
  let alarm: AbortController | undefined

  const roomFor = (model: string): boolean =>
    leases.count() < concurrency &&
    (!Object.hasOwn(perModel, model) || leases.count(model) < (perModel[model] ?? 0))

  /** When the last minute has room for one more. */
  function rateOpensAt(): number {
    const oldest = rate && starts.at(-rate.perMinute)
    return oldest === undefined ? 0 : oldest + minuteMs
  }

  const mayGo = (model: string, now: number): boolean =>
    roomFor(model) && rateOpensAt() <= now && gates.opensAt(model) <= now

  function leave(waiter: Waiter): void {
    queue = queue.filter((other) => other !== waiter)
  }

  /** Nothing is waited for unless somebody waits, so an idle queue keeps no process alive. */
  function setAlarm(now: number): void {
    alarm?.abort()
    if (queue.length === 0) return
    const deadlines = queue.map(({ place }) => place.deadline)
    const moments = [
      ...deadlines,
      leases.next(),
      gates.next(now),
      ...[rateOpensAt()].filter((at) => at > now),
    ]
    const at = Math.min(...moments)
    if (!Number.isFinite(at)) return
    alarm = new AbortController()
    clock.sleep(Math.max(0, at - now), alarm.signal).then(ring, () => undefined)
  }

  function ring(): void {
    void leases.review().then(pump)
    pump()
  }

  function pump(): void {
    // One look at the clock: what opens between two looks would neither be let through nor be waited for.
    const now = clock.now()
    for (const waiter of queue) {
      if (mayGo(waiter.place.model, now)) waiter.go()
      else if (waiter.place.deadline <= now) waiter.giveUp()
    }
    setAlarm(now)
  }

  return {
    join: (model, deadline) => ({ model, deadline, number: numbers++ }),
    enter: (place, signal, overdue) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const end = (): void => {
          signal?.removeEventListener('abort', onAbort)
          leave(waiter)
        }
        const onAbort = (): void => {
          end()
          reject(signal?.reason)
          pump()
        }
        const waiter: Waiter = {
          place,
          go() {
            end()
            if (rate) starts = [...starts, clock.now()].slice(-rate.perMinute)
            resolve({ name: leases.take(place.model), pass: gates.enter(place.model) })
          },
          giveUp() {
            end()
            reject(overdue())
          },
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        queue = [...queue, waiter].sort((a, b) => a.place.number - b.place.number)
        pump()
      }),
    pump,
  }
}
