import { type Found, type Journal, memoryJournal } from '@reelay/core'
import type { ReserveAsked } from '@reelay/core/adapter'
import { listed } from '../../src/journal/orders.ts'
import type { Breaks } from './world.ts'

type Listing = Journal['orders']

const lists = (change: (found: readonly Found[]) => readonly Found[], list: Listing): Listing =>
  async function* () {
    yield* change(await listed(list()))
  }

/** Decides on what it read a while ago. */
const racing: Breaks = (journal) => ({
  async change(key, at, transition) {
    const found = await journal.order(key)
    await new Promise<void>((done) => setImmediate(done))
    const { order, result } = transition(found?.v === 1 ? found : undefined, at)
    return journal.change(key, at, () => (order ? { order, result } : { result }))
  },
})

/** Asks for something else than what it is asked for. */
const asking =
  (other: (asked: ReserveAsked) => Partial<ReserveAsked>): Breaks =>
  (journal) => ({ reserve: (asked) => journal.reserve({ ...asked, ...other(asked) }) })

/** Reads every order that it cannot read as absent. */
const blind: Breaks = (journal) => {
  const seen = (found: Found | undefined): Found | undefined => (found?.v === 1 ? found : undefined)
  return {
    order: async (key) => seen(await journal.order(key)),
    async change(key, at, transition) {
      const found = await journal.order(key)
      return found?.v === 1 || !found ? journal.change(key, at, transition) : transition(undefined, at).result
    },
  }
}

