function box(name: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + content.length)
  new DataView(bytes.buffer).setUint32(0, bytes.length)
  bytes.set(new TextEncoder().encode(name), 4)
  bytes.set(content, 8)
  return bytes
}

/** A file with the boxes of an MP4, `size` bytes long, no two stretches of it alike. */
export function mp4(
  size: number,
  order: readonly ('moov' | 'mdat')[] = ['moov', 'mdat'],
): Uint8Array<ArrayBuffer> {
  const ftyp = box('ftyp', new TextEncoder().encode('isom\0\0\0\0isom'))
  const noise = new Uint8Array(size - ftyp.length - 8 * order.length)
  for (let at = 0; at < noise.length; at++) noise[at] = Math.imul(at, 2_654_435_761) >>> 13
  const parts = order.map((name) => box(name, name === 'mdat' ? noise : new Uint8Array()))
  return Uint8Array.from(Buffer.concat([ftyp, ...parts]))
}
