import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retryAfterMs } from '../src/adapter.ts'

const now = Date.parse('2026-11-24T00:00:00Z')

describe('Retry-After', () => {
  it.each([
    ['2', 2_000],
    [' 30 ', 30_000],
    ['0.5', 500],
    ['Tue, 24 Nov 2026 00:00:05 GMT', 5_000],
    ['Mon, 23 Nov 2026 00:00:00 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    ['9'.repeat(400), undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %s ms', (value, expected) => {
    expect(retryAfterMs(value, now)).toBe(expected)
  })

  it.each([
    ['Tue, 24 Nov 2026 00:00:05 GMT', undefined],
    ['2', 2_000],
  ])('without the server’s time %j is %s ms', (value, expected) => {
    expect(retryAfterMs(value, undefined)).toBe(expected)
  })

  it('never asks for a negative or unreal wait, whatever the header says', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const wait = retryAfterMs(value, now)
        expect(wait === undefined || (Number.isFinite(wait) && wait >= 0)).toBe(true)
      }),
    )
  })
})
