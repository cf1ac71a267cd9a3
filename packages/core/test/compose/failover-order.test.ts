import { describe, expect, it } from 'vitest'
import { problem } from '../../src/adapter.ts'
import { type FailoverPolicy, failover, type VideoProvider } from '../../src/index.ts'
import { leaf, request, thrown } from './failover-leaves.ts'

const refused = [['ERR_UNAVAILABLE', 'rejected']] as const
const unsupported = [problem('model', 'unsupported', 'It does not sell it.', 'Use another.')]
const invalid = [problem('duration', 'one-of', 'It does not sell 7 s.', 'Use 5.')]

/** The order in which leaves that all refuse are tried. */
async function orderOf(leaves: readonly VideoProvider[], policy: FailoverPolicy): Promise<readonly string[]> {
  const error = await thrown(failover(leaves, { ...policy, breaker: false }).submit(request))
  return (error.attempts ?? []).map(({ provider, account }) => `${provider}/${account}`)
}

/** Random numbers that are the same each time. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

describe('the order', () => {
  const three = (): readonly VideoProvider[] => [
    leaf('dear', refused, { usd: 300_000 }),
    leaf('unpriced', refused, { usd: undefined }),
    leaf('cheap', refused, { usd: 100_000 }),
  ]
  const maxCost = Number.POSITIVE_INFINITY

  it('is as given', async () => {
    expect(await orderOf(three(), { maxCost })).toEqual(['dear/default', 'unpriced/default', 'cheap/default'])
  })

  it('is from cheap to dear, the unknown last', async () => {
    const order = await orderOf(three(), { order: 'cheapest', maxCost })
    expect(order).toEqual(['cheap/default', 'dear/default', 'unpriced/default'])
  })

  it('is drawn by weight, by account before id, each leaf once', async () => {
    const weight = { kling: 3, 'kling/b': 1, fal: 0 }
    const leaves = [
      leaf('fal', refused),
      leaf('kling', refused, { account: 'a' }),
      leaf('kling', refused, { account: 'b' }),
    ]
    const random = seeded(7)
    const provider = failover(leaves, { order: { weight }, random, breaker: false })
    const firsts = new Map<string, number>()
    for (let n = 0; n < 1_000; n++) {
      const { attempts = [] } = await thrown(provider.submit(request))
      const names = attempts.map((attempt) => `${attempt.provider}/${attempt.account}`)
      expect(new Set(names).size).toBe(3)
      expect(names[2]).toBe('fal/default')
      firsts.set(names[0] ?? '', (firsts.get(names[0] ?? '') ?? 0) + 1)
    }
    expect(firsts.get('kling/a')).toBeGreaterThan(700)
    expect(firsts.get('kling/a')).toBeLessThan(800)
  })

  it('is the same for the same random numbers', async () => {
    const run = () => orderOf(three(), { order: { weight: {} }, random: seeded(3), maxCost })
    expect(await run()).toEqual(await run())
  })
})

describe('a leaf that cannot serve the request', () => {
  it('is passed over for free', async () => {
    const first = leaf('a', ['task'], { problems: unsupported })
    const task = await failover([first, leaf('b', ['task'])]).submit(request)
    expect(first.submits).toHaveLength(0)
    expect(task.attempts).toMatchObject([
      { provider: 'a', skipped: 'check', code: 'ERR_UNSUPPORTED', outcome: 'none' },
      { provider: 'b', outcome: 'accepted' },
    ])
  })

  it('may be all of them: the error says so for each, with the problems that check() finds', async () => {
    const provider = failover([
      leaf('a', ['task'], { problems: unsupported }),
      leaf('b', ['task'], { problems: invalid }),
    ])
    const error = await thrown(provider.submit(request))
    expect(error).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none', problems: invalid })
    expect(error.message).toContain('a (default): ERR_UNSUPPORTED, not asked. model: It does not sell it.')
    expect(error.message).toContain(
      'b (default): ERR_INVALID_REQUEST, not asked. duration: It does not sell 7 s.',
    )
    const nobody = failover([leaf('a', ['task'], { problems: unsupported })])
    expect((await thrown(nobody.submit(request))).code).toBe('ERR_UNSUPPORTED')
  })
})

describe('a dearer leaf', () => {
  const [dear, cheap] = [{ usd: 300_000 }, { usd: 200_000 }]

  it('is passed over unless maxCost allows it', async () => {
    const second = leaf('b', ['task'], dear)
    const error = await thrown(failover([leaf('a', refused, cheap), second]).submit(request))
    expect(error).toMatchObject({ code: 'ERR_UNAVAILABLE', outcome: 'rejected', provider: 'a' })
    expect(error.message).toContain(
      'b (default): ERR_BUDGET, not asked. It may cost $0.30, and the first provider costs $0.20.',
    )
    expect(second.submits).toHaveLength(0)
    const allowed = failover([leaf('a', refused, cheap), second], { maxCost: 300_000 })
    expect((await allowed.submit(request)).handle.provider).toBe('b')
  })

  it('is measured at the first leaf that can serve, also while its breaker is open', async () => {
    const first = leaf('a', refused, cheap)
    const provider = failover([first, leaf('b', ['task'], dear)], {
      breaker: { failures: 1, halfOpenAfterMs: 9 },
    })
    await thrown(provider.submit(request))
    const error = await thrown(provider.submit(request))
    expect(error.attempts).toMatchObject([{ skipped: 'breaker' }, { skipped: 'cost' }])
  })

  it('or one of unknown price needs leave, and an unknown first price covers nothing', async () => {
    const unpriced = { usd: undefined }
    const hop = async (from: object, to: object, policy: FailoverPolicy = {}): Promise<boolean> =>
      failover([leaf('a', refused, from), leaf('b', ['task'], to)], policy)
        .submit(request)
        .then(
          () => true,
          () => false,
        )
    expect(await hop(cheap, unpriced)).toBe(false)
    expect(await hop(cheap, unpriced, { maxCost: 900_000 })).toBe(false)
    expect(await hop(cheap, unpriced, { maxCost: Number.POSITIVE_INFINITY })).toBe(true)
    expect(await hop(unpriced, unpriced)).toBe(false)
    expect(await hop(unpriced, cheap)).toBe(false)
    expect(await hop(unpriced, cheap, { maxCost: 900_000 })).toBe(true)
  })

  it('that comes first is bound by maxCost as well', async () => {
    const error = await thrown(failover([leaf('a', ['task'], dear)], { maxCost: 250_000 }).submit(request))
    expect(error).toMatchObject({ code: 'ERR_BUDGET', outcome: 'none' })
    expect(error.attempts?.[0]?.reason).toBe('It may cost $0.30, and maxCost allows $0.25.')
  })
})

describe('the quote', () => {
  const leaves = (): readonly VideoProvider[] => [
    leaf('a', ['task'], { usd: 200_000 }),
    leaf('b', ['task'], { usd: 300_000 }),
    leaf('c', ['task'], { usd: 900_000, problems: unsupported }),
  ]
  it.each([
    ['the first leaf alone, since a dearer one is not used', {}, { type: 'exact', microUsd: 200_000 }],
    ['every leaf that maxCost allows', { maxCost: 300_000 }, { type: 'bounded', min: 200_000, max: 300_000 }],
    ['whoever may be drawn first', { order: { weight: { a: 1 } } }, { type: 'bounded', max: 300_000 }],
    ['nobody', { maxCost: 1 }, { type: 'unknown' }],
  ] as const)('covers %s', (_name, policy, quote) => {
    expect(failover(leaves(), policy).quote(request)).toMatchObject(quote)
  })
})

describe('model and mode', () => {
  it('are those of the first leaf that can serve, whatever the others have as a default', async () => {
    const second = leaf('b', ['task'], { catalog: { defaultModel: 'kling-v9' } })
    const provider = failover([leaf('a', refused), second])
    await provider.submit({ kind: 'text-to-video', prompt: 'A paper boat' })
    expect(second.submits[0]?.request).toMatchObject({ model: 'kling-v3', mode: 'std' })
  })
})

describe('a wrong policy', () => {
  it.each([
    ['weights of nobody', { order: { weight: { klin: 1 } } }],
    ['a weight below 0', { order: { weight: { a: -1 } } }],
    ['a cap that is no number', { maxCost: Number.NaN }],
    ['a breaker that is always open', { breaker: { failures: 0, halfOpenAfterMs: 1 } }],
  ])('with %s is refused', (_name, policy) => {
    expect(() => failover([leaf('a', ['task'])], policy)).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG' }),
    )
  })

  it('so are no leaves, and twins', () => {
    expect(() => failover([])).toThrow('no provider')
    expect(() => failover([leaf('a', []), leaf('a', [])])).toThrow('account name of its own')
    const inner = failover([leaf('a', [])])
    expect(() => failover([inner, leaf('a', [])])).toThrow('account name of its own')
    expect(() => failover([leaf('a', []), inner])).toThrow('account name of its own')
    expect(failover([inner, failover([leaf('b', [])])]).id).toBe('failover')
  })
})
