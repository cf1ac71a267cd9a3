/** A file as it is taken in: already checked, piece by piece. */
export interface Source {
  /** As the server calls it, else as the output does. */
  readonly mediaType: string
  /** Bytes of the whole file, when they are known. */
  readonly size: number | undefined
  /** Whether the memory of a piece belongs to whoever read it, and may be given back at once. */
  readonly ownsMemory: boolean
  /**
   * The next bytes; `undefined` after the last. To be awaited before the next call.
   *
   * @throws ReelayError when the file is not what it should be; the source has ended then.
   */
  read(): Promise<Uint8Array | undefined>
  /** Lets go of the connection. */
  cancel(): void
}

/** Called when the file begins anew; a sink that can forget what it has got so far gives it. */
export type StartOver = () => Promise<void> | void
