import { createHash, type Hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

/** Puts bytes into a file in large pieces, one of them on its way while the next is gathered. */
export interface Writer {
  /** May be awaited for long, which is the back-pressure. */
  write(bytes: Uint8Array, ownsMemory: boolean): Promise<void> | undefined
  /** Everything is on the disk, not only with the system. */
  finish(): Promise<{ readonly bytes: number; readonly sha256?: string }>
  /** Forgets everything written. */
  startOver(): Promise<void>
}

// A call to the system costs about as much as 100 kB of copying.
const pieceBytes = 1024 * 1024

/** Gives memory back now instead of when the collector comes by: at this rate it would be tens of megabytes later. */
function free({ buffer }: Uint8Array): void {
  // Where there is no `transfer` (Node before 21), the collector does it.
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer?.(0)
}

async function writeAll(target: FileHandle, pieces: readonly Uint8Array[], position: number): Promise<void> {
  const size = pieces.reduce((sum, { length }) => sum + length, 0)
  let { bytesWritten } = await target.writev(pieces, position)
  if (bytesWritten === size) return
  // Rare: the system took a part of it, as it may near a limit.
  const whole = Buffer.concat(pieces)
  while (bytesWritten < size) {
    const more = await target.write(whole, bytesWritten, size - bytesWritten, position + bytesWritten)
    bytesWritten += more.bytesWritten
  }
}

export function createWriter(target: FileHandle, withHash: boolean): Writer {
  const newHash = (): Hash | undefined => (withHash ? createHash('sha256') : undefined)
  let hash = newHash()
  let bytes = 0
  let pieces: Uint8Array[] = []
  let owned: Uint8Array[] = []
  let gathered = 0
  let position = 0
  let writing: Promise<void> = Promise.resolve()

  function flush(): Promise<void> {
    const [own, at] = [owned, position]
    const batch = pieces
    position += gathered
    pieces = []
    owned = []
    gathered = 0
    const before = writing
    writing = before
      .then(() => writeAll(target, batch, at))
      .then(() => {
        for (const piece of own) free(piece)
      })
    // Whoever writes next, or finishes, is told.
    writing.catch(() => undefined)
    return before
  }

  return {
    write(piece, ownsMemory) {
      hash?.update(piece)
      bytes += piece.length
      gathered += piece.length
      pieces.push(piece)
      if (ownsMemory) owned.push(piece)
      return gathered >= pieceBytes ? flush() : undefined
    },
    async finish() {
      if (gathered > 0) await flush()
      await writing
      // Renaming a file whose data is still in memory would leave an empty one after a power cut.
      await target.sync()
      const { size } = await target.stat()
      if (size !== bytes) throw Object.assign(new Error('short file'), { code: 'ESHORT' })
      return { bytes, ...(hash && { sha256: hash.digest('hex') }) }
    },
    async startOver() {
      await writing
      await target.truncate(0)
      hash = newHash()
      pieces = []
      owned = []
      bytes = gathered = position = 0
    },
  }
}
