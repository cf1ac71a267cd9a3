import { namesOf, taskNamesOf } from '@reelay/core/adapter'
import { equal, failure, fulfilled, ok, rejection } from '../../assert.ts'
import type { JournalCase } from '../journal-case.ts'
import { listed, orderOf, put, sameKeys, start } from '../orders.ts'

// Each pair is two keys, though a careless database may take them for one.
const lookalikes = [
  'Key',
  'key',
  ' key',
  'key ',
  'ke\u0301y',
  'k\u00e9y',
  '%',
  '_',
  "'",
  '"',
  '\\',
  '\\u0000',
  '\u0000',
  '\ud83d',
  '\udfff',
  '\ufffd',
  '🎬',
  '',
]

export const orderCases: readonly JournalCase[] = [
  {
    name: 'an order is there as it was written, for everybody who shares the journal',
    async run({ open }) {
      const order = orderOf('order-77', { task: 'task-1', ended: true, fingerprint: 'a "quoted" picture 🎬' })
      equal(await open().order(order.key), undefined, 'an order that nobody has written')
      await put(open(), order)
      equal(await open().order(order.key), order, 'the order')
      const later = orderOf('order-77', { task: 'task-2', began: start, at: start + 1 })
      await put(open(), later)
      equal(await open().order(order.key), later, 'the order, written again')
      sameKeys(await listed(open().orders()), [order.key], 'all orders')
    },
  },
  {
    name: 'what a paid step brought is there, whatever JSON it is, and leaves nothing open',
    async run({ open }) {
      const result = {
        session_id: '832000000000000001',
        faces: [{ face_id: '0', end_time: 5_200 }, null, 'ﬁ 🎬'],
      }
      const order = orderOf('order-77', { result, ended: true })
      await put(open(), order)
      equal(await open().order('order-77'), order, 'the order')
      sameKeys(await listed(open().open()), [], 'the open orders')
    },
  },
  {
    name: 'keys and names are told apart to the letter',
    async run({ open }) {
      const journal = open()
      const keys = lookalikes.map((one, index) => ({ key: one === '' ? 'x'.repeat(500) : one, index }))
      for (const { key, index } of keys) await put(journal, orderOf(key, { began: start + index }))
      sameKeys(
        await listed(open().orders()),
        keys.map(({ key }) => key),
        'all orders',
      )
      for (const { key } of keys) {
        const name = namesOf(orderOf(key))[0] ?? ''
        sameKeys(await journal.named(name), [key], `the orders that go by ${JSON.stringify(name)}`)
      }
    },
  },
  {
    name: 'an order is found by every name it has, and by none that it had',
    async run({ open }) {
      const before = orderOf('order-77', { fingerprint: 'a boat' })
      const after = orderOf('order-77', { fingerprint: 'a boat', task: 'task-1' })
      await put(open(), before)
      await put(open(), orderOf('another'))
      for (const name of namesOf(before))
        sameKeys(await open().named(name), ['order-77'], `before, by "${name}"`)
      await put(open(), after)
      for (const name of namesOf(after))
        sameKeys(await open().named(name), ['order-77'], `after, by "${name}"`)
      const gone = namesOf(before).filter((name) => !namesOf(after).includes(name))
      ok(gone.length > 0, 'a verdict should take a name away')
      for (const name of gone) sameKeys(await open().named(name), [], `by "${name}", which it has no more`)
    },
  },
  {
    name: 'a task belongs to one order: no other gets it, and nothing of such a change is written',
    async run({ open }) {
      const first = orderOf('order-77', { task: 'task-1' })
      const second = orderOf('order-78')
      await put(open(), first)
      await put(open(), second)
      const change = { order: orderOf('order-78', { task: 'task-1' }), result: undefined }
      const error = await failure(
        open().change('order-78', start, () => change),
        'giving a task to a second order',
      )
      equal([error.code, error.outcome], ['ERR_SUBMISSION_UNKNOWN', 'unknown'], 'the error')
      equal(await open().order('order-78'), second, 'the second order')
      for (const name of taskNamesOf(first))
        sameKeys(await open().named(name), ['order-77'], 'the orders of the task')
      // Its own it keeps.
      await put(open(), orderOf('order-77', { task: 'task-1', ended: true }))
      await put(open(), orderOf('order-78', { task: 'task-2' }))
    },
  },
  {
    name: 'orders that share a name come oldest first',
    async run({ open }) {
      const keys = ['m', 'z', 'a', 'k']
      for (const [index, key] of keys.entries())
        await put(open(), orderOf(key, { fingerprint: 'a boat', began: start + index, at: start + 10 }))
      const shared =
        namesOf(orderOf('m', { fingerprint: 'a boat' })).find((name) => !name.includes('m/1')) ?? ''
      sameKeys(await open().named(shared), keys, 'the orders')
    },
  },
  {
    name: 'the list of open orders has those that somebody has to look after, oldest first, and no other',
    async run({ open }) {
      await put(open(), orderOf('closed', { task: 'task-1', ended: true }))
      await put(open(), orderOf('running', { task: 'task-2', began: start + 2 }))
      await put(open(), orderOf('unknown', { began: start + 1 }))
      sameKeys(await listed(open().open()), ['unknown', 'running'], 'the open orders')
      await put(open(), orderOf('unknown', { began: start + 1, task: 'task-3', ended: true }))
      sameKeys(await listed(open().open()), ['running'], 'the open orders, once one has ended')
    },
  },
  {
    name: 'every order is listed once, however many there are, oldest first',
    async run({ open }) {
      const journal = open()
      // Three to a millisecond: where a list goes on must not be told by the time alone.
      const keys = Array.from({ length: 220 }, (_, index) => `order-${String(index).padStart(4, '0')}`)
      for (const [index, key] of keys.entries())
        await put(journal, orderOf(key, { began: start + Math.floor(index / 3) }))
      sameKeys(await listed(open().orders()), keys, 'all orders')
      sameKeys(await listed(open().open()), keys, 'all open orders')
    },
  },
  {
    name: 'a change that decides for nothing writes nothing, and answers',
    async run({ open }) {
      const order = orderOf('order-77')
      await put(open(), order)
      const asked = open().change('order-77', start + 5, (found) => ({ result: found?.key }))
      equal(await fulfilled(asked, 'asking'), 'order-77', 'the answer')
      const absent = open().change('absent', start + 5, (found) => ({ result: found === undefined }))
      equal(
        await fulfilled(absent, 'asking for what is not there'),
        true,
        'the answer about what is not there',
      )
      equal(await listed(open().orders()), [order], 'all orders')
    },
  },
  {
    name: 'a change that throws leaves nothing behind, and what it threw comes out',
    async run({ open }) {
      const order = orderOf('order-77')
      await put(open(), order)
      const thrown = new Error('thought better of it')
      const changed = open().change('order-77', start, () => {
        throw thrown
      })
      ok(
        (await rejection(changed, 'the change')) === thrown,
        'what the change threw should come out as it is',
      )
      equal(await listed(open().orders()), [order], 'all orders')
      await put(open(), orderOf('order-78'))
    },
  },
  {
    name: 'of many who change one order at once, each goes on from what the one before wrote',
    async run({ open }) {
      const journals = [open(), open(), open(), open()]
      const callers = Array.from({ length: 60 }, (_, index) => journals[index % journals.length] ?? open())
      const numbers = await Promise.all(
        callers.map((journal) =>
          journal.change('order-77', start, (found) => {
            const number = (found?.purchases.length ?? 0) + 1
            const purchases = [
              ...(found?.purchases ?? []),
              ...orderOf('order-77', { runs: number }).purchases,
            ]
            return { order: { ...orderOf('order-77'), purchases }, result: number }
          }),
        ),
      )
      const each = callers.map((_, index) => index + 1)
      equal(
        [...numbers].sort((a, b) => a - b),
        each,
        'what each of them wrote',
      )
    },
  },
]
