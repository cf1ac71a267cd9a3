import { describe, expect, it } from 'vitest'
import { readUsage, type UsageRow } from '../../src/adapter.ts'
import { ReelayError, readUsages, type UsageReader } from '../../src/index.ts'

const to = Date.parse('2026-11-27')
const charge = (taskId: string, more: Partial<UsageRow> = {}): UsageRow => ({
  taskId,
  at: to - 1,
  native: { amount: 3, unit: 'unit' },
  microUsd: 420_000,
  basis: 'reported',
  ...more,
})
const entry = (row: UsageRow) => ({ key: JSON.stringify(row), row })

describe('the pages of books', () => {
  it.each([
    ['money without end', { microUsd: Number.POSITIVE_INFINITY }],
    ['money that is no number', { microUsd: Number.NaN }],
    ['money that no double counts', { microUsd: 2 ** 60 }],
    ['units without end', { native: { amount: Number.POSITIVE_INFINITY, unit: 'unit' } }],
    ['a moment that is no date', { at: 1e20 }],
    ['a moment that is no number', { at: Number.NaN }],
    ['seconds without end', { seconds: Number.POSITIVE_INFINITY }],
  ])('%s: left out of every sum, and told', async (_name, more) => {
    const entries = [charge('good'), charge('bad', more)].map(entry)
    const { rows, gaps } = await readUsage('the ledger', async () => ({ entries, unread: 0 }))
    expect([rows.map(({ taskId }) => taskId), gaps]).toEqual([
      ['good'],
      [{ what: 'rows', message: expect.stringContaining('1 of the ledger') }],
    ])
  })

  it('money given back is a row like any other', async () => {
    const back = charge('t', { microUsd: -420_000, native: { amount: -3, unit: 'unit' } })
    const { rows, gaps } = await readUsage('the ledger', async () => ({ entries: [entry(back)], unread: 0 }))
    expect([rows, gaps]).toEqual([[back], []])
  })

  it('a charge at the border of two times is in the later one alone', async () => {
    const entries = [charge('before'), charge('border', { at: to })].map(entry)
    const page = async () => ({ entries, unread: 0 })
    const { rows } = await readUsage('the ledger', page, { to })
    expect(rows.map(({ taskId }) => taskId)).toEqual(['before'])
  })

  it('more that cannot be asked for is told', async () => {
    const { gaps } = await readUsage('the ledger', async () => ({ entries: [], unread: 0, brokenOff: true }))
    expect(gaps).toEqual([{ what: 'rows', message: expect.stringContaining('did not come to an end') }])
  })

  it('a cursor that is always a new one ends', async () => {
    let asked = 0
    const { gaps } = await readUsage('the ledger', async () => ({
      entries: [],
      unread: 0,
      next: `cursor ${++asked}`,
    }))
    expect(asked).toBeLessThanOrEqual(10_001)
    expect(gaps).toEqual([{ what: 'rows', message: expect.stringContaining('did not come to an end') }])
  })
})

describe('the books of several accounts', () => {
  const who = (id: string, usage?: UsageReader) => ({ id, account: 'default', ...(usage && { usage }) })
  const report = { provider: 'c', account: 'default', from: 0, to: 1, readAt: 1, completeUntil: 1 }
  const good: UsageReader = async () => ({ ...report, rows: [], gaps: [] })

  it('one that throws, whatever it throws, stops nobody, and its words stay out', async () => {
    const foreign = who('a', async () => {
      throw new TypeError('secret-in-a-header')
    })
    const stopped = who('b', async () => {
      throw new ReelayError('ERR_ABORTED', 'It stopped itself.', { outcome: 'none' })
    })
    const read = await readUsages([foreign, stopped, who('c', good), who('d')])
    expect(read.map((one) => ('why' in one ? one.why : one.provider))).toEqual([
      expect.stringContaining('usage()'),
      'It stopped itself.',
      'c',
      expect.stringContaining('no books'),
    ])
    expect(JSON.stringify(read)).not.toContain('secret')
  })

  it('who is told to stop asks nobody else', async () => {
    const stop = new AbortController()
    let asked = 0
    const first = who('a', async () => {
      stop.abort()
      throw new ReelayError('ERR_ABORTED', 'Stopped.', { outcome: 'none' })
    })
    const second = who('b', (options) => {
      asked += 1
      return good(options)
    })
    await expect(readUsages([first, second], { abortSignal: stop.signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    })
    expect(asked).toBe(0)
  })
})
