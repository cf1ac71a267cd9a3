import type { Source } from './source.ts'

/** A file being gathered in memory. */
interface Collector {
  /** @throws what `tooLarge` makes, once there are more than `maxBytes`. */
  readAll(source: Source, maxBytes: number, tooLarge: () => Error): Promise<Uint8Array<ArrayBuffer>>
  reset(): void
}

export function createCollector(): Collector {
  let chunks: Uint8Array[] = []
  let size = 0
  const reset = (): void => {
    chunks = []
    size = 0
  }

  return {
    reset,
    async readAll(source, maxBytes, tooLarge) {
      try {
        for (;;) {
          if (Math.max(size, source.size ?? 0) > maxBytes) throw tooLarge()
          const chunk = await source.read()
          if (chunk === undefined) break
          chunks.push(chunk)
          size += chunk.length
        }
      } catch (error) {
        source.cancel()
        throw error
      }
      const bytes = new Uint8Array(size)
      let at = 0
      for (const chunk of chunks) {
        bytes.set(chunk, at)
        at += chunk.length
      }
      reset()
      return bytes
    },
  }
}
