import { expect, test } from 'vitest'
import { testify } from './schemas.ts'

test('what passes the check is written as the providers published it', async () => {
  const { agreed, stricter, unpublished } = await testify(400, 20_261_127)
  expect([...stricter]).toEqual([])
  expect([...unpublished]).toEqual([])
  expect(agreed).toBeGreaterThan(200)
})
