import type { ReelayError } from '../../model/error.ts'
import type { Output } from '../../model/task.ts'
import { type FileFacts, readAnswer, type TransferAnswer } from './answer.ts'
import { freshUrl } from './expired.ts'
import { guardedFetch } from './guard/guarded.ts'
import { createInspector } from './inspect.ts'
import { ownFault } from './local-fault.ts'
import { connectionError, openAt } from './open.ts'
import { type DownloadOptions, defaults, failure } from './options.ts'
import { type Connection, connectionOf, createPatience } from './patience.ts'
import type { Source, StartOver } from './source.ts'
import { createWatch, InterruptedError } from './watch.ts'

// A file that changes more often under our hands is not going to hold still.
const maxRestarts = 3

/**
 * A file behind a URL, taken up again where it broke off: with `Range`, guarded by `If-Range`, so that two versions of
 * it are never mixed.
 *
 * @throws ReelayError `ERR_DOWNLOAD` or `ERR_ABORTED`, outcome `accepted`.
 */
export async function openRemote(
  output: Output,
  url: string,
  given: DownloadOptions,
  startOver?: StartOver,
): Promise<Source> {
  const options = { ...given, fetch: await guardedFetch(given) }
  const { maxBytes = defaults.maxBytes } = options
  const watch = createWatch(options)
  const patience = createPatience(options, watch)
  const inspector = createInspector(output, options, () => file)
  let address = url
  let refreshed = false
  let connection: Connection | undefined
  let file: FileFacts | undefined
  let size: number | undefined
  // Bytes taken in, bytes of the connection to pass over, and where its part of the file ends.
  let received = 0
  let toSkip = 0
  let partEnd: number | undefined
  let handedOn = 0
  let restarts = 0
  let finished = false
  let trouble = ''

  const standing = (): string => `after ${received} of ${size ?? 'unknown'} bytes`

  function stop(): void {
    finished = true
    connection?.close()
    watch.end()
  }

  /** @throws ReelayError when what was handed on cannot be taken back. */
  async function restart(why: string): Promise<void> {
    restarts += 1
    const what = `The download broke off ${standing()} (${trouble}), and ${why}.`
    if (handedOn > 0 && !startOver) throw failure(options, `${what} Download it again from the start.`)
    if (restarts > maxRestarts)
      throw failure(options, `${what} That went on after ${maxRestarts} new starts.`)
    if (handedOn > 0) await startOver?.()
    inspector.reset()
    file = size = undefined
    received = handedOn = 0
  }

  function begin(facts: FileFacts): void {
    file = facts
    size = facts.size
    if (size === undefined || size <= maxBytes) return
    const message = `The file has ${size} bytes, more than the ${maxBytes} allowed (maxBytes).`
    throw failure(options, message, { retryable: false })
  }

  /** @returns The answer to read from; none when the question has to be put again. */
  async function follow(response: Response, answer: TransferAnswer): Promise<Response | undefined> {
    const { status: httpStatus } = response
    toSkip = answer.type === 'same' ? received : 0
    partEnd = answer.type === 'continue' ? answer.end : undefined
    switch (answer.type) {
      case 'start':
        begin(answer.file)
        return response
      case 'continue':
        size = answer.size
        return response
      case 'same':
        return response
      case 'complete':
        size = received
        return new Response(null)
      case 'changed':
        await restart('the file has changed or its server cannot go on in the middle')
        if (!answer.file) return undefined
        begin(answer.file)
        return response
      case 'expired':
        if (refreshed) {
          const message = `The fresh URL of the result answered HTTP ${httpStatus} as well.`
          throw failure(options, message, { httpStatus })
        }
        address = await freshUrl(output, address, httpStatus, options)
        refreshed = true
        return undefined
      case 'later': {
        const { retryAfterMs } = answer
        throw new InterruptedError(`its server answered HTTP ${httpStatus}`, { retryAfterMs, httpStatus })
      }
      default: {
        const { why, retryable } = answer
        throw failure(options, `The result's server ${why}.`, { retryable, httpStatus })
      }
    }
  }

  async function ask(): Promise<Connection | undefined> {
    const version = received > 0 ? file?.version : undefined
    const headers = {
      'accept-encoding': 'identity',
      ...(version !== undefined && { range: `bytes=${received}-`, 'if-range': version }),
    }
    const stopper = new AbortController()
    let response: Response | undefined
    let read: Response | undefined
    try {
      response = await openAt(address, headers, options, watch, stopper.signal)
      read = await follow(response, readAnswer(response, received, file))
      return read && connectionOf(read, stopper)
    } finally {
      if (read !== response) void response?.body?.cancel().catch(() => undefined)
      // Nobody waits for it any more: a stalled connection would stay open.
      if (!read) stopper.abort()
    }
  }

  async function connect(): Promise<Connection> {
    for (;;) {
      try {
        connection = await ask()
        if (connection) return connection
      } catch (error) {
        if (!(error instanceof InterruptedError)) throw error
        trouble = error.message
        await patience.next(error, standing())
      }
    }
  }

  /** Whether the file is whole now that a body has ended. */
  function isWhole(): boolean {
    if (size !== undefined) return received === size
    const missing = inspector.missing()
    if (missing !== undefined && file?.version !== undefined) throw new InterruptedError(missing)
    return true
  }

  /** What the next chunk brings, which may be nothing. */
  async function take(): Promise<Uint8Array> {
    const { reader, close } = connection ?? (await connect())
    const { done, value } = await watch.guard(reader.read()).catch((error: unknown) => {
      throw connectionError(error, options)
    })
    if (done) {
      connection = undefined
      finished = isWhole()
      if (finished) return inspector.take(new Uint8Array(), true)
      // The server may give less than was asked for.
      if (received === partEnd) return new Uint8Array()
      throw new InterruptedError('its body ended early')
    }
    const bytes = toSkip === 0 ? value : value.subarray(Math.min(toSkip, value.length))
    toSkip -= value.length - bytes.length
    if (bytes.length === 0) return bytes
    received += bytes.length
    patience.restore()
    if (size !== undefined && received > size) {
      throw failure(options, `The server sent more than the ${size} bytes it announced.`)
    }
    finished = received === size
    // Read to its end, the connection can serve again.
    if (finished) void reader.read().then(close, close)
    return inspector.take(bytes, finished)
  }

  async function read(): Promise<Uint8Array | undefined> {
    while (!finished) {
      try {
        const bytes = await take()
        if (finished) watch.end()
        handedOn += bytes.length
        if (bytes.length > 0) return bytes
      } catch (error) {
        connection?.close()
        connection = undefined
        await recover(error).catch((reason: unknown) => {
          throw giveUp(reason)
        })
      }
    }
    return undefined
  }

  /** @throws what cannot be recovered from. */
  async function recover(error: unknown): Promise<void> {
    if (!(error instanceof InterruptedError)) throw error
    trouble = error.message
    if (received > 0 && file?.version === undefined) {
      await restart('its server names no version of it, so the rest may be of another')
    }
    await patience.next(error, standing())
  }

  function giveUp(error: unknown): ReelayError {
    stop()
    return ownFault(error, options)
  }

  // Only its bytes tell what it is: who opens it is told, and a page is refused before anything is made of it.
  let first = await read()
  return {
    get mediaType() {
      return inspector.mediaType()
    },
    get size() {
      return size
    },
    get ownsMemory() {
      return connection?.ownsMemory === true
    },
    async read() {
      const bytes = first ?? (await read())
      first = undefined
      return bytes
    },
    cancel: stop,
  }
}
