/** Source of the identifiers an emulator hands out; the same seed gives the same sequence. */
export interface Ids {
  /** An 18-digit decimal, always larger than the one before. */
  taskId(): string
  /** A version 4 UUID. */
  uuid(): string
}

// mulberry32: small and well spread; nothing here needs to be unguessable.
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

export function createIds(seed?: number): Ids {
  const next = mulberry32(seed ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0)
  const hex = (): string => next().toString(16).padStart(8, '0')
  let lastTaskId = 800_000_000_000_000_000n + BigInt(next()) * 10_000_000n

  return {
    taskId: () => {
      lastTaskId += BigInt(1 + (next() % 999_983))
      return String(lastTaskId)
    },
    uuid: () => {
      const digits = hex() + hex() + hex() + hex()
      const variant = '89ab'[next() % 4]
      return [
        digits.slice(0, 8),
        digits.slice(8, 12),
        `4${digits.slice(13, 16)}`,
        `${variant}${digits.slice(17, 20)}`,
        digits.slice(20, 32),
      ].join('-')
    },
  }
}
