import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import {
  deliver,
  failover,
  govern,
  guard,
  journaled,
  memoryJournal,
  usd,
  type VideoProvider,
  wait,
  wrap,
} from '../../src/index.ts'
import { type Instance, instance, plainSpec, render } from '../engine.ts'
import { handle, scripted, task } from '../fakes.ts'

const boat = { kind: 'text-to-video', prompt: 'A paper boat in the rain' } as const

describe('a provider that a user spreads', () => {
  function rig() {
    const clock = createVirtualClock()
    const leaf = scripted(clock, [() => task('running', handle(clock.now()))])
    const governed = govern(leaf, { concurrency: 1, maxWaitMs: 1_000 })
    const noted: string[] = []
    const mine: VideoProvider = {
      ...governed,
      submit(request, options) {
        noted.push(request.prompt ?? '')
        return governed.submit(request, options)
      },
    }
    return { clock, governed, mine, noted }
  }

  it('frees the slot of a task that is delivered to it', async () => {
    const { mine, noted } = rig()
    const first = await mine.submit(boat)
    await expect(mine.submit(boat)).rejects.toMatchObject({ code: 'ERR_CONCURRENCY', outcome: 'none' })
    await deliver(mine, task('succeeded', first.handle))
    await mine.submit(boat)
    expect(noted).toHaveLength(3)
  })

  it.each(['the copy', 'the original'])(
    'tells those who wait at the other of what is delivered to %s',
    async (to) => {
      const { governed, mine } = rig()
      const { handle: bought } = await governed.submit(boat)
      const waiting = wait(to === 'the copy' ? governed : mine, bought)
      await Promise.resolve()
      expect(await deliver(to === 'the copy' ? mine : governed, task('succeeded', bought))).toBe(true)
      expect((await waiting).status).toBe('succeeded')
    },
  )

  it('is not kept for having waited once', async () => {
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc') as () => void
    const { governed } = rig()
    const { handle: bought } = await governed.submit(boat)
    async function copied(): Promise<WeakRef<VideoProvider>> {
      const copy: VideoProvider = { ...governed, get: async (one) => task('succeeded', one) }
      await wait(copy, bought)
      return new WeakRef(copy)
    }
    const gone = await copied()
    // A WeakRef holds to the end of the turn that made it.
    for (let turn = 0; turn < 5 && gone.deref(); turn += 1) {
      await new Promise((resolve) => setImmediate(resolve))
      gc()
    }
    expect(gone.deref()).toBeUndefined()
  })

  it('reads its own way all the same', async () => {
    const { clock, governed } = rig()
    const from = clock.now()
    const mine: VideoProvider = { ...governed, get: async (one) => task('succeeded', one) }
    const { handle: bought } = await governed.submit(boat)
    const stop = new AbortController()
    const early = wait(governed, bought, { abortSignal: stop.signal }).catch(() => 'stopped')
    expect((await wait(mine, bought)).status).toBe('succeeded')
    expect(clock.now() - from).toBeLessThan(60_000)
    stop.abort()
    await early
  })
})

describe('a copy that replaces only its quote or its check', () => {
  const dear = { type: 'unknown', why: 'mine' } as const

  it.each(['guard', 'failover', 'wrap'] as const)('is taken at its word by %s', async (composition) => {
    const { provider, sent } = instance(plainSpec, () => ({ json: render }))
    const compose = {
      guard: (one: VideoProvider) => guard(one, { maxCostPerTask: usd(5) }),
      failover: (one: VideoProvider) => guard(failover([one]), { maxCostPerTask: usd(5) }),
      wrap: (one: VideoProvider) => guard(wrap(one, {}), { maxCostPerTask: usd(5) }),
    }[composition]
    const priced = compose({ ...provider, quote: () => dear })
    await expect(priced.submit(boat)).rejects.toMatchObject({ code: 'ERR_BUDGET' })
    const strict = compose({
      ...provider,
      check: () => [
        { field: 'prompt', rule: 'forbidden', message: 'No boats.', fix: 'Ask for a plane.' } as never,
      ],
    })
    await expect(strict.submit(boat)).rejects.toMatchObject({ outcome: 'none' })
    expect(sent).toEqual([])
  })
})

describe('wrap', () => {
  it('answers check and quote from an appraisal of its own', () => {
    const leaf = scripted(createVirtualClock(), [() => task('running', handle(0))])
    const quote = { type: 'unknown', why: 'mine' } as const
    const wrapped = wrap(leaf, { appraise: (request) => ({ ...leaf.appraise(request), quote }) })
    expect(wrapped.quote(boat)).toEqual(quote)
    expect(wrapped.check(boat)).toEqual([])
  })

  it('hands a task to the provider inside first, then to what is around it', async () => {
    const order: string[] = []
    const leaf: VideoProvider = {
      ...scripted(createVirtualClock(), [() => task('running', handle(0))]),
      see: async () => void order.push('inside'),
    }
    const wrapped = wrap(leaf, { learn: () => void order.push('around') })
    await wrapped.see?.(task('succeeded', handle(0)))
    expect(order).toEqual(['inside', 'around'])
  })
})

describe('evaluations of one request', () => {
  function counted(account: string): Instance & { readonly evaluations: () => number } {
    let count = 0
    const spec = {
      ...plainSpec,
      kinds: plainSpec.kinds.map((sold) => ({
        ...sold,
        check() {
          count += 1
          return []
        },
      })),
    }
    return { ...instance(spec, () => ({ json: render }), { account }), evaluations: () => count }
  }

  it('is one for a leaf, one more for a guard, five for a stack of two leaves, none for a known key', async () => {
    const alone = counted('alone')
    await alone.provider.submit(boat)
    expect(alone.evaluations()).toBe(1)

    const guarded = counted('guarded')
    await guard(guarded.provider, { maxCostPerTask: usd(5) }).submit(boat)
    expect(guarded.evaluations()).toBe(2)

    const [one, other] = [counted('one'), counted('other')]
    const stack = journaled(
      guard(failover([one.provider, other.provider]), { maxCostPerTask: usd(5) }),
      memoryJournal(),
    )
    const sum = (): number => one.evaluations() + other.evaluations()
    await stack.submit(boat, { idempotencyKey: 'order-1' })
    expect(sum()).toBeLessThanOrEqual(5)
    const before = sum()
    await stack.submit(boat, { idempotencyKey: 'order-1' })
    expect(sum()).toBe(before)
  })
})
