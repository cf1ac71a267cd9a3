import { expect, test } from 'vitest'
import { hold } from './charged.ts'

test('what is quoted is what the emulated providers charge, by price tables of their own', async () => {
  const { disagreements, exact } = await hold(400, 20_261_127)
  expect(disagreements).toEqual([])
  expect(exact).toBeGreaterThan(250)
}, 60_000)
