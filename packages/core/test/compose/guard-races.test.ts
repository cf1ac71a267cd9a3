import { createVirtualClock } from '@reelay/testing/clock'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { guard, type Journal, memoryJournal, usd } from '../../src/index.ts'
import { clip, createMarket, type Ending } from './guard-market.ts'
import { used } from './journaled-support.ts'

const limit = usd(1)
const price = 210_000

/** The same journal, held to the limit at every change. */
function audited(): Journal {
  const inner = memoryJournal()
  const held = async (): Promise<void> => expect(await used(inner)).toBeLessThanOrEqual(limit)
  return {
    ...inner,
    async amend(...asked) {
      const answer = await inner.amend(...asked)
      await held()
      return answer
    },
    async reserve(asked) {
      const answer = await inner.reserve(asked)
      await held()
      return answer
    },
  }
}

const plan = fc.record({
  ending: fc.constantFrom<Ending>('accepted', 'accepted', 'rejected', 'unknown'),
  status: fc.constantFrom('succeeded', 'failed', 'canceled'),
  cost: fc.option(fc.integer({ min: 0, max: price })),
  reads: fc.integer({ min: 0, max: 2 }),
})

it('never overspends, whatever the order in which submits and endings come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(plan, { maxLength: 25 }), async (scheduler, plans) => {
      const clock = createVirtualClock()
      const journal = audited()
      const step = (label: string): Promise<unknown> => scheduler.schedule(Promise.resolve(), label)
      // What is or may be owed to the provider, counted on its side.
      const owed = new Map<string, number>()
      const market = createMarket(clock, {
        async ending(key) {
          const { ending = 'rejected' } = plans[Number(key)] ?? {}
          owed.set(key, price)
          await step(`answer ${key}`)
          if (ending === 'rejected') owed.delete(key)
          return ending
        },
      })
      // Two guards, as in two processes.
      const guards = [0, 1].map(() =>
        guard(market, { budget: { amount: limit, windowMs: 3_600_000 }, journal }),
      )
      const total = (): number => [...owed.values()].reduce((sum, amount) => sum + amount, 0)

      async function life({ status, cost, reads }: (typeof plans)[number], index: number): Promise<void> {
        const [one, other] = index % 2 === 0 ? guards : [...guards].reverse()
        await step(`submit ${index}`)
        const key = String(index)
        const task = await one?.submit(clip, { idempotencyKey: key }).catch(() => undefined)
        expect(total()).toBeLessThanOrEqual(limit)
        if (!task) return
        await step(`end ${index}`)
        market.end(task.handle, status, cost === null ? undefined : { microUsd: cost, basis: 'reported' })
        for (let read = 0; read < reads; read++) {
          await step(`read ${index}`)
          // From now on the provider asks for no more than this.
          owed.set(key, cost ?? price)
          await (read === 0 ? one : other)?.get(task.handle)
        }
      }

      const lives = plans.map(life)
      await scheduler.waitFor(Promise.all(lives))
      expect(total()).toBeLessThanOrEqual(limit)
      // Nothing is forgotten either: what is owed is what is counted.
      expect(await used(journal)).toBe(total())
    }),
    { numRuns: 150 },
  )
})
