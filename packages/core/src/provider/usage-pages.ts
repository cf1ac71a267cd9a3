import type { UsageGap, UsageOptions, UsageReport, UsageRow } from './usage.ts'

/**
 * A page of a provider's books.
 *
 * @example
 * ```ts
 * import type { UsagePage } from '@reelay/core/adapter'
 * const last: UsagePage = { entries: [], unread: 0 }
 * ```
 */
export interface UsagePage {
  /** What a page lists, each under a name that no other charge has. */
  readonly entries: readonly { readonly key: string; readonly row: UsageRow }[]
  /** Entries of the page that could not be read. */
  readonly unread: number
  /** What the next page is asked for by; absent on the last. */
  readonly next?: string | undefined
  /** It says that there is more, and not by what that is asked for. */
  readonly brokenOff?: boolean | undefined
}

// 10,000 pages of 100 rows are a million charges: who gets so far goes round in a circle.
const mostPages = 10_000

const isCounted = (amount: number): boolean => Math.abs(amount) <= Number.MAX_SAFE_INTEGER

/** Whether a row can be dated and added up: JSON holds `1e999`, and one such amount would be every total. */
const isSound = ({ at, native, microUsd = 0, seconds = 0 }: UsageRow): boolean =>
  Math.abs(at) <= 8.64e15 && [native.amount, microUsd, seconds].every(isCounted)

/**
 * Reads a provider's books page by page. Pages may shift while they are read, so that a charge that comes twice counts
 * once; what could not be read, and amounts and moments that are none, are told as a gap.
 *
 * @param books What they are called in sentences: `the billing events`.
 * @param ask Reads the page under a cursor, the first one without.
 * @param options What the caller asked for: a charge at the very end, which providers may count in, is another report's.
 * Without an end nothing is left out, since the provider's clock may be ahead of ours.
 *
 * @example
 * ```ts
 * import { readUsage } from '@reelay/core/adapter'
 * const { rows, gaps } = await readUsage('the ledger', async () => ({ entries: [], unread: 0 }))
 * ```
 */
export async function readUsage(
  books: string,
  ask: (cursor: string | undefined) => Promise<UsagePage>,
  { to = Number.POSITIVE_INFINITY }: Pick<UsageOptions, 'to'> = {},
): Promise<Pick<UsageReport, 'rows' | 'gaps'>> {
  const rows = new Map<string, UsageRow>()
  const asked = new Set<string>()
  let unread = 0
  let isCut = false
  let cursor: string | undefined
  do {
    const page: UsagePage = await ask(cursor)
    for (const { key, row } of page.entries) {
      if (!isSound(row)) unread += 1
      else if (row.at < to) rows.set(key, row)
    }
    unread += page.unread
    cursor = page.next
    const isAgain = cursor !== undefined && (asked.has(cursor) || asked.size >= mostPages)
    isCut = isAgain || page.brokenOff === true
    if (cursor !== undefined) asked.add(cursor)
  } while (cursor !== undefined && !isCut)
  const gaps: UsageGap[] = []
  if (unread > 0) {
    gaps.push({ what: 'rows', message: `${unread} of ${books} could not be read and are left out.` })
  }
  if (isCut) {
    gaps.push({
      what: 'rows',
      message: `The pages of ${books} did not come to an end: ask for a shorter time.`,
    })
  }
  return { rows: [...rows.values()], gaps }
}
