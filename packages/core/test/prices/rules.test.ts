import { mostOf, type PriceRule, type Quote } from '@reelay/core'
import { quoteBy } from '@reelay/core/adapter'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const rule: PriceRule = {
  unit: 'unit',
  unitUsd: 140_000,
  per: 'second',
  rates: { silent: 0.6, audio: 0.9 },
  source: 'a price page',
  asOf: '2026-11-27',
}
const dubbing: PriceRule = {
  ...rule,
  unit: 'usd',
  unitUsd: 1_000_000,
  per: 'input-second',
  rates: { any: 0.014 },
}
const exact = (quote: Quote): number | string => (quote.type === 'exact' ? quote.microUsd : quote.type)

describe('one price by a rule', () => {
  test.each<[string, PriceRule, Parameters<typeof quoteBy>[1], number | string]>([
    ['5 s silent', rule, { variant: 'silent', amounts: { second: 5 } }, 420_000],
    ['7 s with sound', rule, { variant: 'audio', amounts: { second: 7 } }, 882_000],
    ['a variant that is not sold', rule, { variant: '8k', amounts: { second: 5 } }, 'unknown'],
    [
      'what is not counted',
      { ...rule, per: 'clip' },
      { variant: 'silent', amounts: { second: 5 } },
      'unknown',
    ],
    // fal, lip-sync: 0.014 per second of input, rounded up to 5 s steps; 3 s are 0.07.
    ['a begun step', { ...dubbing, step: 5 }, { variant: 'any', amounts: { 'input-second': 3 } }, 70_000],
    [
      'two begun steps',
      { ...dubbing, step: 5 },
      { variant: 'x', amounts: { 'input-second': 5.001 } },
      140_000,
    ],
    ['a whole step', { ...dubbing, step: 5 }, { variant: 'x', amounts: { 'input-second': 10 } }, 140_000],
    [
      'rounded to the nearest',
      { ...dubbing, round: true },
      { variant: 'x', amounts: { 'input-second': 4.4 } },
      56_000,
    ],
    ['at least', { ...dubbing, least: 3 }, { variant: 'x', amounts: { 'input-second': 1 } }, 42_000],
    [
      'images',
      { ...rule, per: 'image', rates: { any: 8 }, unitUsd: 3_500 },
      { variant: '2k', amounts: { image: 4 } },
      112_000,
    ],
    ['an unknown length', dubbing, { variant: 'any', amounts: { 'input-second': [2, 60] } }, 'bounded'],
    [
      'an unknown length within one step',
      { ...dubbing, step: 5 },
      { variant: 'any', amounts: { 'input-second': [1, 5] } },
      70_000,
    ],
  ])('%s', (_name, price, billing, expected) => {
    expect(exact(quoteBy(price, billing, 'a row'))).toBe(expected)
  })

  test('why it is unknown is said', () => {
    const clip = quoteBy(dubbing, { variant: 'any', amounts: { second: 5 } }, 'kling-v3 std')
    expect(clip).toEqual({
      type: 'unknown',
      why: 'kling-v3 std is charged by how many seconds go in, which is not known before.',
    })
    const hosted = quoteBy(
      { ...rule, rates: {}, why: 'Paid per seat.' },
      { variant: 'any', amounts: {} },
      'x',
    )
    expect(hosted).toEqual({ type: 'unknown', why: 'Paid per seat.' })
  })

  test('its basis is that of the variant, its source that of the rule', () => {
    const mixed: PriceRule = { ...rule, basis: { silent: 'list', audio: 'derived' } }
    const of = (variant: string) => quoteBy(mixed, { variant, amounts: { second: 5 } }, 'x')
    expect(of('silent')).toMatchObject({ basis: 'list', source: 'a price page', asOf: '2026-11-27' })
    expect(of('audio')).toMatchObject({ basis: 'derived' })
  })

  test('more never costs less, and a charge lies between the ends of its quote', () => {
    const steps = fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined })
    const seconds = fc.double({ min: 0.1, max: 300, noNaN: true })
    fc.assert(
      fc.property(
        seconds,
        seconds,
        seconds,
        steps,
        fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
        fc.constantFrom(undefined, true as const),
        (a, b, c, step, least, round) => {
          const [low = 0, middle = 0, high = 0] = [a, b, c].sort((one, other) => one - other)
          const price: PriceRule = {
            ...dubbing,
            ...(step !== undefined && { step }),
            ...(least !== undefined && { least }),
            ...(round && { round }),
          }
          const of = (amount: number | readonly [number, number]): Quote =>
            quoteBy(price, { variant: 'any', amounts: { 'input-second': amount } }, 'x')
          const charged = of(middle)
          const quoted = of([low, high])
          if (charged.type !== 'exact' || quoted.type === 'unknown') throw new Error('no price')
          const from = quoted.type === 'exact' ? quoted.microUsd : quoted.min
          expect(charged.microUsd).toBeGreaterThanOrEqual(from)
          expect(charged.microUsd).toBeLessThanOrEqual(mostOf(quoted) ?? 0)
        },
      ),
    )
  })
})
