/** Follows the top-level boxes of an MP4 (ISO/IEC 14496-12, section 4.2) without keeping the file. */
export interface Boxes {
  /** The next bytes of the file. */
  push(bytes: Uint8Array): void
  /** Why a file that ends here is not whole, or `undefined`. */
  missing(): string | undefined
}

// Four printable characters: what is no box name says nothing about the file's length.
const isName = (name: string): boolean => /^[\x20-\x7e\xa9]{4}$/.test(name)

export function createBoxes(): Boxes {
  // Where the next box begins, and where the bytes seen so far end.
  let next = 0
  let seen = 0
  let header: number[] = []
  let last = ''
  let lost = false
  const names = new Set<string>()

  /** Reads a box's size and name; more bytes are needed while it answers `false`. */
  function readHeader(): boolean {
    if (header.length < 8) return false
    const view = new DataView(Uint8Array.from(header).buffer)
    const name = String.fromCharCode(...header.slice(4, 8))
    let size = view.getUint32(0)
    if (size === 1) {
      if (header.length < 16) return false
      size = Number(view.getBigUint64(8))
    }
    // Size 0: the box goes to the end of the file, wherever that is.
    lost = size < header.length || !isName(name)
    if (isName(name)) names.add(name)
    last = name
    next += size
    header = []
    return true
  }

  return {
    push(bytes) {
      let at = 0
      while (!lost && at < bytes.length) {
        if (header.length === 0 && next > seen) {
          const skipped = Math.min(next - seen, bytes.length - at)
          at += skipped
          seen += skipped
          continue
        }
        header.push(bytes[at] ?? 0)
        at += 1
        seen += 1
        readHeader()
      }
      if (lost) seen += bytes.length - at
    },
    missing() {
      if (!lost && seen < next) return `its "${last}" box ends ${next - seen} bytes later`
      const begun = names.has('mdat') || header.length > 0
      if (begun && !names.has('moov')) return 'it has no "moov" box, without which nothing plays it'
      return undefined
    },
  }
}
