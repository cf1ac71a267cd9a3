import { expect, it } from 'vitest'
import { studio } from './renders.ts'

it('500 renders: totals equal, and the list of drifts is exactly the planted one', {
  timeout: 600_000,
}, async () => {
  const { reconcile, usage, ledger, flagged } = await studio({ renders: 500, planted: 17 })
  expect(flagged).toHaveLength(17)
  const { purchases, billedMicroUsd, drifts, elsewhere, unchecked } = await reconcile({
    usage: await usage(),
  })
  expect(purchases).toBe(500)
  expect(billedMicroUsd).toBe(ledger.reduce((sum, { microUsd }) => sum + microUsd, 0))
  expect(drifts.map(({ key }) => key).sort()).toEqual(flagged.toSorted())
  expect([elsewhere, unchecked.filter(({ what }) => what !== 'gap')]).toEqual([[], []])
})
