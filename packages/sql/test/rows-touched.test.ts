import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { spansSince } from '../src/budgets/sums.ts'
import type { Driver } from '../src/driver.ts'
import { journalOver } from '../src/journal.ts'
import type { Row, Script, Statement } from '../src/script.ts'
import { sqliteDriver } from '../src/sqlite/driver.ts'
import { temporary } from './support.ts'
import { orderOf } from './support-order.ts'

/** Notes every statement that a journal runs. */
function listening(driver: Driver): { readonly driver: Driver; readonly statements: Statement[] } {
  const statements: Statement[] = []
  function* noted<Result>(script: Script<Result>): Script<Result> {
    let rows: readonly Row[] = []
    for (;;) {
      const step = script.next(rows)
      if (step.done) return step.value
      statements.push(step.value)
      rows = yield step.value
    }
  }
  return {
    statements,
    driver: {
      ...driver,
      read: (script) => driver.read(() => noted(script())),
      write: (script) => driver.write(() => noted(script())),
    },
  }
}

const hour = 3_600_000
const closed = (key: string, at: number): ReturnType<typeof orderOf> => {
  const order = orderOf(key, at)
  return { ...order, purchases: order.purchases.map((one) => ({ ...one, state: 'nothing' as const })) }
}

/** How SQLite goes about each statement there is. */
async function plansOf(): Promise<ReadonlyMap<string, readonly string[]>> {
  const plans = new Map<string, readonly string[]>()

  const { driver, statements } = listening(sqliteDriver(join(temporary(), 'reelay.db'), 1_000))
  const journal = journalOver(driver)
  await journal.order('order-77')
  statements.length = 0
  await journal.change('order-77', 1, (_, now) => ({ order: orderOf('order-77', now), result: undefined }))
  await journal.change('order-77', 1, (_, now) => ({ order: closed('order-77', now), result: undefined }))
  await journal.named('task 1')
  for await (const _ of journal.open()) break
  for await (const _ of journal.orders()) break
  const asked = { budget: 'b', key: 'order-77', amount: 60, limit: 100, windowMs: hour }
  await journal.reserve({ ...asked, id: 'r1', at: 5 * hour + 77 })
  await journal.reserve({ ...asked, id: 'r2', at: 5 * hour + 78 })
  await journal.reserve({ ...asked, id: 'r3', at: 5 * hour + 79, release: ['r1'] })
  await journal.amend('r3', { spent: 5, task: 'task 1' })
  await journal.reservations('b', { task: 'task 1' })
  await journal.reservations('b', { key: 'order-77' })
  await journal.prune(1, 10 * hour)
  const texts = [...new Map(statements.map((one) => [one.text, one])).values()]
  for (const { text, values } of texts) {
    if (/SAVEPOINT/.test(text)) continue
    const rows = await driver.read(function* (): Script<readonly Row[]> {
      return yield { text: `EXPLAIN QUERY PLAN ${text}`, values }
    })
    plans.set(
      text,
      rows.map(({ detail }) => String(detail)),
    )
  }
  await journal.close()
  return plans
}

describe('no statement reads a table from end to end', () => {
  it('as SQLite plans it', async () => {
    const plans = await plansOf()

    expect(plans.size).toBeGreaterThan(20)
    for (const [text, plan] of plans) {
      // A list of values, or of what was found already, is no table.
      const scans = plan.filter(
        (detail) => /\bSCAN\b/.test(detail) && !/CONSTANT ROW|VALUES|SCAN \d+/.test(detail),
      )
      // The lists begin at their oldest, and read as many rows as they tell.
      expect([text, scans]).toEqual([text, []])
      if (/^(SELECT|UPDATE|DELETE)/.test(text))
        expect([text, plan.join()]).toEqual([text, expect.stringContaining('SEARCH')])
    }
  })

  it('nor sorts what it has found, but where few rows share a name, a key or a task', async () => {
    const sorted = [...(await plansOf())].filter(([, plan]) =>
      plan.some((detail) => /TEMP B-TREE/.test(detail)),
    )
    for (const [text] of sorted) expect(text).toMatch(/WHERE (n\.name|key|task) = \?/)
  })
})

it('a window is a few slots, however long it is', () => {
  for (const since of [0, 1, 63, 64, 65, 1_764_158_400_000, 1_764_158_400_001, 1_764_158_433_333]) {
    const spans = spansSince(since)
    expect(spans.length).toBeLessThanOrEqual(7)
    for (const { from, before } of spans.slice(0, -1)) expect(before - from).toBeLessThan(64)
    // One after the other, without a gap, from that time on.
    let at = since
    for (const { level, from, before } of spans) {
      expect(from * 64 ** level).toBe(at)
      at = before * 64 ** level
    }
  }
})
