import { expect, test } from 'vitest'
import { campaign } from './mutations.ts'

// The same with 20,000 of them: bench/mutations.ts.
test('mutated replies to a create: one verdict each, never a refusal that names a task, never a foreign error', async () => {
  const { broken, verdicts, replies } = await campaign(600)
  expect(broken).toEqual([])
  expect(replies).toBe(600)
  // Every provider comes to each of the three.
  expect([...verdicts.keys()].sort()).toHaveLength(12)
}, 120_000)
