import { expect, test } from 'vitest'
import { guide } from './guide.ts'

test('what passes the check is made, what is refused is refused by the wire, and what is suggested passes', async () => {
  const { disagreements, made, refused, mended } = await guide(400, 20_261_127, 4)
  expect(disagreements).toEqual([])
  expect(made).toBeGreaterThan(100)
  expect(refused).toBeGreaterThan(40)
  expect(mended).toBeGreaterThan(40)
})
