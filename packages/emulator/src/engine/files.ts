/** A file that a client left with a provider. */
export interface StoredFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly contentType: string
  /** Milliseconds since the Unix epoch. */
  readonly storedAt: number
  /** From here on it is gone. */
  readonly expiresAt: number
}

/** The files that a provider keeps for its clients, each for its time, under a path or an id. */
export interface Files<F extends StoredFile> {
  put(key: string, file: F): void
  /** Also where its time is over. */
  kept(key: string): F | undefined
  /** As long as it lives. */
  live(key: string, now: number): F | undefined
  /** Every living one, oldest first. */
  all(now: number): readonly F[]
  remove(key: string): void
  clear(): void
}

export function createFiles<F extends StoredFile>(): Files<F> {
  const files = new Map<string, F>()
  const lives = ({ expiresAt }: F, now: number): boolean => now < expiresAt
  return {
    put: (key, file) => void files.set(key, file),
    kept: (key) => files.get(key),
    live: (key, now) => {
      const file = files.get(key)
      return file && lives(file, now) ? file : undefined
    },
    all: (now) => [...files.values()].filter((file) => lives(file, now)),
    remove: (key) => void files.delete(key),
    clear: () => files.clear(),
  }
}
