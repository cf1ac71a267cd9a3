import { amountProblems } from '../../model/amount.ts'
import type { Clock } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import { explain, type Problem } from '../../model/problem.ts'
import type { VideoProvider } from '../../provider/provider.ts'

/**
 * How far a file has come.
 *
 * @example
 * ```ts
 * import type { TransferProgress } from '@reelay/core'
 * const percent = ({ bytes, size }: TransferProgress): string =>
 *   size === undefined ? `${bytes} bytes` : `${Math.floor((100 * bytes) / size)} %`
 * ```
 */
export interface TransferProgress {
  /** Bytes that have arrived and been handed on. */
  readonly bytes: number
  /** Bytes of the whole file, when the server says. */
  readonly size?: number
}

/**
 * Options of {@link download}.
 *
 * @example
 * ```ts
 * import { download, type DownloadOptions, type SucceededTask, type VideoProvider } from '@reelay/core'
 * async function fetchClip(provider: VideoProvider, task: SucceededTask): Promise<Response> {
 *   // With provider and handle an address that has died meanwhile is asked for anew.
 *   const options: DownloadOptions = { provider, handle: task.handle, maxBytes: 200_000_000 }
 *   return new Response((await download(task.outputs[0], options)).body)
 * }
 * ```
 */
export interface DownloadOptions {
  readonly abortSignal?: AbortSignal | undefined
  /**
   * A `fetch` to use instead of the guarded one; no credentials are ever given to it. Addresses are still checked as they
   * are written; what a name leads to is then this `fetch`'s business.
   */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Largest file to accept, in bytes; 2 GB when absent. */
  readonly maxBytes?: number | undefined
  /** Milliseconds without a single byte after which the connection is given up, and tried again; 60,000 when absent. */
  readonly stallMs?: number | undefined
  /** Milliseconds for the whole file, every new attempt included; an hour when absent. */
  readonly deadlineMs?: number | undefined
  /** How many attempts in a row may fail without bringing a single byte; 5 when absent. */
  readonly retries?: number | undefined
  /**
   * Allow loopback addresses, also by `http:`, for an emulator on this machine; when absent, whether the `provider` given
   * is on this machine itself.
   */
  readonly allowLoopback?: boolean | undefined
  /**
   * Ranges in CIDR notation that a name may lead to although they are not public: `['198.18.0.0/15']` where a proxy or a
   * VPN answers names with fake IPs. Literal addresses in them stay refused.
   */
  readonly allowResolved?: readonly string[] | undefined
  /** Put on errors, so that the task is not lost when the download fails. */
  readonly handle?: TaskHandle | undefined
  /** With `handle`: read once for a fresh URL when the output's own has expired. */
  readonly provider?: Pick<VideoProvider, 'get' | 'owns' | 'catalog' | 'host'> | undefined
  /** Told at least every hundredth of the file, and at its end; what it throws is ignored. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
  readonly clock?: Clock | undefined
}

export const defaults = {
  maxBytes: 2_000_000_000,
  stallMs: 60_000,
  deadlineMs: 3_600_000,
  retries: 5,
} as const

/** What is wrong with the limits of a transfer. */
export function transferProblems(options: DownloadOptions): readonly Problem[] {
  const { maxBytes, stallMs, deadlineMs, retries, bufferBytes } = options as DownloadOptions & {
    readonly bufferBytes?: unknown
  }
  return [
    ...amountProblems('bytes', { maxBytes, bufferBytes }),
    ...amountProblems('duration', { stallMs, deadlineMs }),
    ...amountProblems('tries', { retries }),
  ]
}

/**
 * Refuses limits that are none, of a clip that is paid for.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `accepted`.
 */
export function assertLimits(options: DownloadOptions): void {
  const problems = transferProblems(options)
  if (problems.length === 0) return
  const { handle } = options
  const { provider, account } = handle ?? {}
  const message = `The clip was not asked for like this; it is still at the provider. ${explain(problems)}`
  throw new ReelayError('ERR_INVALID_REQUEST', message, {
    provider,
    account,
    outcome: 'accepted',
    handle,
    problems,
  })
}

interface FailureDetails {
  readonly retryable?: boolean
  readonly httpStatus?: number | undefined
  readonly retryAfterMs?: number | undefined
}

/** The error of a transfer; the task it belongs to is paid for. */
export function failure(
  options: Pick<DownloadOptions, 'handle'>,
  message: string,
  details: FailureDetails = {},
): ReelayError {
  const { handle } = options
  const { provider, account } = handle ?? {}
  return new ReelayError('ERR_DOWNLOAD', message, {
    provider,
    account,
    outcome: 'accepted',
    handle,
    retryable: true,
    ...details,
  })
}

/** The error of a transfer that the caller stopped. */
export function aborted({ handle, abortSignal }: DownloadOptions): ReelayError {
  const { provider, account } = handle ?? {}
  return new ReelayError('ERR_ABORTED', 'Stopped the download. The clip is still at the provider.', {
    provider,
    account,
    handle,
    outcome: 'accepted',
    cause: abortSignal?.reason,
  })
}
