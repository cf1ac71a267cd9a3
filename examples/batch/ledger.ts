import {
  formatUsd,
  type Journal,
  type JournalEntry,
  mostOf,
  purchaseId,
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
  readonly microUsd: number
  readonly open: boolean
  readonly handle?: TaskHandle
}

/** Micro-USD as dollars and cents. */
export const dollars = (microUsd: number): string => formatUsd(Math.round(microUsd / 10_000) * 10_000)

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
    const microUsd = known?.microUsd ?? 0
    if (entry.type === 'intent')
      purchases.set(id, known ?? { microUsd: mostOf(entry.quote) ?? 0, open: true })
    else if (entry.type === 'ended')
      purchases.set(id, { microUsd: entry.cost?.microUsd ?? microUsd, open: false, handle: entry.handle })
    else if (entry.handle) purchases.set(id, { microUsd, open: true, handle: entry.handle })
    else if (entry.outcome === 'unknown') purchases.set(id, { microUsd, open: false })
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
      spent: () => [...purchases.values()].reduce((sum, { microUsd }) => sum + microUsd, 0),
      open: () => [...purchases.values()].filter(({ open }) => open).length,
      taskOf: (id) => purchases.get(purchaseId({ ...account, idempotencyKey: id }))?.handle,
    },
  }
}
