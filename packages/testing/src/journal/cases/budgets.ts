import { equal, fulfilled } from '../../assert.ts'
import { ask, hour, refused, take, used } from '../budgets.ts'
import type { JournalCase } from '../journal-case.ts'
import { start } from '../orders.ts'

export const budgetCases: readonly JournalCase[] = [
  {
    name: 'a budget takes up to its limit, and not a micro-dollar more',
    async run({ open }) {
      const first = await ask(open(), { id: 'first', key: 'order-1', amount: 60 })
      const reserved = first.state === 'reserved' ? { ...first.reserved, at: 0 } : first
      equal(
        reserved,
        { id: 'first', budget: 'default', key: 'order-1', amount: 60, at: 0, spent: false },
        'the reservation',
      )
      equal((await refused(open(), { amount: 41 })).used, 60, 'what is used')
      await take(open(), { amount: 40 })
      equal((await refused(open(), { amount: 1 })).used, 100, 'what is used')
    },
  },
  {
    name: 'budgets of other names are other budgets',
    async run({ open }) {
      await take(open(), { budget: 'trailers', amount: 100 })
      await take(open(), { budget: 'Trailers', amount: 100 })
      await take(open(), { budget: 'trailers ', amount: 100 })
      equal(await used(open(), { budget: 'trailers' }), 100, 'what is used of one')
    },
  },
  {
    name: 'of many who reserve at once, no more get through than fit',
    async run({ open }) {
      const journals = [open(), open(), open(), open()]
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          ask(journals[index % journals.length] ?? open(), { amount: 7 }),
        ),
      )
      equal(answers.filter(({ state }) => state === 'reserved').length, 14, 'how many of 7 fit into 100')
      equal(await used(open()), 98, 'what is used')
    },
  },
  {
    name: 'all time never comes back',
    async run({ open }) {
      const all = { windowMs: Number.POSITIVE_INFINITY }
      await take(open(), { ...all, amount: 80 })
      const later = await refused(open(), { ...all, at: start + 10 * 365 * 24 * hour })
      equal([later.used, later.fitsAt], [80, undefined], 'what is used, and when it fits')
      const other = await refused(open(), { amount: 101 })
      equal(other.fitsAt, undefined, 'when more than the limit fits')
    },
  },
  {
    name: 'what was really spent takes the place of what was set aside',
    async run({ open }) {
      const first = await take(open(), { amount: 50, key: 'order-1' })
      const second = await take(open(), { amount: 50, key: 'order-2' })
      equal(await fulfilled(open().amend(first, { spent: 20 }), 'amending'), true, 'the answer')
      equal(await used(open()), 70, 'what is used')
      await open().amend(first, { spent: 35 })
      await open().amend(second, { spent: 0 })
      equal(await used(open()), 35, 'what is used after more was learnt')
      const rows = await open().reservations('default', { key: 'order-1' })
      equal(
        rows.map(({ id, amount, spent }) => [id, amount, spent]),
        [[first, 35, true]],
        'the reservation',
      )
      equal(await open().amend('nobody', { spent: 5 }), false, 'of a reservation that is not known')
      equal(await used(open()), 35, 'what is used in the end')
    },
  },
  {
    name: 'what is set aside can be changed without being spent, and spent is spent',
    async run({ open }) {
      const id = await take(open(), { amount: 50, key: 'order-1' })
      await open().amend(id, { amount: 80 })
      const row = async (): Promise<unknown> => {
        const [one] = await open().reservations('default', { key: 'order-1' })
        return [one?.amount, one?.spent]
      }
      equal([await used(open()), await row()], [80, [80, false]], 'what is set aside')
      await open().amend(id, { spent: 70 })
      equal([await used(open()), await row()], [70, [70, true]], 'what is spent')
      await open().amend(id, { amount: 75 })
      equal([await used(open()), await row()], [75, [75, true]], 'what is spent, said anew')
    },
  },
  {
    name: 'every reservation is listed once',
    async run({ open }) {
      const journal = open()
      const ids: string[] = []
      for (let index = 0; index < 130; index += 1)
        ids.push(await take(journal, { amount: 1, limit: 1_000, budget: `budget ${index % 3}` }))
      const told: string[] = []
      for await (const { id } of open().reserved()) told.push(id)
      equal(told.sort(), ids.sort(), 'the reservations')
    },
  },
  {
    name: 'a reservation is found by its key, and by its task once that is said',
    async run({ open }) {
      const first = await take(open(), { key: 'order-1', amount: 10 })
      const second = await take(open(), { key: 'order-1', amount: 10, at: start + 1 })
      await take(open(), { key: 'order-1', budget: 'other' })
      const ids = async (of: { task: string } | { key: string }): Promise<readonly string[]> =>
        (await open().reservations('default', of)).map(({ id }) => id)
      equal(await ids({ key: 'order-1' }), [first, second], 'by the key')
      equal(await ids({ task: 'task-1' }), [], 'by a task that nobody has said')
      await open().amend(second, { task: 'task-1' })
      equal(await ids({ task: 'task-1' }), [second], 'by the task')
      const [row] = await open().reservations('default', { task: 'task-1' })
      equal([row?.task, row?.amount, row?.spent], ['task-1', 10, false], 'what is known of it')
      equal(await used(open(), { at: start + 1 }), 20, 'what is used')
    },
  },
  {
    name: 'what a reservation follows is given back in the same step, or not at all',
    async run({ open }) {
      const first = await take(open(), { id: 'before', key: 'order-1', amount: 60 })
      await take(open(), { amount: 40 })
      const answer = await refused(open(), { amount: 61, release: [first] })
      equal(answer.used, 40, 'what is used, without what was to be given back')
      equal(await used(open()), 100, 'what is used, since nothing was given back')
      await take(open(), { amount: 60, release: [first, 'nobody'] })
      equal(await used(open()), 100, 'what is used')
      const [row] = await open().reservations('default', { key: 'order-1' })
      equal([row?.amount, row?.spent], [0, true], 'what was given back')
    },
  },
]
