const KEPT_MS = 24 * 3_600_000
const MAX_BYTES = 191

/** A create under an `Idempotency-Key`. */
interface Kept {
  readonly path: string
  readonly body: string
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  /** The relay's id of its task. */
  id?: string
}

/** What a key means for a create. */
export type KeyVerdict =
  | { readonly state: 'new'; made(id: string): void; dropped(): void }
  | { readonly state: 'same'; readonly id: string }
  | { readonly state: 'invalid' | 'other' | 'busy' }

/** Remembers creates by the caller and the key, for 24 hours. */
export interface KeyBooks {
  enter(caller: string, sent: string, path: string, body: string, now: number): KeyVerdict
  clear(): void
}

export function createKeyBooks(): KeyBooks {
  const books = new Map<string, Kept>()
  return {
    enter(caller, sent, path, body, now) {
      const key = sent.trim()
      if (key === '' || new TextEncoder().encode(key).length > MAX_BYTES) return { state: 'invalid' }
      const name = JSON.stringify([caller, key])
      const kept = books.get(name)
      if (kept && now - kept.at < KEPT_MS) {
        if (kept.path !== path || kept.body !== body) return { state: 'other' }
        return kept.id === undefined ? { state: 'busy' } : { state: 'same', id: kept.id }
      }
      const entry: Kept = { path, body, at: now }
      books.set(name, entry)
      return {
        state: 'new',
        made: (id) => {
          entry.id = id
        },
        dropped: () => books.delete(name),
      }
    },
    clear: () => books.clear(),
  }
}
