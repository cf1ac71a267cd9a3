import { describe, expect, it } from 'vitest'
import { readOrder } from '../../src/compose/journal/read-order.ts'
import { unstorageJournal } from '../../src/compose/journal/unstorage.ts'
import { isSubmission, isTaskHandle } from '../../src/model/handle.ts'

const owned = {
  v: 1,
  provider: 'kling',
  account: 'default',
  kind: 'text-to-video',
  model: 'kling-v3',
  mode: 'std',
  route: 'text2video',
  idempotencyKey: 'order-77',
  requestHash: 'c0ffee',
}
const handle = { ...owned, id: 't-1', submittedAt: 1 }
const submission = { ...owned, attempt: 'a-1', startedAt: 1 }
const purchase = {
  id: 'a-1',
  number: 1,
  run: 'r-1',
  submission,
  quote: { type: 'exact', microUsd: 420_000 },
  state: 'bought',
  attempts: [{ submission, at: 1, until: 2, outcome: 'accepted' }],
  handle,
  stored: { state: 'not-asked' },
  at: 1,
}
const order = { v: 1, key: 'order-77', requestHash: 'c0ffee', purchases: [purchase], began: 1, at: 1 }

const withPurchase = (parts: object): object => ({ ...order, purchases: [{ ...purchase, ...parts }] })
const read = (doc: unknown) => readOrder('order-77', doc)

describe('an order read back', () => {
  it('is the very one that was kept, with what a later Reelay wrote beside what we know', () => {
    const kept = {
      ...withPurchase({ handle: { ...handle, region: 'eu' }, colour: 'teal' }),
      note: { by: 'a later version' },
    }
    expect(read(kept)).toBe(kept)
    expect(read(JSON.stringify(kept))).toEqual(kept)
  })

  it('says of a later version which one it is, and keeps what is there', () => {
    const doc = { v: 2, key: 'order-77', items: [] }
    expect(read(doc)).toEqual({
      v: 'unreadable',
      key: 'order-77',
      why: 'It is of version 2, and this Reelay reads version 1.',
      doc,
    })
  })

  it.each([
    ['a state of no word we know', withPurchase({ state: 'paid' }), 'It is damaged at purchases.0.state.'],
    ['a handle without its id', withPurchase({ handle: owned }), 'It is damaged at purchases.0.handle.'],
    [
      'an attempt without a name',
      withPurchase({ attempts: [{ ...purchase.attempts[0], submission: { ...submission, attempt: '' } }] }),
      'It is damaged at purchases.0.attempts.0.submission.',
    ],
    ['no purchases', { ...order, purchases: undefined }, 'It is damaged at purchases.'],
    ['the key of another', { ...order, key: 'order-78' }, 'It is damaged.'],
    ['text that is no JSON', '{"v":1', 'It is damaged.'],
    ['nothing', null, 'It is damaged.'],
  ])('%s is told as damage, with its place, and is never absent', (_, doc, why) => {
    expect(read(doc)).toEqual({ v: 'unreadable', key: 'order-77', why, doc })
  })
})

describe('a handle read back', () => {
  it('may have more than we know, and a kind or mode of a later version', () => {
    expect(isTaskHandle({ ...handle, kind: 'lip-sync', mode: '8k', shard: 3 })).toBe(true)
  })

  it.each([
    ['no text', { ...handle, id: 7 }],
    ['an empty part', { ...handle, route: '' }],
    ['a part longer than an index takes', { ...handle, id: 'x'.repeat(2_001) }],
    ['a time that is none', { ...handle, submittedAt: Number.NaN }],
    ['another version', { ...handle, v: 2 }],
    ['a list', [handle]],
    ['nothing', undefined],
  ])('with %s is none', (_, value) => {
    expect(isTaskHandle(value)).toBe(false)
  })

  it('that refuses even to be looked at is none, and nothing is thrown', () => {
    const shy = new Proxy(handle, {
      get() {
        throw new Error('not yours')
      },
    })
    expect([isTaskHandle(shy), isSubmission(shy)]).toEqual([false, false])
  })

  it('of a purchase is its submission: what it was found by is text', () => {
    expect(isSubmission(submission)).toBe(true)
    expect(isSubmission({ ...submission, externalId: 7 })).toBe(false)
    expect(isSubmission({ ...submission, fingerprint: '' })).toBe(false)
  })
})

describe('a reservation read back', () => {
  function storage(rows: Readonly<Record<string, string>>) {
    const items = new Map(Object.entries(rows))
    return {
      getItem: async (key: string) => items.get(key) ?? null,
      setItem: async (key: string, value: string) => void items.set(key, value),
      getKeys: async (base = '') => [...items.keys()].filter((key) => key.startsWith(base)),
      removeItem: async (key: string) => void items.delete(key),
    }
  }
  const asked = { id: 'r-2', budget: 'day', key: 'order-78', amount: 2, limit: 10, windowMs: 1_000, at: 5 }
  const spent = { id: 'r-1', budget: 'day', key: 'order-77', amount: 9, at: 4, spent: true }
  const journalOf = (row: string) => unstorageJournal(storage({ 'reelay:reservations:1': row }))

  it('counts', async () => {
    const answer = await journalOf(JSON.stringify(spent)).reserve(asked)
    expect(answer).toMatchObject({ state: 'exceeded', used: 9 })
  })

  it.each([
    ['without its budget', JSON.stringify({ ...spent, budget: undefined })],
    ['without its time', JSON.stringify({ ...spent, at: undefined })],
    ['of an amount in words', JSON.stringify({ ...spent, amount: 'nine' })],
    ['cut off in the middle', '{"id":"r-1","budget":"da'],
  ])(
    '%s may be money that was spent: no more is set aside, and orders are read as before',
    async (_, row) => {
      const journal = journalOf(row)
      await expect(journal.reserve(asked)).rejects.toMatchObject({
        code: 'ERR_CONFIG',
        outcome: 'none',
        message: expect.stringContaining('cannot be read'),
      })
      expect(await journal.order('order-77')).toBeUndefined()
    },
  )
})
