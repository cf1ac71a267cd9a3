import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatUsd, usd } from '../src/index.ts'

describe('money', () => {
  it.each([
    [210_000, '$0.21'],
    [3_500, '$0.0035'],
    [1_000_000, '$1.00'],
    [0, '$0.00'],
    [-84_000, '-$0.084'],
  ])('writes %i micro-USD as %s', (amount, text) => {
    expect(formatUsd(amount)).toBe(text)
  })

  it('reads back what it wrote, to the millionth', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (amount) => {
        expect(usd(Number(formatUsd(amount).replace('$', '')))).toBe(amount)
      }),
    )
  })
})
