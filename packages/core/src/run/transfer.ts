import { type Clock, systemClock } from '../model/clock.ts'
import { ReelayError } from '../model/error.ts'
import type { TaskHandle } from '../model/handle.ts'
import { sniff } from '../model/sniff.ts'
import type { Output } from '../model/task.ts'

/** Options of {@link download}. */
export interface DownloadOptions {
  readonly abortSignal?: AbortSignal | undefined
  /** A `fetch` to use instead of the runtime's; no credentials are ever given to it. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Largest file to accept, in bytes; 2 GB when absent. */
  readonly maxBytes?: number | undefined
  /** Milliseconds without a single byte before giving up; 60,000 when absent. */
  readonly stallMs?: number | undefined
  /** Allow `http:` and loopback addresses, for an emulator on this machine. */
  readonly allowLoopback?: boolean | undefined
  /** Put on errors, so that the task is not lost when the download fails. */
  readonly handle?: TaskHandle | undefined
  readonly clock?: Clock | undefined
}

const defaultMaxBytes = 2_000_000_000
const defaultStallMs = 60_000
// What `sniff` needs at most before it can name a type.
const signatureBytes = 12

/** The error of a transfer; the task it belongs to is paid for. */
export function failure(
  options: DownloadOptions,
  message: string,
  retryable = true,
  cause?: unknown,
): ReelayError {
  const { handle } = options
  return new ReelayError('ERR_DOWNLOAD', message, {
    provider: handle?.provider,
    account: handle?.account,
    outcome: 'accepted',
    handle,
    retryable,
    cause,
  })
}

function aborted(options: DownloadOptions): ReelayError {
  const { handle, abortSignal } = options
  const details = {
    provider: handle?.provider,
    account: handle?.account,
    handle,
    outcome: 'accepted',
  } as const
  const message = 'Stopped the download. The clip is still at the provider.'
  return new ReelayError('ERR_ABORTED', message, { ...details, cause: abortSignal?.reason })
}

/** Runs one step of a transfer, given up after `stallMs` without progress. */
export async function step<Value>(work: Promise<Value>, options: DownloadOptions): Promise<Value> {
  const clock = options.clock ?? systemClock
  const stallMs = options.stallMs ?? defaultStallMs
  const done = new AbortController()
  const stalled = clock.sleep(stallMs, done.signal).then((): never => {
    throw failure(
      options,
      `The download stalled: no data for ${stallMs} ms. Try again; the URL may still be good.`,
    )
  })
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => reject(aborted(options))
    if (options.abortSignal?.aborted) stop()
    options.abortSignal?.addEventListener('abort', stop, { signal: done.signal })
  })
  try {
    return await Promise.race([work, stalled, stopped])
  } catch (error) {
    if (ReelayError.isInstance(error)) throw error
    throw failure(options, 'The download broke off. Try again; the URL may still be good.')
  } finally {
    done.abort()
  }
}

/** The same bytes, held to what was announced: the length, the size cap, and the type by its first bytes. */
export function held(
  body: ReadableStream<Uint8Array>,
  output: Output,
  size: number | undefined,
  options: DownloadOptions,
): ReadableStream<Uint8Array> {
  const maxBytes = options.maxBytes ?? defaultMaxBytes
  const reader = body.getReader()
  let received = 0
  let head = new Uint8Array()
  const check = (end: boolean): ReelayError | undefined => {
    if (received > maxBytes)
      return failure(options, `The file has more than ${maxBytes} bytes, the most allowed.`, false)
    const isVideo = output.kind !== 'video' || sniff(head)?.mediaType.startsWith('video/') === true
    if ((end || head.length >= signatureBytes) && !isVideo) {
      return failure(
        options,
        'What the provider served as a video is none (it lacks the signature of an MP4). Nothing was kept.',
      )
    }
    if (end && size !== undefined && received !== size) {
      return failure(options, `The file broke off after ${received} of ${size} bytes. Try again.`)
    }
    return undefined
  }
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await step(reader.read(), options)
        if (value) {
          received += value.byteLength
          if (head.length < signatureBytes)
            head = Uint8Array.from([...head, ...value.subarray(0, signatureBytes)])
        }
        const wrong = check(done)
        if (wrong) throw wrong
        if (done) controller.close()
        else controller.enqueue(value)
      } catch (error) {
        // Not awaited: a stream that stalls may well stall in this too.
        void reader.cancel().catch(() => undefined)
        controller.error(error)
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
