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
