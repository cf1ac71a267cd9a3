type Bytes = Uint8Array<ArrayBuffer>

/** An uploaded file, or the place kept for one. */
export interface StoredFile {
  /** `/files/b/0abc1234/input.png` */
  readonly path: string
  readonly contentType: string
  readonly multipart: boolean
  /** What makes the upload address a secret. */
  readonly signature: string
  readonly parts: Map<number, { readonly etag: string; readonly bytes: Bytes }>
  readonly lifeMs: number
  bytes?: Bytes
  /** Milliseconds since the Unix epoch. */
  storedAt?: number
}

export type FileStore = Map<string, StoredFile>

/** A stored file by the end of its address, as long as it lives. */
export function fileNamed(files: FileStore, pathname: string, now: number): StoredFile | undefined {
  const path = /\/files\/b\/[0-9a-f]{8}\/[^/]+$/.exec(pathname)?.[0]
  const file = path === undefined ? undefined : files.get(path)
  if (!file?.bytes || file.storedAt === undefined) return undefined
  return now < file.storedAt + file.lifeMs ? file : undefined
}

export async function etagOf(bytes: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return `"${[...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}"`
}

export function joined(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
