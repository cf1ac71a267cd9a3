/** Thrown when a reply is larger than a provider could mean. */
export class BodyTooLargeError extends Error {}

const utf8 = new TextDecoder()

/**
 * A body, given up once it exceeds `maxBytes`.
 *
 * @throws BodyTooLargeError then; else what the body breaks off with.
 */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body?.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const part = await reader?.read()
    if (!part || part.done) break
    size += part.value.byteLength
    if (size > maxBytes) {
      await reader?.cancel().catch(() => undefined)
      throw new BodyTooLargeError()
    }
    chunks.push(part.value)
  }
  return joined(chunks, size)
}

/** The same as text. */
export async function readBody(response: Response, maxBytes: number): Promise<string> {
  return utf8.decode(await readBytes(response.body, maxBytes))
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  // Nearly every reply comes in one piece.
  const [only] = chunks
  if (chunks.length === 1 && only?.buffer instanceof ArrayBuffer) return only as Uint8Array<ArrayBuffer>
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

/** Parsed JSON, or `undefined` for anything else. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
