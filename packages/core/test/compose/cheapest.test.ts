import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { problem } from '../../src/adapter.ts'
import {
  cheapest,
  type ErrorCode,
  guard,
  journaled,
  memoryJournal,
  type Quote,
  type ReelayError,
  type SubmitOptions,
  type TaskHandle,
  usd,
  type VideoProvider,
} from '../../src/index.ts'
import { leaf, request, submissionOf, thrown } from './failover-leaves.ts'

const unsupported = [problem('model', 'unsupported', 'It does not sell it.', 'Use another.')]
const invalid = [problem('duration', 'one-of', 'It does not sell 7 s.', 'Use 5.')]
const list = { basis: 'list', asOf: '2026-11-24', source: 'made up' } as const

/** A leaf that names two ends of its price. */
const bounded = (id: string, min: number, max: number) => {
  const quote = (): Quote => ({ type: 'bounded', min, max, ...list })
  return { ...leaf(id, ['task']), quote }
}
const clips = async (provider: VideoProvider): Promise<string> =>
  (await provider.submit(request)).handle.provider

describe('cheapest picks', () => {
  it('the least quote of each request, wherever it stands in the list', async () => {
    const three = [
      leaf('dear', ['task'], { usd: 300_000 }),
      leaf('cheap', ['task'], { usd: 100_000 }),
      leaf('between', ['task'], { usd: 200_000 }),
    ]
    expect(await clips(cheapest(three))).toBe('cheap')
    expect(await clips(cheapest([...three].reverse()))).toBe('cheap')
    expect(three.map(({ submits }) => submits.length)).toEqual([0, 2, 0])
  })

  it('by the dearer end of a price with two', async () => {
    const wide = bounded('wide', 50_000, 250_000)
    expect(await clips(cheapest([wide, leaf('sure', ['task'], { usd: 200_000 })]))).toBe('sure')
    expect(await clips(cheapest([wide, leaf('sure', ['task'], { usd: 300_000 })]))).toBe('wide')
  })

  it('the first of equals', async () => {
    expect(await clips(cheapest([leaf('a', ['task']), leaf('b', ['task'])]))).toBe('a')
  })

  it('nobody who cannot render it, however cheap', async () => {
    const free = leaf('a', ['task'], { usd: 1, problems: invalid })
    expect(await clips(cheapest([free, leaf('b', ['task'])]))).toBe('b')
    expect(free.submits).toHaveLength(0)
  })

  it('for the same model and mode at all of them, and says so', async () => {
    const { model: _model, mode: _mode, ...open } = request
    const two = [leaf('a', ['task'], { usd: 300_000 }), leaf('b', ['task'])]
    const provider = cheapest(two)
    const chosen = {
      model: 'kling-v3',
      mode: 'std',
      why: 'a says so. b is the cheapest of 2 that can render it: $0.10 (list price, as of 2026-11-24).',
    }
    expect(provider.appraise(open)).toMatchObject({ chosen, quote: { microUsd: 100_000 }, problems: [] })
    expect((await provider.submit(open)).chosen).toEqual(chosen)
    expect(two[1]?.submits[0]?.request).toMatchObject({ model: 'kling-v3', mode: 'std' })
  })

  it('and says which account, where one provider has two', () => {
    const provider = cheapest([
      leaf('kling', ['task'], { account: 'a', usd: 200_000 }),
      leaf('kling', ['task'], { account: 'b' }),
    ])
    expect(provider.appraise(request).chosen?.why).toContain('kling (b) is the cheapest of 2')
    const alone = cheapest([leaf('fal', ['task'], { problems: unsupported }), leaf('kling', ['task'])])
    expect(alone.appraise(request).chosen?.why).toContain('Of 2 providers only kling can render it.')
  })
})

describe('an unknown price', () => {
  const unpriced = () => leaf('unpriced', ['task'], { usd: undefined })

  it('is never a low one', async () => {
    const [dark, dear] = [unpriced(), leaf('dear', ['task'], { usd: 9_000_000 })]
    for (const options of [{}, { allowUnknownPrice: true }]) {
      expect(await clips(cheapest([dark, dear], options))).toBe('dear')
    }
    expect(dark.submits).toHaveLength(0)
  })

  it('is refused alone, and paid only by leave', async () => {
    const dark = unpriced()
    const error = await thrown(cheapest([dark]).submit(request))
    expect(error).toMatchObject({ code: 'ERR_BUDGET', outcome: 'none', provider: 'cheapest' })
    expect(cheapest([dark]).quote(request).type).toBe('unknown')
    expect(dark.submits).toHaveLength(0)
    expect(await clips(cheapest([dark], { allowUnknownPrice: true }))).toBe('unpriced')
  })

  it('is not paid where two do not say theirs', async () => {
    const two = [unpriced(), leaf('b', ['task'], { usd: undefined })]
    expect(await thrown(cheapest(two, { allowUnknownPrice: true }).submit(request))).toMatchObject({
      code: 'ERR_BUDGET',
      outcome: 'none',
    })
  })

  it('takes yes or no', () => {
    const wrong = { allowUnknownPrice: 'yes' as unknown as boolean }
    expect(() => cheapest([unpriced()], wrong)).toThrow(/allowUnknownPrice is of type string/)
  })
})

