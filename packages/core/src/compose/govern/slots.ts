import { type Clock, watchedClock } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import { isolatesRequests } from '../../provider/runtime.ts'
import type { GatePass, Gates } from './gates.ts'
import type { Leases } from './leases.ts'

/** How many at a time, and how many a minute. */
export interface SlotLimits {
  readonly concurrency?: number | undefined
  readonly perModel?: Readonly<Record<string, number>> | undefined
  readonly rate?: { readonly perMinute: number } | undefined
}

/** A place in the queue; kept when a submit has to come back, so that nobody overtakes it. */
export interface Place {
  readonly model: string
  /** When it gives up; see `elapsedOf`. */
  readonly deadline: number
  readonly number: number
}

/** Let through. */
export interface Admission {
  /** Its lease. */
  readonly name: string
  readonly pass: GatePass
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
  enter(place: Place, signal: AbortSignal | undefined, overdue: () => ReelayError): Promise<Admission>
  /** Something may have changed: lets through whoever can go. */
  pump(): void
}

interface Waiter {
  readonly place: Place
  go(): void
  giveUp(): void
  fail(thrown: unknown): void
}

const minuteMs = 60_000
const lookEveryMs = 500

/** Who waits, and when they may go: first come, first served among those whose model has room. */
export function createSlots(limits: SlotLimits, given: Clock, leases: Leases, gates: Gates): Slots {
  const { concurrency = Number.POSITIVE_INFINITY, perModel = {}, rate } = limits
  // A clock that failed would let nobody know of anything any more.
  const clock = watchedClock(given, (thrown) => {
    for (const waiter of queue) waiter.fail(thrown)
  })
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
    return oldest === undefined ? Number.NEGATIVE_INFINITY : oldest + minuteMs
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
    leases
      .review()
      .then(pump)
      .catch(() => undefined)
    pump()
  }

  /** Where requests are isolated, none can be woken by another: each looks for itself. */
  async function lookAlone(waiter: Waiter): Promise<void> {
    while (queue.includes(waiter)) {
      await leases.review()
      const now = clock.elapsed()
      if (mayGo(waiter.place.model, now)) waiter.go()
      else if (waiter.place.deadline <= now) waiter.giveUp()
      else await clock.sleep(lookEveryMs)
    }
  }

  function pump(): void {
    if (isolatesRequests()) return
    // One look at the clock: what opens between two looks would neither be let through nor be waited for.
    const now = clock.elapsed()
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
            if (rate) starts = [...starts, clock.elapsed()].slice(-rate.perMinute)
            resolve({ name: leases.take(place.model), pass: gates.enter(place.model) })
          },
          giveUp() {
            end()
            reject(overdue())
          },
          fail(cause) {
            end()
            const message = 'The queue cannot go on, since its clock failed. Nothing was sent.'
            reject(new ReelayError('ERR_CONFIG', message, { outcome: 'none', cause }))
          },
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        queue = [...queue, waiter].sort((a, b) => a.place.number - b.place.number)
        pump()
        if (isolatesRequests()) lookAlone(waiter).catch(waiter.fail)
      }),
    pump,
  }
}
