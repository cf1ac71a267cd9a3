type Bytes = Uint8Array<ArrayBuffer>

/** Several pieces as one. */
export function joined(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

export async function bytesOf(response: Response): Promise<Bytes> {
  return new Uint8Array(await response.arrayBuffer())
}

/** The same status and headers over another body. Content-Length follows the new body unless given. */
export function withBody(
  response: Response,
  body: Bytes | ReadableStream<Bytes> | string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const merged = new Headers(response.headers)
  merged.delete('content-length')
  for (const [name, value] of Object.entries(headers)) merged.set(name, value)
  return new Response(body, { status: response.status, headers: merged })
}

/**
 * A body of one chunk and, when that has been read, whatever `then` brings: more bytes, or an error.
 * Pull-driven, so that the first chunk has left before the rest is even asked for.
 */
export function streamOf(first: Bytes, then?: () => Promise<Bytes>): ReadableStream<Bytes> {
  let step = 0
  return new ReadableStream<Bytes>(
    {
      pull: async (controller) => {
        step += 1
        if (step === 1 && first.length > 0) return controller.enqueue(first)
        if (step <= 2 && then) {
          step = 2
          const rest = await then()
          if (rest.length > 0) controller.enqueue(rest)
        }
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}
