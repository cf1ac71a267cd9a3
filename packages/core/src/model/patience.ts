/**
 * The longest that a server's own word (`Retry-After` and its like) is obeyed, in milliseconds: 5 minutes. Results die
 * within the hour at some providers, and a proxy's typing error must not stop a program for a day.
 */
export const longestObeyedMs: number = 5 * 60_000

/** How long to wait by what a server asked for, in milliseconds. */
export const obeyed = (askedMs: number): number => Math.min(askedMs, longestObeyedMs)
