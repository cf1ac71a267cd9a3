import { obeyed } from '../../model/clock.ts'
import { type DownloadOptions, defaults, failure } from './options.ts'
import type { InterruptedError, Watch } from './watch.ts'

/** Decides how often, and how soon, a transfer tries again. */
export interface Patience {
  /**
   * Waits before the next attempt.
   *
   * @param standing How far the transfer has come, in words.
   * @throws ReelayError when there is no sense in another one.
   */
  next(error: InterruptedError, standing: string): Promise<void>
  /** Something has arrived. */
  restore(): void
}

const longestPauseMs = 30_000

/** Not all at the same moment again, and ever more slowly. */
const backoffMs = (failures: number): number =>
  Math.min(longestPauseMs, 250 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)

export function createPatience(options: DownloadOptions, watch: Watch): Patience {
  const { retries = defaults.retries } = options
  let failures = 0
  return {
    async next({ message, httpStatus, retryAfterMs }, standing) {
      failures += 1
      const what = `The download broke off ${standing}: ${message}`
      if (failures > retries) {
        const attempts = failures === 1 ? 'One attempt' : `${failures} attempts in a row`
        throw failure(
          options,
          `${what}. ${attempts} brought nothing. Try again; the URL may still be good.`,
          {
            httpStatus,
            retryAfterMs,
          },
        )
      }
      const pauseMs = Math.max(obeyed(retryAfterMs), backoffMs(failures))
      if (pauseMs < watch.leftMs()) return watch.pause(pauseMs)
      throw failure(
        options,
        `${what}. There is no time left for another attempt (deadlineMs). Try again later.`,
        {
          httpStatus,
          retryAfterMs,
        },
      )
    },
    restore: () => {
      failures = 0
    },
  }
}

/** The body of one answer. */
export interface Connection {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>
  /** Whether its chunks are nobody else's: those of a byte stream are, by its standard. */
  readonly ownsMemory: boolean
  close(): void
}

function isByteStream(body: ReadableStream<Uint8Array>): boolean {
  try {
    body.getReader({ mode: 'byob' }).releaseLock()
    return true
  } catch {
    return false
  }
}

/** @param stop What the request was sent with. */
export function connectionOf(response: Response, stop: AbortController): Connection {
  const body: ReadableStream<Uint8Array> = response.body ?? new Blob([]).stream()
  const ownsMemory = isByteStream(body)
  const reader = body.getReader()
  return {
    reader,
    ownsMemory,
    close: () => {
      // Not awaited: a stream that stalls may well stall in this too.
      void reader.cancel().catch(() => undefined)
      stop.abort()
    },
  }
}
