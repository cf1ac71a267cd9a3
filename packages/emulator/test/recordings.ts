const box = (name: string, content: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length + 8)
  return Buffer.concat([length, Buffer.from(name), content])
}

/** The head of an MP4: as much as tells its length. */
export function filmOf(seconds: number): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(100)
  header.writeUInt32BE(1000, 12)
  header.writeUInt32BE(Math.round(seconds * 1000), 16)
  const type = Buffer.from('isom\0\0\0\0isom')
  return Uint8Array.from(Buffer.concat([box('ftyp', type), box('moov', box('mvhd', header))]))
}

const bytesPerSecond = 1000

/** A silent WAV, 8-bit, small. */
export function soundOf(seconds: number): Uint8Array<ArrayBuffer> {
  const size = Math.round(seconds * bytesPerSecond)
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + size, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(bytesPerSecond, 24)
  head.writeUInt32LE(bytesPerSecond, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(size, 40)
  return Uint8Array.from(Buffer.concat([head, Buffer.alloc(size, 128)]))
}
