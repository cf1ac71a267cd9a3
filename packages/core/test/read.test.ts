import { describe, expect, it } from 'vitest'
import { wait } from '../src/index.ts'
import { type Answer, boat, caught, instance, keyedSpec, refused, render, type Sent } from './engine.ts'

const busy: Answer = { status: 503, json: {}, headers: { 'retry-after': '8' } }

async function running(answer: (sent: Sent) => Answer) {
  const made = instance(keyedSpec, (one) => (one.method === 'POST' ? { json: render } : answer(one)))
  const { handle } = await made.provider.submit(boat)
  const cancel = () => made.provider.cancel?.(handle)
  const reads = () => made.sent.filter(({ method }) => method === 'GET').length
  return { ...made, handle, cancel, reads }
}

describe('reads', () => {
  it('are tried again as the provider asks', async () => {
    const { provider, handle, reads, clock } = await running(() => busy)
    expect((await caught(provider.get(handle))).code).toBe('ERR_UNAVAILABLE')
    expect([reads(), clock.elapsed()]).toEqual([3, 16_000])
  })

  it('are not tried again past their deadline', async () => {
    const { provider, handle, reads, clock } = await running(() => busy)
    const error = await caught(provider.get(handle, { deadlineAt: clock.now() + 8_000 }))
    expect(error).toMatchObject({ code: 'ERR_UNAVAILABLE', handle })
    expect([reads(), clock.elapsed()]).toEqual([1, 0])
  })

  it('do not stretch a wait beyond its deadline', async () => {
    const { provider, handle, clock } = await running(() => busy)
    const error = await caught(wait(provider, handle, { deadlineMs: 5_000 }))
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', outcome: 'accepted', handle })
    expect(clock.elapsed()).toBe(5_000)
  })
})

describe('a cancel answered "too late"', () => {
  const tooLate = refused(409, 'too_late')

  /** The first wishes are answered as given, all later ones come too late. */
  const stopping = (first: readonly Answer[], state: string) => {
    const left = [...first]
    return running(({ method }) =>
      method === 'DELETE' ? (left.length > 0 ? left.shift() : tooLate) : { json: { ...render, state } },
    )
  }

  it.each<[string, Answer]>([
    ['broke off', undefined],
    ['was an outage', { status: 503, json: {} }],
  ])('is "canceled" when the answer to an earlier try %s and the task is', async (_name, first) => {
    const { cancel, reads } = await stopping([first], 'stopped')
    expect(await cancel()).toBe('canceled')
    expect(reads()).toBe(1)
  })

  it('stays so when the task ended otherwise', async () => {
    const { cancel, reads } = await stopping([undefined], 'failed')
    expect(await cancel()).toBe('too-late')
    expect(reads()).toBe(1)
  })

  it('is believed at the first try', async () => {
    const { cancel, reads } = await stopping([], 'stopped')
    expect(await cancel()).toBe('too-late')
    expect(reads()).toBe(0)
  })
})
