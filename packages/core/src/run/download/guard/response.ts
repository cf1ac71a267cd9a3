import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'

// So much may wait for a reader before the connection is asked to hold on.
const highWaterMark = 256 * 1024
const withoutBody: ReadonlySet<number> = new Set([204, 205, 304])

/** The chunk itself where its memory holds nothing else, so that it can be handed over without a copy. */
function ownMemory(chunk: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = chunk
  const alone = byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer
  return alone ? new Uint8Array(buffer) : new Uint8Array(chunk)
}

/**
 * A Node stream as a web stream. The platform's own bridge copies every chunk; this one hands its memory over, which
 * keeps a process that saves a gigabyte some 50 MB smaller.
 *
 * What is thrown in a listener ends the process, so after its end, its error, or its reader's leaving nothing is written
 * any more, whatever the stream still says.
 *
 * @param stop Ends the connection; called when the reader leaves.
 */
export function webStreamOf(
  body: Readable,
  stop: () => void,
  signal?: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let over = false
  // A byte stream: its standard says that a chunk belongs to whoever reads it.
  return new ReadableStream(
    {
      type: 'bytes',
      start(controller) {
        const fail = (reason: unknown): void => {
          if (over) return
          over = true
          signal?.removeEventListener('abort', onAbort)
          controller.error(reason)
          stop()
        }
        const broken = (cause?: unknown): void => fail(new TypeError('terminated', { cause }))
        const onAbort = (): void => fail(signal?.reason)
        signal?.addEventListener('abort', onAbort, { once: true })
        body.on('data', (chunk: Buffer) => {
          if (over || chunk.length === 0) return
          try {
            controller.enqueue(ownMemory(chunk))
            if ((controller.desiredSize ?? 0) <= 0) body.pause()
          } catch (error) {
            broken(error)
          }
        })
        body.on('end', () => {
          if (over) return
          over = true
          signal?.removeEventListener('abort', onAbort)
          controller.close()
          controller.byobRequest?.respond(0)
        })
        body.on('error', broken)
        body.on('close', broken)
        body.pause()
        if (signal?.aborted) onAbort()
      },
      pull() {
        body.resume()
      },
      cancel() {
        over = true
        stop()
      },
    },
    { highWaterMark },
  )
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    headers.append(name, value)
  }
  return headers
}

/**
 * An answer of Node's own client as a `Response`.
 *
 * @param body What the answer brings, decoded.
 */
export function responseOf(
  message: IncomingMessage,
  body: Readable,
  stop: () => void,
  signal?: AbortSignal,
): Response {
  const { statusCode: status = 0 } = message
  const headers = headersOf(message)
  if (withoutBody.has(status)) {
    body.on('error', () => undefined)
    body.resume()
    return new Response(null, { status, headers })
  }
  return new Response(webStreamOf(body, stop, signal), { status, headers })
}
