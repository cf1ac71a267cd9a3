import { expect, test } from 'vitest'
import { campaign } from './campaign.ts'

// The same with 20,000 of them: bench/adoption.ts.
test('a search adopts no task of another purchase, and none at all without soleSubmitter', async () => {
  const sums = await campaign(200)
  for (const [name, { wrong, found, named, lost }] of sums) {
    expect(wrong, name).toEqual([])
    const claimed = name.includes(', soleSubmitter')
    if (claimed) expect(found, `found of ${lost}: ${name}`).toBeGreaterThan(0)
    else expect(found, name).toBe(0)
    if (!claimed) expect(named, name).toBeGreaterThan(0)
  }
  expect([...sums.keys()]).toHaveLength(6)
}, 120_000)
