import { obeyed } from '../../model/patience.ts'
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