/** For each case of the contract, by its name, a way to break a journal that the case must notice. */
export const journalContractFaults: Readonly<Record<string, Breaks>> = {
  'an order is there as it was written, for everybody who shares the journal': (journal) => ({
    change: (key, at, transition) =>
      journal.change(key, at, (before, now) => {
        const { order, result } = transition(before, now)
        return order
          ? { order: { ...order, purchases: order.purchases.map(({ ended: _, ...one }) => one) }, result }
          : { result }
      }),
  }),
  'what a paid step brought is there, whatever JSON it is, and leaves nothing open': (journal) => ({
    change: (key, at, transition) =>
      journal.change(key, at, (before, now) => {
        const { order, result } = transition(before, now)
        return order
          ? { order: { ...order, purchases: order.purchases.map(({ result: _, ...one }) => one) }, result }
          : { result }
      }),
  }),
  'keys and names are told apart to the letter': (journal) => ({
    change: (key, at, transition) => journal.change(key.trim(), at, transition),
  }),
  'an order is found by every name it has, and by none that it had': (journal) => {
    const names = new Map<string, Found>()
    return {
      async named(name) {
        for (const found of await journal.named(name)) names.set(name, found)
        const found = names.get(name)
        return found ? [found] : []
      },
    }
  },
  'a task belongs to one order: no other gets it, and nothing of such a change is written': (journal) => ({
    change: (key, at, transition) =>
      journal.change(key, at, transition).catch(async (error: unknown) => {
        await journal.change(key, at, (order) =>
          order ? { order: { ...order, at: at + 1 }, result: 0 } : { result: 0 },
        )
        throw error
      }),
  }),
  'orders that share a name come oldest first': (journal) => ({
    named: async (name) => [...(await journal.named(name))].sort((a, b) => (a.key < b.key ? -1 : 1)),
  }),
  'the list of open orders has those that somebody has to look after, oldest first, and no other': (
    journal,
  ) => ({
    open: () => journal.orders(),
  }),
  'every order is listed once, however many there are, oldest first': (journal) => ({
    orders: lists((all) => all.slice(0, 100), journal.orders),
  }),
  'a change that decides for nothing writes nothing, and answers': (journal) => ({
    change: (key, at, transition) =>
      journal.change(key, at, (before, now) => {
        const { order = before && { ...before, at: now }, result } = transition(before, now)
        return order ? { order, result } : { result }
      }),
  }),
  'a change that throws leaves nothing behind, and what it threw comes out': (journal) => ({
    change: (key, at, transition) =>
      journal.change(key, at, transition).catch((error: unknown) => {
        throw new Error('the journal failed', { cause: error })
      }),
  }),
  'of many who change one order at once, each goes on from what the one before wrote': racing,
  'an order that cannot be read is told as such, never as absent': blind,
  'an order that cannot be read is not changed, and nobody decides about it': blind,
  'an order that cannot be read is not forgotten, however old': (journal) => ({
    prune: async (olderThanMs, at) => {
      let unreadable = 0
      for (const { v } of await listed(journal.orders())) if (v !== 1) unreadable += 1
      return (await journal.prune(olderThanMs, at)) + unreadable
    },
  }),
  'a budget takes up to its limit, and not a micro-dollar more': asking(({ limit }) => ({
    limit: limit + 1,
  })),
  'budgets of other names are other budgets': asking(({ budget }) => ({ budget: budget.trim() })),
  'of many who reserve at once, no more get through than fit': (journal) => ({
    async reserve(asked) {
      const probe = await journal.reserve({
        ...asked,
        id: `probe of ${asked.id}`,
        amount: 0,
        limit: asked.limit - asked.amount,
      })
      if (probe.state === 'exceeded' && asked.amount > 0) return probe
      await new Promise<void>((done) => setImmediate(done))
      return journal.reserve({ ...asked, limit: asked.limit < 0 ? asked.limit : Number.MAX_SAFE_INTEGER })
    },
  }),
  'all time never comes back': asking(({ windowMs }) => ({
    windowMs: Math.min(windowMs, 365 * 24 * 3_600_000),
  })),
  'what was really spent takes the place of what was set aside': (journal) => ({
    amend: (id, { spent, ...rest }) =>
      journal.amend(id, spent === 0 ? rest : { ...rest, ...(spent !== undefined && { spent }) }),
  }),
  'what is set aside can be changed without being spent, and spent is spent': (journal) => ({
    amend: (id, { amount, ...rest }) =>
      journal.amend(id, { ...(amount !== undefined && { spent: amount }), ...rest }),
  }),
  'every reservation is listed once': (journal) => ({
    async *reserved() {
      let count = 0
      for await (const one of journal.reserved()) if (count++ < 100) yield one
    },
  }),
  'a reservation is found by its key, and by its task once that is said': (journal) => ({
    amend: (id, { task: _, ...rest }) => journal.amend(id, rest),
  }),
  'what a reservation follows is given back in the same step, or not at all': (journal) => ({
    async reserve({ release = [], ...asked }) {
      for (const id of release) await journal.amend(id, { spent: 0 })
      return journal.reserve(asked)
    },
  }),
  'a window is exact to the millisecond': asking(({ windowMs }) => ({ windowMs: windowMs - 1 })),
  'what does not fit is told the first millisecond at which it will': (journal) => ({
    async reserve(asked) {
      const answer = await journal.reserve(asked)
      return answer.state === 'exceeded' && answer.fitsAt !== undefined
        ? { ...answer, fitsAt: answer.fitsAt - 1 }
        : answer
    },
  }),
  'windows of any length count what they have to, over any number of reservations': asking(
    ({ windowMs }) => ({
      windowMs: windowMs < 100_000 ? windowMs : Math.ceil(windowMs / 1_000) * 1_000,
    }),
  ),
  'a clock set back opens no window': () => {
    // Each caller in a journal of the time that it says.
    const journals = new Map<number, Journal>()
    const of = (at: number): Journal => {
      const journal = journals.get(at) ?? memoryJournal()
      journals.set(at, journal)
      return journal
    }
    return {
      reserve: (asked) => of(asked.at).reserve(asked),
      change: (key, at, transition) => of(at).change(key, at, transition),
    }
  },
  'what time it is comes from the caller as long as nothing newer is written': (journal) => ({
    change: (key, at, transition) => journal.change(key, Math.ceil(at / 1_000 + 1) * 1_000, transition),
  }),
  'pruning forgets what is closed and old, and nothing else': (journal) => ({
    prune: (olderThanMs, at) => journal.prune(olderThanMs - 1, at),
  }),
  'a budget goes on counting what pruning has forgotten': (journal) => ({
    async prune(olderThanMs, at) {
      const rows = await journal.reservations('default', { key: 'order-77' })
      for (const { id } of rows) await journal.amend(id, { spent: 0 })
      return journal.prune(olderThanMs, at)
    },
  }),
}
