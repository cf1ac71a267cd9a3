import { expect, test } from 'vitest'
import { guide } from './guide.ts'

test('20,000 requests of all kinds at all providers: the check and the wires are of one mind', async () => {
  const { disagreements, untried, ...tally } = await guide(23_000, 1, 60)
  console.log(tally)
  expect(disagreements).toEqual([])
  expect(23_000 - tally.unverified).toBeGreaterThanOrEqual(20_000)
  expect(untried).toEqual([])
})
