import {
  formatUsd,
  type Journal,
  type JournalEntry,
  purchaseId,
  type Quote,
  type TaskHandle,
  type VideoProvider,
} from '@reelay/core'

/** What a journal says about the money and the tasks of one account. */
export interface Ledger {
  /** Micro-USD: what tasks cost, or, until a provider says, the most they were offered for. */
  spent(): number
  /** Purchases under way: sent, and neither refused nor lost nor at their end. */
  open(): number
  /** The task that was bought under an id, however it ended. */
  taskOf(id: string): TaskHandle | undefined
}

interface Purchase {
  readonly usd: number
  readonly open: boolean
  readonly handle?: TaskHandle
}

/** Micro-USD as dollars and cents. */
export const dollars = (usd: number): string => formatUsd(Math.round(usd / 10_000) * 10_000)

/** The most a task may cost, in micro-USD, where that is known. */
export const mostOf = (quote: Quote): number =>
  quote.type === 'exact' ? quote.usd : quote.type === 'bounded' ? quote.max : 0

/** Follows a journal: what it holds, and whatever is written through the journal that is returned. */
export async function follow<Kind extends Journal>(
  journal: Kind,
  provider: VideoProvider,
): Promise<{ readonly journal: Kind; readonly ledger: Ledger }> {
  const purchases = new Map<string, Purchase>()
  const account = { provider: provider.id, account: provider.account }

  function add(entry: JournalEntry): void {
    // Somebody has looked, and found that nothing was bought.
    if (entry.type === 'settled' && entry.verdict === 'not-created') purchases.delete(entry.purchase)
    if (entry.type !== 'intent' && entry.type !== 'verdict' && entry.type !== 'ended') return
    const of = entry.type === 'ended' ? entry.handle : entry.submission
    if (of.provider !== provider.id || of.account !== provider.account) return
    const id = purchaseId(of)
    const known = purchases.get(id)
    const usd = known?.usd ?? 0
    if (entry.type === 'intent') purchases.set(id, known ?? { usd: mostOf(entry.quote), open: true })
    else if (entry.type === 'ended')
      purchases.set(id, { usd: entry.cost?.usd ?? usd, open: false, handle: entry.handle })
    else if (entry.handle) purchases.set(id, { usd, open: true, handle: entry.handle })
    else if (entry.outcome === 'unknown') purchases.set(id, { usd, open: false })
    else purchases.delete(id)
  }

  for await (const entry of journal.entries()) add(entry)
  return {
    journal: {
      ...journal,
      async append(entry) {
        await journal.append(entry)
        add(entry)
      },
    },
    ledger: {
      spent: () => [...purchases.values()].reduce((sum, { usd }) => sum + usd, 0),
      open: () => [...purchases.values()].filter(({ open }) => open).length,
      taskOf: (id) => purchases.get(purchaseId({ ...account, idempotencyKey: id }))?.handle,
    },
  }
}
