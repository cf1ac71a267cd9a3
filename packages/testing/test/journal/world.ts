import { type Journal, type StorageLike, unstorageJournal } from '@reelay/core'
import type { JournalDescriptor, JournalWorld } from '../../src/index.ts'

/** What breaks a journal that keeps every promise. */
export type Breaks = (journal: Journal) => Partial<Journal>

/** A storage in memory. */
function storage(): StorageLike & { readonly rows: Map<string, string> } {
  const rows = new Map<string, string>()
  return {
    rows,
    getItem: async (key) => rows.get(key) ?? null,
    getKeys: async (base = '') => [...rows.keys()].filter((key) => key.startsWith(base)),
    async setItem(key, value) {
      rows.set(key, value)
    },
    async removeItem(key) {
      rows.delete(key)
    },
  }
}

function world(breaks: Breaks): JournalWorld {
  const kept = storage()
  const places = new Map<string, string>()
  let journal: Journal | undefined
  return {
    open() {
      if (!journal) {
        const whole = unstorageJournal(kept)
        journal = { ...whole, ...breaks(whole) }
      }
      return journal
    },
    damage(key, text) {
      for (const [place, row] of kept.rows) if (keyOf(row) === key) places.set(key, place)
      const place = places.get(key)
      if (place === undefined) throw new Error(`no order under ${key}`)
      // A row that says nothing of itself is known by its place alone, which is a digest here.
      kept.rows.set(place, text.includes(`"key":"${key}"`) ? text : JSON.stringify({ key, was: text }))
      // Read anew, as by another process.
      journal = undefined
    },
  }
}

function keyOf(row: string): unknown {
  try {
    return (JSON.parse(row) as { key?: unknown } | null)?.key
  } catch {
    return undefined
  }
}

/** A journal that holds the contract, but for what breaks it. */
export const journalDescriptor = (breaks: Breaks = () => ({})): JournalDescriptor => ({
  name: 'unstorageJournal',
  manifest: { clock: 'caller', damage: true },
  world: () => world(breaks),
})
