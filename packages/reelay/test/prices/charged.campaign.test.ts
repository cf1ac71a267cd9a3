import { expect, test } from 'vitest'
import { createMarket } from '../../../rig/test/witness/market.ts'
import { hold } from './charged.ts'

test('20,000 requests: every quote is what is charged, and every row with a price had its turn', async () => {
  const { disagreements, rows, ...tally } = await hold(30_000, 1)
  expect(disagreements).toEqual([])
  expect(tally.exact + tally.bounded).toBeGreaterThanOrEqual(20_000)
  const { providers } = await createMarket()
  const priced = providers.flatMap((provider) =>
    provider.catalog.offers
      .filter(({ state, price }) => state !== 'discontinued' && Object.keys(price.rates).length > 0)
      .map(({ kind, model, mode }) => `${provider.id} ${kind} ${model} ${mode}`),
  )
  expect(priced.filter((row) => !rows.has(row))).toEqual([])
}, 600_000)
