import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Journal, JournalEntry, ReservationEntry } from '../../compose/journal.ts'
import { isReservation, parseEntry } from '../../compose/journal-entry.ts'
import { foldPurchases, isFree } from '../../compose/journaled-purchases.ts'
import { usedSince } from '../../compose/used.ts'
import { createClaims } from './claims.ts'
import { type Compaction, type CompactOptions, compactFile } from './compact.ts'
import { syncFolder } from './files.ts'
import { endsTorn, readEntries, readLines } from './lines.ts'
import { withLock } from './lock.ts'

/** Options of {@link fileJournal}. */
export interface FileJournalOptions {
  /**
   * `always` (when absent): an entry is on the disk before anything is sent, so that it survives a power cut. `never`: it
   * survives a crash of the process, not of the machine.
   */
  readonly fsync?: 'always' | 'never' | undefined
}

/** A {@link Journal} in a file. */
export interface FileJournal extends Journal {
  /** Absolute path. */
  readonly path: string
  /**
   * Drops purchases and reservations that are closed and older than the retention, and their keys with them: after that
   * such a key buys again. What is open is kept, however old.
   */
  compact(options?: CompactOptions): Promise<Compaction>
}

/** Opens the file for reading, if there is one. */
async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/**
 * A journal as JSON lines in a file, for any number of processes of one machine. Claims lie in the folder
 * `<path>.claims`, one file each; writers take turns by a lock file there. Nothing is lost by `kill -9` at any instant: a torn
 * line is skipped and never continued, and the locks and empty claims of a dead process are taken over. It belongs on a
 * local disk: on network drives and across containers the death of a process cannot be seen, and its lock only expires.
 *
 * @throws the system's own error, from every method, when the file cannot be read or written.
 *
 * @example
 * ```ts
 * import { journaled, type VideoProvider } from '@reelay/core'
 * import { fileJournal } from '@reelay/core/node'
 * declare const kling: VideoProvider
 * const provider = journaled(kling, fileJournal('renders/journal.jsonl'))
 * ```
 */
export function fileJournal(path: string, options: FileJournalOptions = {}): FileJournal {
  const sync = options.fsync !== 'never'
  const file = resolve(path)
  const folder = `${file}.claims`
  let ready: Promise<unknown> | undefined
  let turn: Promise<unknown> = Promise.resolve()

  async function prepare(): Promise<void> {
    // Tried again by the next call when it fails.
    ready ??= mkdir(folder, { recursive: true }).catch((error: unknown) => {
      ready = undefined
      throw error
    })
    await ready
  }

  /** One after the other in this process, so that only processes have to meet at the lock. */
  async function locked<Result>(run: () => Promise<Result>): Promise<Result> {
    await prepare()
    const mine = turn.catch(() => undefined).then(() => withLock(join(folder, 'lock'), folder, run))
    turn = mine.catch(() => undefined)
    return mine
  }

  async function write(handle: FileHandle, entry: JournalEntry): Promise<void> {
    const torn = (await endsTorn(handle)) ? '\n' : ''
    const line = Buffer.from(`${torn}${JSON.stringify(entry)}\n`)
    const { bytesWritten } = await handle.write(line)
    // A full disk may take a part: the rest must not follow as if nothing had happened.
    if (bytesWritten < line.length) throw new Error(`${file} took only a part of a line. Is the disk full?`)
    if (sync) await handle.datasync()
  }

  async function withFile<Result>(run: (handle: FileHandle) => Promise<Result>): Promise<Result> {
    const handle = await open(file, 'a+')
    try {
      const isNew = (await handle.stat()).size === 0
      const result = await run(handle)
      if (sync && isNew) await syncFolder(dirname(file))
      return result
    } finally {
      await handle.close()
    }
  }

  async function* entries(): AsyncGenerator<JournalEntry> {
    const handle = await openIfThere(file)
    if (!handle) return
    try {
      yield* readEntries(handle)
    } finally {
      await handle.close()
    }
  }

  // What is known of reservations, and up to which byte of which file.
  let seen = { inode: -1, end: 0, reservations: [] as ReservationEntry[] }

  async function readReservations(handle: FileHandle): Promise<readonly ReservationEntry[]> {
    const { ino, size } = await handle.stat()
    if (ino !== seen.inode || size < seen.end) seen = { inode: ino, end: 0, reservations: [] }
    for await (const { text, end, whole } of readLines(handle, seen.end)) {
      const entry = parseEntry(text)
      // A last line without its newline is read again once it has one.
      if (!whole && !entry) break
      if (entry && isReservation(entry)) seen.reservations.push(entry)
      seen.end = end
    }
    return seen.reservations
  }

  async function cameToNothing(claim: string): Promise<boolean> {
    const of: JournalEntry[] = []
    for await (const entry of entries()) if (!isReservation(entry)) of.push(entry)
    return isFree(foldPurchases(of), claim)
  }

  const claims = createClaims({ folder, sync, locked, cameToNothing })

  return {
    path: file,
    append: (entry) => locked(() => withFile((handle) => write(handle, entry))),
    entries,
    async claim(purchase, requestHash) {
      await prepare()
      return claims.claim(purchase, requestHash)
    },
    unclaim: claims.unclaim,
    reserve: (entry, limit, since) =>
      locked(() =>
        withFile(async (handle) => {
          const used = usedSince(await readReservations(handle), entry.budget, since)
          if (used + entry.amount > limit) return { state: 'exceeded', used }
          await write(handle, entry)
          return { state: 'reserved' }
        }),
      ),
    compact: (how) => locked(() => compactFile({ file, folder, fileOf: claims.fileOf, sync }, how)),
  }
}
