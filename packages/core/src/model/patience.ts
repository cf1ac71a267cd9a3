/**
 * The longest that a server's own word (`Retry-After` and its like) is obeyed, in milliseconds: 5 minutes. Results die
 * within the hour at some providers, and a proxy's typing error must not stop a program for a day.
 */
export const longestObeyedMs: number = 5 * 60_000

/** How long to wait by what a server asked for, in milliseconds; 0 for what is no wait. */
export const obeyed = (askedMs: number | undefined): number =>
  askedMs !== undefined && askedMs > 0 ? Math.min(askedMs, longestObeyedMs) : 0
