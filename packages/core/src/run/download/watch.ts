import { elapsedOf, systemClock } from '../../model/clock.ts'
import { ownFault } from './local-fault.ts'
import { aborted, type DownloadOptions, defaults, failure } from './options.ts'

/** What another attempt may cure. */
export class InterruptedError extends Error {
  readonly retryAfterMs: number | undefined
  readonly httpStatus: number | undefined

  constructor(why: string, details: { retryAfterMs?: number | undefined; httpStatus?: number } = {}) {
    super(why)
    this.retryAfterMs = details.retryAfterMs
    this.httpStatus = details.httpStatus
  }
}

/** Ends whatever a transfer waits for when it stalls, runs out of time or is stopped. */
export interface Watch {
  /**
   * The same promise, unless a limit strikes first.
   *
   * @throws InterruptedError after a stall; ReelayError after an abort or the deadline.
   */
  guard<Value>(work: Promise<Value>): Promise<Value>
  /** Waits on purpose. */
  pause(ms: number): Promise<void>
  /** Milliseconds until the deadline. */
  leftMs(): number
  /** Something moved, though what is waited for has not come; from here on it may stall, or not. */
  touch(stalls: boolean): void
  /** Nothing more is waited for. */
  end(): void
}

interface Waiter {
  stalls: boolean
  since: number
  reject(error: Error): void
}

/** One sleep at a time for a whole transfer: a timer and a signal for each chunk would cost more than the chunk. */
export function createWatch(options: DownloadOptions): Watch {
  const { clock = systemClock, stallMs = defaults.stallMs, deadlineMs = defaults.deadlineMs } = options
  const { abortSignal } = options
  const deadlineAt = elapsedOf(clock) + deadlineMs
  const ended = new AbortController()
  let waiter: Waiter | undefined
  let patrolling = false

  const dueAt = ({ stalls, since }: Waiter): number =>
    stalls ? Math.min(since + stallMs, deadlineAt) : deadlineAt

  function overdue(): Error {
    if (elapsedOf(clock) < deadlineAt) return new InterruptedError(`it stalled: no data for ${stallMs} ms`)
    const message = `The download took more than ${deadlineMs} ms. Try again with a larger deadlineMs; the URL may still be good.`
    return failure(options, message)
  }

  // Only while somebody waits: a consumer that takes its time is no stall.
  async function patrol(): Promise<void> {
    patrolling = true
    try {
      while (waiter) {
        const leftMs = dueAt(waiter) - elapsedOf(clock)
        if (leftMs <= 0) waiter.reject(overdue())
        else await clock.sleep(Math.min(leftMs, stallMs), ended.signal)
      }
    } catch (error) {
      // Else the transfer has ended.
      if (!ended.signal.aborted) waiter?.reject(ownFault(error, options))
    } finally {
      patrolling = false
    }
  }

  const onAbort = (): void => waiter?.reject(aborted(options))
  abortSignal?.addEventListener('abort', onAbort, { signal: ended.signal })

  function wait<Value>(work: Promise<Value>, stalls: boolean): Promise<Value> {
    // A clock may throw before anybody listens to it.
    work.catch(() => undefined)
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        if (waiter === mine) waiter = undefined
      }
      const mine: Waiter = {
        stalls,
        since: elapsedOf(clock),
        reject: (error) => {
          settle()
          reject(error)
        },
      }
      waiter = mine
      work.then((value) => {
        settle()
        resolve(value)
      }, mine.reject)
      if (abortSignal?.aborted) onAbort()
      else if (!patrolling) void patrol()
    })
  }

  return {
    guard: (work) => wait(work, true),
    pause: (ms) => wait(clock.sleep(ms, ended.signal), false),
    leftMs: () => deadlineAt - elapsedOf(clock),
    touch: (stalls) => {
      if (waiter) Object.assign(waiter, { stalls, since: elapsedOf(clock) })
    },
    end: () => ended.abort(),
  }
}
