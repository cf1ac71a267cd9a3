import { sha256Hex } from '../provider/request/hash.ts'
import { isolatesRequests } from '../provider/runtime.ts'
import type { Journal, JournalEntry } from './journal.ts'
import { isJournalEntry, isReservation, parseEntry } from './journal-entry.ts'
import { foldPurchases, isFree } from './journaled-purchases.ts'
import { usedSince } from './used.ts'

/** What is used of an unstorage `Storage`; anything with these four methods will do. */
export interface StorageLike {
  getItem(key: string): Promise<unknown>
  setItem(key: string, value: string): Promise<void>
  getKeys(base?: string): Promise<readonly string[]>
  removeItem(key: string): Promise<void>
}

// Enough for keys to sort as text for ever.
const digits = 12

/** Drivers give text back as it was or parsed already. */
const readEntry = (value: unknown): JournalEntry | undefined => {
  if (typeof value === 'string') return parseEntry(value)
  return isJournalEntry(value) ? value : undefined
}

function hashOf(value: unknown): string | undefined {
  const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value
  const hash = (parsed as { requestHash?: unknown } | null | undefined)?.requestHash
  return typeof hash === 'string' ? hash : undefined
}

/**
 * A journal in any unstorage `Storage` (a KV store, Redis, a browser's own). For a single writer: these stores cannot
 * create a key only if it is absent, so two processes at once can both claim a purchase or a budget. Use a file, or one
 * process, where that can happen. An entry lasts as well as the driver's `setItem` does.
 *
 * @param base Where in the storage it lies; `reelay` when absent.
 * @throws what the storage throws, unchanged.
 *
 * @example
 * ```ts
 * import { type StorageLike, unstorageJournal } from '@reelay/core'
 * declare const storage: StorageLike // createStorage({ driver }) of unstorage
 * const journal = unstorageJournal(storage, 'renders')
 * ```
 */
export function unstorageJournal(storage: StorageLike, base = 'reelay'): Journal {
  let next: number | undefined
  let turn: Promise<unknown> = Promise.resolve()
  /** Claims made by this instance; any other is an earlier run's. */
  const own = new Set<string>()

  const claimKey = async (purchase: string): Promise<string> => `${base}:claims:${await sha256Hex(purchase)}`

  /** One after the other: nothing here is atomic by itself. */
  function inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    // There, none may wait for what another request began; one writer at a time is the caller's to see to.
    if (isolatesRequests()) return run()
    const mine = turn.then(run)
    turn = mine.catch(() => undefined)
    return mine
  }

  async function keys(): Promise<readonly string[]> {
    return [...(await storage.getKeys(`${base}:entries`))].sort()
  }

  async function write(entry: JournalEntry): Promise<void> {
    next ??= Number(/:(\d+)$/.exec((await keys()).at(-1) ?? '')?.[1] ?? 0) + 1
    await storage.setItem(`${base}:entries:${String(next).padStart(digits, '0')}`, JSON.stringify(entry))
    next += 1
  }

  async function all(): Promise<readonly JournalEntry[]> {
    const found: JournalEntry[] = []
    for (const key of await keys()) {
      const entry = readEntry(await storage.getItem(key))
      if (entry) found.push(entry)
    }
    return found
  }

  return {
    append: (entry) => inTurn(() => write(entry)),
    async *entries() {
      yield* await all()
    },
    claim: (purchase, requestHash) =>
      inTurn(async () => {
        const key = await claimKey(purchase)
        const taken = hashOf(await storage.getItem(key))
        if (taken !== undefined) {
          const abandoned = !own.has(purchase)
          // There is one writer: whoever claimed it before this run has died, perhaps before anything came of it.
          const lapsed = abandoned && isFree(foldPurchases(await all()), purchase)
          if (!lapsed) return { state: 'taken', requestHash: taken, ...(abandoned && { abandoned }) }
        }
        await storage.setItem(key, JSON.stringify({ purchase, requestHash }))
        own.add(purchase)
        return { state: 'new' }
      }),
    unclaim: (purchase) =>
      inTurn(async () => {
        own.delete(purchase)
        await storage.removeItem(await claimKey(purchase))
      }),
    reserve: (entry, limit, since) =>
      inTurn(async () => {
        const used = usedSince((await all()).filter(isReservation), entry.budget, since)
        if (used + entry.amount > limit) return { state: 'exceeded', used }
        await write(entry)
        return { state: 'reserved' }
      }),
  }
}
