import {
  decidingPurchase,
  formatUsd,
  isReadable,
  type Journal,
  mostOf,
  type Order,
  type Purchase,
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

const moneyOf = ({ state, ended, quote }: Purchase): number => {
  if (state === 'nothing' || ended?.free) return 0
  return ended?.cost?.microUsd ?? mostOf(quote) ?? 0
}

const isUnderWay = ({ handle, ended, attempts }: Purchase): boolean =>
  !ended && (handle !== undefined || attempts.some(({ outcome }) => outcome === undefined))

/** Micro-USD as dollars and cents. */
export const dollars = (microUsd: number): string => formatUsd(Math.round(microUsd / 10_000) * 10_000)

/** Follows a journal: what it holds, and whatever is written through the journal that is returned. */
export async function follow(
  journal: Journal,
  provider: VideoProvider,
): Promise<{ readonly journal: Journal; readonly ledger: Ledger }> {
  const orders = new Map<string, Order>()
  for await (const order of journal.orders()) if (isReadable(order)) orders.set(order.key, order)

  const isOurs = ({ submission }: Purchase): boolean =>
    submission.provider === provider.id && submission.account === provider.account
  const ours = (): readonly Purchase[] =>
    [...orders.values()].flatMap(({ purchases }) => purchases.filter(isOurs))

  return {
    journal: {
      ...journal,
      async change(key, at, transition) {
        let next: Order | undefined
        const result = await journal.change(key, at, (order, now) => {
          const change = transition(order, now)
          next = change.order
          return change
        })
        if (next) orders.set(key, next)
        return result
      },
    },
    ledger: {
      spent: () => ours().reduce((sum, purchase) => sum + moneyOf(purchase), 0),
      open: () => ours().filter(isUnderWay).length,
      taskOf: (id) => decidingPurchase((orders.get(id)?.purchases ?? []).filter(isOurs))?.handle,
    },
  }
}
