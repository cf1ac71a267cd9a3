import { expect, it } from 'vitest'
import { campaign } from './intents.ts'

// 20,000 in all, in parts whose seed says where to look.
it.each([20_261_127, 2, 3, 4])(
  'keeps its promises in 5,000 intents of seed %i',
  { timeout: 1_800_000 },
  (seed) => {
    const { clip, none } = campaign(5_000, seed)
    // Neither end is rare: the promises about both were put to the test.
    expect(clip).toBeGreaterThan(1_500)
    expect(none).toBeGreaterThan(500)
  },
)
