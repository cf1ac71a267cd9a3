import { expect, test } from 'vitest'
import { reportOf, testify } from './schemas.ts'

const page = new URL('../../../../docs/published-schemas.md', import.meta.url).pathname

test('4,000 requests: adapters, wires and published schemas, and the page of where they differ', async () => {
  const testimony = await testify(4_000, 1)
  expect([...testimony.stricter]).toEqual([])
  await expect(reportOf(testimony)).toMatchFileSnapshot(page)
})
