const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const nameAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))

/** RIFF (Microsoft and IBM, 1991): chunks of a name, a size and so many bytes, padded to an even number. */
function secondsOfWave(bytes: Uint8Array): number | undefined {
  const data = view(bytes)
  let perSecond = 0
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [name, size] = [nameAt(bytes, at), data.getUint32(at + 4, true)]
    if (name === 'fmt ' && at + 20 <= bytes.length) perSecond = data.getUint32(at + 16, true)
    // What is written while it is recorded may say more than there is.
    if (name === 'data') return perSecond > 0 ? Math.min(size, bytes.length - at - 8) / perSecond : undefined
    at += 8 + size + (size % 2)
  }
  return undefined
}

/** The content of the first box of a name between two offsets (ISO/IEC 14496-12, section 4.2). */
function boxIn(
  bytes: Uint8Array,
  wanted: string,
  from: number,
  to: number,
): readonly [number, number] | undefined {
  const data = view(bytes)
  for (let at = from; at + 8 <= to; ) {
    const short = data.getUint32(at)
    const isLarge = short === 1 && at + 16 <= to
    const size = short === 0 ? to - at : isLarge ? Number(data.getBigUint64(at + 8)) : short
    const head = isLarge ? 16 : 8
    if (size < head) return undefined
    if (nameAt(bytes, at + 4) === wanted) return [at + head, Math.min(at + size, to)]
    at += size
  }
  return undefined
}

/** The movie header: section 8.2.2. */
function secondsOfFilm(bytes: Uint8Array): number | undefined {
  const film = boxIn(bytes, 'moov', 0, bytes.length)
  const header = film && boxIn(bytes, 'mvhd', ...film)
  if (!header || header[1] - header[0] < 32) return undefined
  const [at] = header
  const data = view(bytes)
  const isLong = data.getUint8(at) === 1
  const [scale, length] = isLong
    ? [data.getUint32(at + 20), Number(data.getBigUint64(at + 24))]
    : [data.getUint32(at + 12), data.getUint32(at + 16)]
  // All bits set: unknown, as in a film that is being written; 0 in one that is cut into pieces.
  const isKnown = scale > 0 && length > 0 && length < (isLong ? 2 ** 53 : 2 ** 32 - 1)
  return isKnown ? length / scale : undefined
}

/**
 * How long a clip or a sound lasts, in seconds, where its header says so plainly: MP4, QuickTime, M4A and WAV. `undefined`
 * for all others, and for what is cut off or broken.
 */
export function secondsOf(bytes: Uint8Array): number | undefined {
  return nameAt(bytes, 0) === 'RIFF' ? secondsOfWave(bytes) : secondsOfFilm(bytes)
}
