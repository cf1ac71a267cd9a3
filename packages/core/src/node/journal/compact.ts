import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type JournalEntry, purchaseId } from '../../compose/journal.ts'
import { isReservation, parseEntry } from '../../compose/journal-entry.ts'
import { foldPurchases, isOpen } from '../../compose/journaled-purchases.ts'
import { remove, replaceWhole } from './files.ts'

/** Options of compacting a journal. */
export interface CompactOptions {
  /**
   * Milliseconds for which closed purchases, their keys and reservations are kept after the last that happened to them;
   * 30 days when absent. No shorter than the longest window of a budget.
   */
  readonly retentionMs?: number | undefined
  /** Milliseconds since the epoch; the time of the call when absent. */
  readonly now?: number | undefined
}

/** What compacting a journal did. */
export interface Compaction {
  /** Entries kept. */
  readonly kept: number
  /** Entries dropped. */
  readonly dropped: number
}

interface Parts {
  readonly file: string
  readonly folder: string
  fileOf(purchase: string): string
  readonly sync: boolean
}

const defaultRetentionMs = 30 * 24 * 60 * 60_000
const strayMs = 60 * 60_000

const purchaseOf = (entry: JournalEntry): string | undefined => {
  if (entry.type === 'intent' || entry.type === 'verdict') return purchaseId(entry.submission)
  if (entry.type === 'ended') return purchaseId(entry.handle)
  return entry.type === 'settled' ? entry.purchase : undefined
}

/** What of some entries is still needed at a time. */
export function keepEntries(entries: readonly JournalEntry[], since: number): readonly JournalEntry[] {
  const purchases = foldPurchases(entries)
  const lastOf = new Map<string, number>()
  for (const entry of entries) if (isReservation(entry)) lastOf.set(entry.id, entry.at)
  return entries.filter((entry) => {
    if (isReservation(entry)) return (lastOf.get(entry.id) ?? entry.at) >= since
    const known = purchases.get(purchaseOf(entry) ?? '')
    return known && isOpen(known) ? true : (known ?? entry).at >= since
  })
}

/** The claims that stand for what some entries tell of. */
const claimsOf = (entries: readonly JournalEntry[]): readonly string[] =>
  [...foldPurchases(entries).values()].flatMap(({ id, within }) => (within ? [id, within] : [id]))

/** Removes claims of what is forgotten, and what processes left behind that died while writing. */
async function sweep(folder: string, kept: ReadonlySet<string>, since: number, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    if (kept.has(file)) continue
    const at = (await stat(file).catch(() => undefined))?.mtimeMs ?? now
    if (at < (name.endsWith('.tmp') ? now - strayMs : since)) await remove(file)
  }
}

/** Rewrites a journal without what nobody needs any more. To be called while nobody else writes. */
export async function compactFile(parts: Parts, options: CompactOptions = {}): Promise<Compaction> {
  const { file, folder, sync } = parts
  const now = options.now ?? Date.now()
  const since = now - (options.retentionMs ?? defaultRetentionMs)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const entries = text.split('\n').flatMap((line) => parseEntry(line) ?? [])
  const needed = keepEntries(entries, since)
  const dropped = entries.length - needed.length
  if (dropped > 0) {
    await replaceWhole(file, needed.map((entry) => `${JSON.stringify(entry)}\n`).join(''), folder, sync)
  }
  const before = claimsOf(entries)
  const kept = new Set(claimsOf(needed).map(parts.fileOf))
  for (const file of before.map(parts.fileOf)) if (!kept.has(file)) await remove(file)
  await sweep(folder, kept, since, now)
  return { kept: needed.length, dropped }
}
