/** The header of a PNG of this size; enough for everything that reads headers. */
export function png(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(64)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
  new DataView(bytes.buffer).setUint32(16, width)
  new DataView(bytes.buffer).setUint32(20, height)
  return bytes
}

/** The headers of a JPEG of this size: SOI, one APP0 segment, SOF0. */
export function jpeg(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(64)
  bytes.set([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8])
  new DataView(bytes.buffer).setUint16(13, height)
  new DataView(bytes.buffer).setUint16(15, width)
  return bytes
}
