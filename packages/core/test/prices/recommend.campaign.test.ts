import { expect, it } from 'vitest'
import { campaign } from './intents.ts'

it('keeps its promises in 20,000 intents', { timeout: 900_000 }, () => {
  const { clip, none } = campaign(20_000, 20_261_127)
  // Neither end is rare: the promises about both were put to the test.
  expect(clip).toBeGreaterThan(5_000)
  expect(none).toBeGreaterThan(2_000)
})
