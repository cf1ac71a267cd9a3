import type { Reserved } from '@reelay/core/adapter'
import { equal, ok } from '../../assert.ts'
import { ask, hour, refused, take, used } from '../budgets.ts'
import type { JournalCase, JournalManifest } from '../journal-case.ts'
import { listed, type OrderSetup, orderOf, put, sameKeys, start } from '../orders.ts'

const needs = ({ clock }: JournalManifest): true | string =>
  clock === 'caller' || 'it goes by a clock of its own'

/** Numbers that are the same in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

export const timeCases: readonly JournalCase[] = [
  {
    name: 'a window is exact to the millisecond',
    needs,
    async run({ open }) {
      await take(open(), { amount: 100 })
      await refused(open(), { at: start + hour })
      await take(open(), { at: start + hour + 1 })
    },
  },
  {
    name: 'what does not fit is told the first millisecond at which it will',
    needs,
    async run({ open }) {
      for (const [index, amount] of [10, 20, 30, 40].entries())
        await take(open(), { amount, at: start + 70 * index })
      const asked = { amount: 35, at: start + 500 }
      const answer = await refused(open(), asked)
      equal([answer.used, answer.now], [100, start + 500], 'what is used, and when')
      equal(answer.fitsAt, start + 140 + hour + 1, 'when it fits')
      const before = await refused(open(), { ...asked, at: start + 140 + hour })
      equal([before.used, before.fitsAt], [70, start + 140 + hour + 1], 'a millisecond before')
      await take(open(), { ...asked, at: start + 140 + hour + 1 })
    },
  },
  {
    name: 'windows of any length count what they have to, over any number of reservations',
    needs,
    async run({ open }) {
      const journal = open()
      const next = seeded(20_261_126)
      const kept: Reserved[] = []
      let at = start
      for (let index = 0; index < 150; index += 1) {
        // Bursts, and gaps of up to a month.
        at += next(2) === 0 ? next(3) : next(10 ** (1 + next(9)))
        const answer = await ask(journal, { amount: 1 + next(1_000), limit: 10 ** 9, at })
        ok(answer.state === 'reserved', 'a reservation should fit')
        kept.push(answer.reserved)
        const some = kept[next(kept.length)]
        if (!some || next(4) > 0) continue
        const spent = next(1_500)
        await journal.amend(some.id, { spent })
        kept[kept.indexOf(some)] = { ...some, amount: spent }
      }
      for (let index = 0; index < 80; index += 1) {
        const edge = kept[next(kept.length)]?.at ?? start
        const windowMs = Math.max(1, at - edge + next(3) - 1)
        const counted = kept.filter((one) => one.at >= at - windowMs)
        const sum = counted.reduce((total, one) => total + one.amount, 0)
        equal(await used(journal, { windowMs, at }), sum, `what is used in ${windowMs} ms`)
        if (sum < 2) continue
        // Half of it has to leave: the one with which it does says when.
        const amount = Math.ceil(sum / 2)
        let left = sum
        const last = counted.find((one) => {
          left -= one.amount
          return left + amount <= sum
        })
        const { fitsAt } = await refused(journal, { windowMs, at, amount, limit: sum })
        equal(fitsAt, last && last.at + windowMs + 1, `when ${amount} of ${sum} fit`)
      }
    },
  },
  {
    name: 'a clock set back opens no window',
    needs,
    async run({ open }) {
      await take(open(), { amount: 100, at: start + 2 * hour })
      const set = await refused(open(), { at: start, windowMs: hour })
      equal([set.used, set.now], [100, start + 2 * hour], 'what is used, and what time it is')
      const late = await take(open(), { at: start, budget: 'other' })
      const [row] = await open().reservations('other', { key: 'none' })
      equal(row, undefined, 'a reservation of a key that has none')
      ok(late !== '', 'it is reserved')
      const now = await open().change('order-77', start - hour, (_, at) => ({
        order: orderOf('order-77', { at }),
        result: at,
      }))
      equal(now, start + 2 * hour, 'what time it is for a change')
    },
  },
  {
    name: 'what time it is comes from the caller as long as nothing newer is written',
    needs,
    async run({ open }) {
      for (const at of [start, start + 5, start + 5, start + hour]) {
        const now = await open().change('order-77', at, (_, told) => ({
          order: orderOf('order-77', { at: told }),
          result: told,
        }))
        equal(now, at, 'what time it is')
      }
    },
  },
  {
    name: 'pruning forgets what is closed and old, and nothing else',
    needs,
    async run({ open }) {
      const closed = (task: string): OrderSetup => ({ task, ended: true })
      await put(open(), orderOf('running', { began: start - 9, task: 'task-2' }))
      await put(open(), orderOf('unknown', { began: start - 8 }))
      await put(open(), orderOf('old', { began: start - 7, ...closed('task-3') }))
      await put(open(), orderOf('edge', { began: start - 6, at: start, ...closed('task-4') }))
      await put(open(), orderOf('young', { began: start - 5, at: start + hour, ...closed('task-5') }))
      equal(await open().prune(hour, start + hour), 1, 'how many were forgotten')
      sameKeys(await listed(open().orders()), ['running', 'unknown', 'edge', 'young'], 'what is left')
      equal(await open().order('old'), undefined, 'what was forgotten')
      equal(await open().prune(hour, start + 50 * hour), 2, 'how many were forgotten later')
      sameKeys(await listed(open().orders()), ['running', 'unknown'], 'what is left later')
      await put(open(), orderOf('old', { at: start + 50 * hour }))
    },
  },
  {
    name: 'a budget goes on counting what pruning has forgotten',
    needs,
    async run({ open }) {
      const all = { windowMs: Number.POSITIVE_INFINITY }
      const id = await take(open(), { ...all, key: 'order-77', amount: 60 })
      await put(open(), orderOf('order-77', { task: 'task-1', ended: true }))
      await open().amend(id, { spent: 50 })
      await open().prune(hour, start + 1_000 * hour)
      equal(await open().order('order-77'), undefined, 'the order')
      equal(await used(open(), { ...all, at: start + 1_000 * hour }), 50, 'what is used')
      await refused(open(), { ...all, at: start + 1_000 * hour, amount: 51 })
    },
  },
]

/** For a journal with a clock of its own. */
export const ownClockCases: readonly JournalCase[] = [
  {
    name: 'a clock of its own decides, whatever a caller says',
    needs: ({ clock }) => clock === 'server' || 'it goes by the clock of its callers',
    async run({ open }) {
      await take(open(), { amount: 100, at: 1 })
      const { used: before, now } = await refused(open(), { at: 1_000 * hour })
      equal(before, 100, 'what is used, asked with a clock far ahead')
      ok(now > start, 'what time it is should be told by the clock of the journal')
      const told = await open().change('order-77', 1, (_, at) => ({ result: at }))
      ok(told >= now, 'time should not go back')
    },
  },
]