describe('after the choice', () => {
  const outcomes = ['none', 'rejected', 'unknown', 'accepted'] as const
  const codes: readonly ErrorCode[] = ['ERR_UNAVAILABLE', 'ERR_AUTH', 'ERR_FUNDS', 'ERR_SUBMISSION_UNKNOWN']

  it.each(outcomes.flatMap((outcome) => codes.map((code) => [code, outcome] as const)))(
    '%s with outcome %s moves on to nobody',
    async (code, outcome) => {
      const [first, second] = [leaf('a', [[code, outcome]]), leaf('b', ['task'], { usd: 200_000 })]
      expect(await thrown(cheapest([second, first]).submit(request))).toMatchObject({
        code,
        outcome,
        provider: 'a',
      })
      expect(second.submits).toHaveLength(0)
    },
  )

  it('a task that failed is the answer', async () => {
    const second = leaf('b', ['task'], { usd: 200_000 })
    const task = await cheapest([leaf('a', ['failed']), second]).submit(request)
    expect(task).toMatchObject({ status: 'failed', handle: { provider: 'a' } })
    expect(second.submits).toHaveLength(0)
  })

  it('reads go to whoever made the task, whoever is cheap by now', async () => {
    const asked: string[] = []
    const counted = (id: string, microUsd: number): VideoProvider => {
      const one = leaf(id, ['task'], { usd: microUsd })
      return {
        ...one,
        get: async (of: TaskHandle) => {
          asked.push(id)
          return one.get(of)
        },
        cancel: async () => {
          asked.push(`${id} cancel`)
          return 'canceled' as const
        },
      }
    }
    const { handle } = await cheapest([counted('a', 1), counted('b', 2)]).submit(request)
    const later = cheapest([counted('a', 2), counted('b', 1)])
    await later.get(handle)
    await later.cancel?.(handle)
    expect(asked).toEqual(['a', 'a cancel'])
    expect(await thrown(later.get({ ...handle, provider: 'c' }))).toMatchObject({
      code: 'ERR_INVALID_REQUEST',
      outcome: 'none',
    })
  })
})

describe('nobody', () => {
  it('who can render it: the problems of the nearest, and nothing is sent', async () => {
    const leaves = [
      leaf('a', ['task'], { problems: unsupported }),
      leaf('b', ['task'], { problems: invalid }),
    ]
    const provider = cheapest(leaves)
    expect(provider.check(request)).toEqual(invalid)
    expect(await thrown(provider.submit(request))).toMatchObject({
      code: 'ERR_INVALID_REQUEST',
      outcome: 'none',
      problems: invalid,
    })
    const nowhere = cheapest([leaf('a', ['task'], { problems: unsupported })])
    expect((await thrown(nowhere.submit(request))).code).toBe('ERR_UNSUPPORTED')
    expect(leaves.flatMap(({ submits }) => submits)).toEqual([])
  })

  it('to choose from, or two that are the same account', () => {
    expect(() => cheapest([])).toThrow(/no provider to choose from/)
    expect(() => cheapest([leaf('a', []), leaf('a', [])])).toThrow(/Two of the providers answer for/)
  })
})

describe('a key that is known', () => {
  it('answers before anybody is asked for a price', async () => {
    const journal = memoryJournal()
    let priced = 0
    const make = (microUsd: number): VideoProvider => {
      const one = leaf('a', ['task'], { usd: microUsd })
      const counted: VideoProvider = {
        ...one,
        appraise(asked) {
          priced++
          return one.appraise(asked)
        },
        async submit(asked, options = {}) {
          const submission = { ...submissionOf('a'), idempotencyKey: 'order-1' }
          await options.record?.({ type: 'intent', submission, quote: one.quote(asked), at: 0 })
          const task = await one.submit(asked, options)
          const { handle } = task
          await options.record?.({ type: 'verdict', submission, outcome: 'accepted', handle, at: 0 })
          return task
        },
      }
      return journaled(counted, journal)
    }
    const second = leaf('b', ['task'], { usd: 200_000 })
    const bought = await cheapest([make(100_000), second]).submit(request, { idempotencyKey: 'order-1' })
    priced = 0
    // By now the other one is cheaper.
    const again = await cheapest([make(900_000), second]).submit(request, { idempotencyKey: 'order-1' })
    expect(again.handle).toEqual(bought.handle)
    expect([priced, second.submits.length]).toEqual([0, 0])
  })

  it('names the provider to which it is sent once more, at whatever price', async () => {
    const [first, second] = [leaf('a', ['task'], { usd: 900_000 }), leaf('b', ['task'], { usd: 100_000 })]
    const options = {
      idempotencyKey: 'order-1',
      order: {
        run: 'run',
        hash: async () => 'hash',
        asked: true,
        number: 1,
        failed: [],
        store: false,
        repeats: submissionOf('a'),
      },
    } satisfies SubmitOptions
    expect((await cheapest([second, first]).submit(request, options)).handle.provider).toBe('a')
    expect(second.submits).toHaveLength(0)
    const elsewhere = await thrown(cheapest([second]).submit(request, options))
    expect(elsewhere).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    expect(second.submits).toHaveLength(0)
  })
})

describe('inside a guard', () => {
  it('is held to what the winner costs', async () => {
    const clock = createVirtualClock()
    const leaves = [leaf('a', ['task'], { usd: 900_000, clock }), leaf('b', ['task'], { clock })]
    const bought = await guard(cheapest(leaves), { maxCostPerTask: usd(0.1) }).submit(request)
    expect(bought.handle.provider).toBe('b')
    const error: ReelayError = await thrown(
      guard(cheapest(leaves), { maxCostPerTask: usd(0.05) }).submit(request),
    )
    expect(error).toMatchObject({ code: 'ERR_BUDGET', outcome: 'none' })
  })

  it('stops before anything is asked once it was aborted', async () => {
    const only = leaf('a', ['task'])
    const reason = new Error('enough')
    await expect(cheapest([only]).submit(request, { abortSignal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    )
    expect(only.submits).toHaveLength(0)
  })
})
