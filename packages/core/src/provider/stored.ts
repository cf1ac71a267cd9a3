/**
 * What became of the clip of a purchase: nobody has asked for it to be stored (`not-asked`), it is to be (`open`, by a
 * caller's `store` or by whoever handles webhooks), it is (`done`), or the provider no longer holds it (`lost`).
 *
 * @example
 * ```ts
 * import type { Stored } from '@reelay/core'
 * const words = (stored: Stored): string =>
 *   stored.state === 'lost' ? `no longer there: ${stored.reason}` : stored.state === 'open' ? 'still to be stored' : stored.state
 * ```
 */
export type Stored =
  | { readonly state: 'not-asked' | 'done' }
  | { readonly state: 'open'; readonly by?: 'webhooks' }
  | { readonly state: 'lost'; readonly reason: string }
