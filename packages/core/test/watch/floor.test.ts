import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type History, readsOf, type Somebody, tooSoon } from './floor.ts'

const floorMs = 5_000

const often = fc.constantFrom(undefined, 1, 4_000, 7_000)
const gone = fc.option(fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 60_000 })), {
  nil: undefined,
})
const ways = ['wait', 'watch', 'hint', 'other headers', 'short deadline'] as const

/** Few tasks that many wait for, most of them for one: whoever reads alone meets whoever reads a list. */
const close: fc.Arbitrary<Somebody> = fc.record({
  atMs: fc.nat({ max: 60_000 }),
  from: fc.nat({ max: 5 }),
  count: fc.oneof(
    { weight: 3, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 5 }) },
  ),
  how: fc.constantFrom(...ways, 'other headers' as const),
  everyMs: often,
  goneAfterMs: gone,
})

const wide: fc.Arbitrary<Somebody> = fc.record({
  atMs: fc.nat({ max: 100_000 }),
  from: fc.nat({ max: 11 }),
  count: fc.integer({ min: 1, max: 12 }),
  how: fc.constantFrom(...ways),
  everyMs: often,
  goneAfterMs: gone,
})

const line = {
  seed: fc.integer(),
  slowMs: fc.constantFrom(0, 0, 300, 4_000),
  failing: fc.constantFrom(0, 0, 0.05),
  silent: fc.constantFrom(0, 0, 0, 0.04),
}

const histories: fc.Arbitrary<History> = fc.oneof(
  fc.record({
    people: fc.array(close, { minLength: 2, maxLength: 16 }),
    count: fc.integer({ min: 2, max: 6 }),
    strangers: fc.nat({ max: 6 }),
    ...line,
  }),
  fc.record({
    people: fc.array(wide, { minLength: 1, maxLength: 12 }),
    count: fc.integer({ min: 1, max: 12 }),
    strangers: fc.nat({ max: 30 }),
    ...line,
  }),
)

// Found by other seeds: each was read too soon once.
const found: readonly (readonly [string, History])[] = [
  [
    'also when a list brings along what another lane has just read alone',
    {
      people: [
        { atMs: 99_952, from: 4, count: 4, how: 'hint', everyMs: 7_000 },
        { atMs: 39_734, from: 3, count: 4, how: 'other headers', everyMs: 4_000, goneAfterMs: 54_292 },
        { atMs: 65_871, from: 6, count: 3, how: 'watch', everyMs: 4_000, goneAfterMs: 17_961 },
        { atMs: 13_601, from: 7, count: 1, how: 'wait', everyMs: 4_000, goneAfterMs: 21_878 },
        { atMs: 97_142, from: 2, count: 12, how: 'other headers', everyMs: 7_000, goneAfterMs: 47_489 },
        { atMs: 17_576, from: 1, count: 1, how: 'other headers', everyMs: 7_000, goneAfterMs: 42_301 },
        { atMs: 90_704, from: 7, count: 2, how: 'other headers', everyMs: 1, goneAfterMs: 59_849 },
        { atMs: 10_038, from: 4, count: 12, how: 'hint', goneAfterMs: 32_233 },
      ],
      count: 10,
      strangers: 26,
      seed: 1,
    },
  ],
  [
    'also when only two wait, each in a way of its own',
    {
      people: [
        { atMs: 0, from: 2, count: 1, how: 'wait' },
        { atMs: 5_635, from: 0, count: 1, how: 'other headers' },
      ],
      count: 2,
      strangers: 3,
      seed: 0,
    },
  ],
  [
    'also when those who asked for a list have gone before its answer came',
    {
      people: [
        { atMs: 717, from: 2, count: 1, how: 'other headers' },
        { atMs: 716, from: 0, count: 2, how: 'wait', everyMs: 1, goneAfterMs: 1 },
      ],
      count: 1,
      strangers: 4,
      seed: -688_946_850,
      silent: 0.04,
    },
  ],
  [
    'also when calls end in silence and are tried again',
    {
      people: [
        { atMs: 0, from: 1, count: 6, how: 'wait' },
        { atMs: 62_035, from: 0, count: 9, how: 'wait', everyMs: 1, goneAfterMs: 8_339 },
        { atMs: 76_153, from: 1, count: 10, how: 'watch', goneAfterMs: 10_772 },
        { atMs: 61_024, from: 5, count: 3, how: 'other headers', everyMs: 7_000 },
        { atMs: 5_225, from: 2, count: 7, how: 'other headers', everyMs: 4_000, goneAfterMs: 223 },
      ],
      count: 11,
      strangers: 11,
      seed: -14,
      slowMs: 9_000,
      failing: 0.1,
      silent: 0.12,
    },
  ],
  [
    'also when the answer to a question for one task took long',
    {
      people: [{ atMs: 0, from: 0, count: 2, how: 'wait' }],
      count: 1,
      strangers: 24,
      seed: 17,
      slowMs: 4_000,
    },
  ],
]

describe('one Kling task', () => {
  it.each(found)('is read at most every 5 s, %s', async (_name, history) => {
    const reads = await readsOf(history)
    expect(reads.length).toBeGreaterThan(1)
    expect(tooSoon(reads, floorMs)).toEqual([])
  })

  it('is read at most every 5 s, alone or in a list, whoever waits for it and in whatever way', async () => {
    const property = fc.asyncProperty(histories, async (history) => {
      expect(tooSoon(await readsOf(history), floorMs)).toEqual([])
    })
    // The same histories each time: nobody's change fails by somebody else's luck. Change the seed to try others.
    await fc.assert(property, { numRuns: 20, seed: 20_261_126, endOnFailure: true })
  }, 120_000)
})
