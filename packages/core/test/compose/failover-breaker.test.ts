import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { failover, type VideoTask } from '../../src/index.ts'
import { leaf, request, type Step, thrown } from './failover-leaves.ts'

const down: Step = ['ERR_UNAVAILABLE', 'rejected']
const breaker = { failures: 3, halfOpenAfterMs: 60_000 }

function setup(steps: readonly Step[]) {
  const clock = createVirtualClock()
  const first = leaf('a', steps, { clock })
  const provider = failover([first, leaf('b', ['task'], { clock })], { breaker })
  return { clock, first, submit: () => provider.submit(request) }
}

describe('the breaker of a leaf', () => {
  it('opens after so many failures in a row, lets one through later, and closes when that works', async () => {
    const { clock, first, submit } = setup([down, down, down, down, 'task'])
    for (let n = 0; n < 3; n++) await submit()
    expect(first.submits).toHaveLength(3)
    const spared = await submit()
    expect(first.submits).toHaveLength(3)
    expect(spared.attempts).toMatchObject([
      { provider: 'a', skipped: 'breaker', code: 'ERR_UNAVAILABLE', outcome: 'none' },
      { provider: 'b' },
    ])
    await clock.sleep(60_000)
    await submit()
    expect(first.submits).toHaveLength(4)
    await clock.sleep(59_999)
    await submit()
    expect(first.submits).toHaveLength(4)
    await clock.sleep(1)
    expect((await submit()).handle.provider).toBe('a')
    expect((await submit()).handle.provider).toBe('a')
  })

  it('counts failures in a row only, and a refusal of the request as a sign of life', async () => {
    const content: Step = ['ERR_CONTENT', 'rejected']
    const { first, submit } = setup([down, down, content, down, down, 'task', down, down, 'task'])
    for (let n = 0; n < 9; n++) await submit().catch(() => undefined)
    expect(first.submits).toHaveLength(9)
  })

  it.each([['ERR_UNSUPPORTED', 'rejected'] as const, ['ERR_ABORTED', 'unknown'] as const])(
    'takes %s for nothing',
    async (...step) => {
      const { first, submit } = setup([step])
      for (let n = 0; n < 9; n++) await submit().catch(() => undefined)
      expect(first.submits).toHaveLength(9)
    },
  )

  it('opens on submissions without a verdict, which then spares the next ones', async () => {
    const { submit } = setup([['ERR_SUBMISSION_UNKNOWN', 'unknown']])
    for (let n = 0; n < 3; n++) expect((await thrown(submit())).outcome).toBe('unknown')
    expect((await submit()).handle.provider).toBe('b')
  })

  it('lets a single submit probe, however many come at once', async () => {
    const clock = createVirtualClock()
    const slow = async (): Promise<VideoTask> => {
      await clock.sleep(1_000)
      return leaf('a', ['task'], { clock }).submit(request)
    }
    const first = leaf('a', [down, down, down, slow], { clock })
    const provider = failover([first, leaf('b', ['task'], { clock })], { breaker })
    for (let n = 0; n < 3; n++) await provider.submit(request)
    await clock.sleep(60_000)
    const tasks = await Promise.all([1, 2, 3].map(() => provider.submit(request)))
    expect(tasks.map(({ handle }) => handle.provider)).toEqual(['a', 'b', 'b'])
  })

  it('frees the probe when its submit says nothing about the leaf', async () => {
    const { clock, first, submit } = setup([down, down, down, ['ERR_ABORTED', 'rejected'], 'task'])
    for (let n = 0; n < 3; n++) await submit()
    await clock.sleep(60_000)
    await submit().catch(() => undefined)
    expect((await submit()).handle.provider).toBe('a')
    expect(first.submits).toHaveLength(5)
  })

  it('fails fast when no leaf is left, and says when to come back', async () => {
    const clock = createVirtualClock()
    const provider = failover([leaf('a', [down], { clock })], { breaker })
    for (let n = 0; n < 3; n++) await thrown(provider.submit(request))
    await clock.sleep(20_000)
    expect(await thrown(provider.submit(request))).toMatchObject({
      code: 'ERR_UNAVAILABLE',
      outcome: 'none',
      retryable: true,
      retryAfterMs: 40_000,
    })
  })

  it('can be switched off', async () => {
    const first = leaf('a', [down])
    const provider = failover([first, leaf('b', ['task'])], { breaker: false })
    for (let n = 0; n < 20; n++) await provider.submit(request)
    expect(first.submits).toHaveLength(20)
  })
})
