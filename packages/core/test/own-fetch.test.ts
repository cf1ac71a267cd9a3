import { describe, expect, it } from 'vitest'
import { isRuntimeFetch } from '../src/provider/http/exchange.ts'

const real = globalThis.fetch

/** Like Sentry's instrumentation: what wraps something prints what it wraps. */
function disguised(wrapper: typeof fetch): boolean {
  const honest = Function.prototype.toString
  Function.prototype.toString = function (this: unknown): string {
    return honest.call(this === wrapper ? real : this)
  }
  try {
    return isRuntimeFetch(wrapper)
  } finally {
    Function.prototype.toString = honest
  }
}

const named = {
  async fetch(...given: Parameters<typeof real>): Promise<Response> {
    return real(...given)
  },
}

describe('the runtime’s own fetch', () => {
  it('is known', () => {
    expect(isRuntimeFetch(real)).toBe(true)
  })

  it.each([
    ['an arrow function around it', (...given: Parameters<typeof real>) => real(...given)],
    ['a function of its name', named.fetch],
    ['a Proxy', new Proxy(real, {})],
    ['a Proxy that calls it twice', new Proxy(real, { apply: (it, _, given) => it(...(given as [string])) })],
    ['bind', real.bind(globalThis)],
    ['bind, of a wrapper of its name', named.fetch.bind(named)],
    [
      'its own toString',
      Object.assign((...given: Parameters<typeof real>) => real(...given), {
        toString: () => String(real),
      }),
    ],
    [
      'its own name and toString',
      Object.defineProperties((...given: Parameters<typeof real>) => real(...given), {
        name: { value: 'fetch' },
        toString: { value: () => String(real) },
      }),
    ],
    ['no function', { name: 'fetch' }],
    ['nothing', undefined],
  ])('is not %s', (_what, given) => {
    expect(isRuntimeFetch(given)).toBe(false)
  })

  it('is not a wrapper that prints as what it wraps, whoever was first', async () => {
    expect(disguised(named.fetch)).toBe(false)
    const honest = Function.prototype.toString
    Function.prototype.toString = function (this: unknown): string {
      return honest.call(this === named.fetch ? real : this)
    }
    try {
      const late: string = '../src/provider/http/exchange.ts?late'
      const { isRuntimeFetch: isLate } = (await import(late)) as { isRuntimeFetch: typeof isRuntimeFetch }
      expect([isLate(named.fetch), isLate(real)]).toEqual([false, false])
    } finally {
      Function.prototype.toString = honest
    }
  })
})
