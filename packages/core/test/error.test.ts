import { describe, expect, it } from 'vitest'
import { ReelayError, withDetails } from '../src/index.ts'

describe('ReelayError', () => {
  const error = new ReelayError('ERR_FUNDS', 'no units left', {
    outcome: 'rejected',
    provider: 'kling',
    httpStatus: 429,
    nativeCode: '1102',
    requestId: undefined,
  })

  it('is recognised by a shared symbol, also when made by another copy of the package', () => {
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('reelay.error'), { value: true })
    expect(ReelayError.isInstance(error)).toBe(true)
    expect(ReelayError.isInstance(foreign)).toBe(true)
    expect(ReelayError.isInstance(new Error('x'))).toBe(false)
    expect(ReelayError.isInstance(undefined)).toBe(false)
  })

  it('serialises to plain data without stack, cause or unset fields', () => {
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'ReelayError',
      message: 'no units left',
      code: 'ERR_FUNDS',
      outcome: 'rejected',
      retryable: false,
      provider: 'kling',
      httpStatus: 429,
      nativeCode: '1102',
    })
    expect('requestId' in error).toBe(false)
  })

  it('keeps everything when more becomes known', () => {
    const richer = withDetails(error, { outcome: 'accepted', requestId: 'r-1' })
    expect(richer).toMatchObject({
      code: 'ERR_FUNDS',
      outcome: 'accepted',
      nativeCode: '1102',
      requestId: 'r-1',
    })
    expect(richer.message).toBe(error.message)
    expect(richer.stack).toBe(error.stack)
  })
})
