import { sha256Hex } from '../../provider/request/hash.ts'
import type { Journal } from './journal.ts'
import { keptJournal } from './kept.ts'

/**
 * What is used of an unstorage `Storage`; anything with these four methods will do.
 *
 * @example
 * ```ts
 * import { journaled, type StorageLike, unstorageJournal, type VideoProvider } from '@reelay/core'
 * const items = new Map<string, string>()
 * // For a test; a real one is `createStorage({ driver })` of unstorage.
 * const storage: StorageLike = {
 *   getItem: async (key) => items.get(key) ?? null,
 *   setItem: async (key, value) => void items.set(key, value),
 *   getKeys: async (base = '') => [...items.keys()].filter((key) => key.startsWith(base)),
 *   removeItem: async (key) => void items.delete(key),
 * }
 * const remembering = (provider: VideoProvider): VideoProvider => journaled(provider, unstorageJournal(storage))
 * ```
 */
export interface StorageLike {
  getItem(key: string): Promise<unknown>
  setItem(key: string, value: string): Promise<void>
  getKeys(base?: string): Promise<readonly string[]>
  removeItem(key: string): Promise<void>
}

const kinds = ['orders', 'reservations'] as const

/** Drivers give text back as it was or parsed already. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/**
 * A journal in any unstorage `Storage` (a KV store, Redis, a browser's own), for one writer, as its type says: these
 * stores have no transactions, so two processes at once can both buy an order or spend a budget. Use `sqliteJournal` or
 * `postgresJournal` of `@reelay/sql`, or one process, where that can happen. What it writes lasts as well as the driver's
 * `setItem` does. It holds every order in memory.
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
export function unstorageJournal(
  storage: StorageLike,
  base = 'reelay',
): Journal & { readonly writers: 'one' } {
  const keyOf = async (kind: string, id: string): Promise<string> => `${base}:${kind}:${await sha256Hex(id)}`
  return keptJournal({
    async load() {
      const rows: (readonly [(typeof kinds)[number], string, unknown])[] = []
      for (const kind of kinds) {
        for (const key of await storage.getKeys(`${base}:${kind}`)) {
          const row = parsed(await storage.getItem(key))
          const { id, key: orderKey } = (row ?? {}) as { id?: unknown; key?: unknown }
          // What does not even say what it is keeps its place: it may be a purchase.
          const name = kind === 'orders' ? orderKey : id
          rows.push([kind, typeof name === 'string' ? name : key, row])
        }
      }
      return rows
    },
    put: async (kind, id, row) => storage.setItem(await keyOf(kind, id), JSON.stringify(row)),
    drop: async (kind, id) => storage.removeItem(await keyOf(kind, id)),
  })
}
