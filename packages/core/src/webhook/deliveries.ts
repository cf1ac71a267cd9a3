import { assertAmounts } from '../model/amount.ts'
import { type Clock, elapsedOf, systemClock } from '../model/clock.ts'

/**
 * Remembers deliveries, so that a repeated one is dropped. Share one among all processes that take deliveries: `claim`
 * must be atomic among them.
 *
 * @example
 * ```ts
 * import type { DeliveryStore } from '@reelay/core'
 * declare const redis: {
 *   set(key: string, value: string, ...options: (string | number)[]): Promise<string | null>
 *   get(key: string): Promise<string | null>
 *   del(key: string): Promise<number>
 * }
 * const deliveries: DeliveryStore = {
 *   async claim(id, ttlMs) {
 *     if (await redis.set(id, 'busy', 'PX', ttlMs, 'NX')) return 'new'
 *     return (await redis.get(id)) === 'done' ? 'done' : 'busy'
 *   },
 *   done: async (id, ttlMs) => void (await redis.set(id, 'done', 'PX', ttlMs)),
 *   release: async (id) => void (await redis.del(id)),
 * }
 * ```
 */
export interface DeliveryStore {
  /**
   * `new` for the first to come, who then handles it within `ttlMs` milliseconds; `busy` while somebody does; `done`
   * once somebody has.
   */
  claim(id: string, ttlMs: number): Promise<'new' | 'busy' | 'done'>
  /** It was handled; to be remembered for `ttlMs` milliseconds. */
  done(id: string, ttlMs: number): Promise<void>
  /** It could not be handled, and may come again. */
  release(id: string): Promise<void>
}

/**
 * Options of {@link memoryDeliveries}.
 *
 * @example
 * ```ts
 * import { memoryDeliveries, type MemoryDeliveriesOptions } from '@reelay/core'
 * const small: MemoryDeliveriesOptions = { maxEntries: 5_000 } // about 1 MB
 * export const deliveries = memoryDeliveries(small)
 * ```
 */
export interface MemoryDeliveriesOptions {
  /** How many are remembered; the oldest are forgotten first. 50,000 when absent, about 10 MB. */
  readonly maxEntries?: number | undefined
  /** The host's clock when absent. */
  readonly clock?: Clock | undefined
}

const defaultMaxEntries = 50_000

/**
 * Deliveries remembered by this process alone.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for a number of entries that is none; its members, for a time that is none.
 *
 * @example
 * ```ts
 * import { memoryDeliveries } from '@reelay/core'
 * const deliveries = memoryDeliveries({ maxEntries: 1_000 })
 * await deliveries.claim('replicate msg_1', 60_000) // 'new'
 * await deliveries.claim('replicate msg_1', 60_000) // 'busy'
 * ```
 */
export function memoryDeliveries(options: MemoryDeliveriesOptions = {}): DeliveryStore {
  const { maxEntries = defaultMaxEntries, clock = systemClock } = options
  assertAmounts('count', { maxEntries })
  const known = new Map<string, { readonly state: 'busy' | 'done'; readonly until: number }>()

  function note(id: string, state: 'busy' | 'done', ttlMs: number): void {
    assertAmounts('window', { ttlMs: ttlMs ?? null })
    // Moved to the end, so that the oldest stay first.
    known.delete(id)
    known.set(id, { state, until: elapsedOf(clock) + ttlMs })
    for (const old of known.keys()) {
      if (known.size <= maxEntries) break
      known.delete(old)
    }
  }

  return {
    async claim(id, ttlMs) {
      const before = known.get(id)
      if (before && before.until > elapsedOf(clock)) return before.state
      note(id, 'busy', ttlMs)
      return 'new'
    },
    async done(id, ttlMs) {
      note(id, 'done', ttlMs)
    },
    async release(id) {
      known.delete(id)
    },
  }
}
