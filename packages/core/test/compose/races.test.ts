import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { boat, createRig as falRig } from '../../../fal/test/world.ts'
import { createRig as klingRig } from '../../../kling/test/world.ts'
import { failover, guard, type Journal, journaled, memoryJournal, usd } from '../../src/index.ts'
import { clip, createMarket } from './guard-market.ts'
import { intend, rejection, story, submission, used, watched } from './journaled-support.ts'

const key = { idempotencyKey: 'order-1' }
const budget = { amount: usd(1), windowMs: 3_600_000 }

/** The same journal, in which each of so many looks at an order waits until all of them have looked. */
function together(journal: Journal, looks: number): Journal {
  let open = (): void => undefined
  const all = new Promise<void>((resolve) => {
    open = resolve
  })
  let looked = 0
  return {
    ...journal,
    async order(asked) {
      const found = await journal.order(asked)
      looked += 1
      if (looked === looks) open()
      if (looked <= looks) await all
      return found
    },
  }
}

describe('two submits of one key that both saw nothing', () => {
  it('for different requests buy once; no failover moves on from the conflict', async () => {
    const clock = createVirtualClock()
    const [a, b] = [createMarket(clock, { id: 'a' }), createMarket(clock, { id: 'b' })]
    const journal = together(memoryJournal(), 2)
    const stack = () => failover([journaled(a, journal), b], { onInvalid: 'move-on' })
    const both = await Promise.allSettled([
      stack().submit(clip, key),
      stack().submit({ ...clip, prompt: 'Another' }, key),
    ])
    // Which of them is first is a matter of whose hash is ready.
    const [first, second] = both.toSorted((one, other) => one.status.localeCompare(other.status))
    expect([first?.status, second?.status]).toEqual(['fulfilled', 'rejected'])
    expect(second).toMatchObject({ reason: { code: 'ERR_INVALID_REQUEST', outcome: 'none' } })
    expect([a.posts.length, b.posts.length]).toEqual([1, 0])
  })

  it('at leaves in different orders buy once, and both are counted once', async () => {
    const clock = createVirtualClock()
    const [a, b] = [createMarket(clock, { id: 'a' }), createMarket(clock, { id: 'b' })]
    const [shared, money] = [memoryJournal(), memoryJournal()]
    // Each stack has two leaves that look.
    const journal = together(shared, 4)
    const stack = (leaves = [a, b]) =>
      guard(failover(leaves.map((leaf) => journaled(leaf, journal))), { budget, journal: money })
    const tasks = await Promise.allSettled([stack().submit(clip, key), stack([b, a]).submit(clip, key)])
    expect(a.posts.length + b.posts.length).toBe(1)
    expect(tasks.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
    for (const one of tasks) {
      if (one.status === 'rejected')
        expect(one.reason).toMatchObject({ outcome: 'accepted', handle: { v: 1 } })
    }
    expect(await used(money)).toBe(210_000)
  })

  it('in one millisecond, the second aborted: the first stays, and is not bought again', async () => {
    for (const { create, emulator, clock } of [klingRig(), falRig()]) {
      const journal = memoryJournal()
      const abort = new AbortController()
      let intents = 0
      // Both have looked and are about to leave; the abort strikes the one that is told to wait.
      const both = together(journal, 2)
      const stop = async (entry: { type: string }) => {
        if (entry.type === 'intent') intents += 1
      }
      const first = journaled(create(), both).submit(boat, { ...key, record: stop })
      const second = rejection(
        journaled(create(), both).submit(boat, { ...key, record: stop, abortSignal: abort.signal }),
      )
      const reason = new Error('enough')
      abort.abort(reason)
      expect(await second).toBe(reason)
      const task = await first
      expect([intents, await story(journal)]).toEqual([1, [`${task.handle.provider} accepted`]])
      await clock.sleep(120_000)
      expect((await journaled(create(), journal).submit(boat, key)).id).toBe(task.id)
      expect(emulator.control.ledger()).toHaveLength(1)
    }
  })
})

it('a verdict is that of its own request, though another has its key, its input and its millisecond', async () => {
  const journal = memoryJournal()
  await intend(journal, submission, 1_000, 'first')
  const twin = { ...submission, provider: 'other', attempt: 'attempt-2' }
  await expect(intend(journal, twin, 1_000, 'second')).rejects.toThrow('unknown')
  const { judge } = await import('../../src/compose/journal/moves.ts')
  await journal.change('order-1', 1_000, (order, now) =>
    judge(order, { submission: twin, outcome: 'none' }, now),
  )
  expect(await story(journal)).toEqual(['fake without a verdict'])
})

it('an abort does not wait for a journal that hangs while it is asked what it knows', async () => {
  const { create, clock, emulator } = klingRig()
  const reason = new Error('enough')
  for (const stack of [
    (journal: Journal) => journaled(create(), journal),
    (journal: Journal) => failover([journaled(create(), journal)]),
  ]) {
    const abort = new AbortController()
    const hung = watched(memoryJournal(), (method) =>
      method === 'order' ? new Promise(() => undefined) : undefined,
    )
    const stopped = rejection(stack(hung).submit(boat, { ...key, abortSignal: abort.signal }))
    await clock.sleep(1_000)
    abort.abort(reason)
    expect(await stopped).toBe(reason)
  }
  expect(emulator.control.requests()).toEqual([])
})

it('a clock that does not know the time opens no budget', async () => {
  const journal = memoryJournal()
  const asked = { budget: 'day', key: 'k', amount: 60, limit: 100, windowMs: 1_000 }
  expect((await journal.reserve({ ...asked, id: 'a', at: 5_000 })).state).toBe('reserved')
  for (const at of [Number.NaN, -1, Number.NEGATIVE_INFINITY]) {
    expect((await journal.reserve({ ...asked, id: `at ${at}`, at })).state).toBe('exceeded')
  }
  expect(await used(journal, 'day')).toBe(60)
})

it('a journal that fails at a repetition does not free the key of what was sent before it', async () => {
  const { create, emulator, clock } = klingRig()
  emulator.control.fault({ on: 'create', kind: 'lost-before-create', times: Number.POSITIVE_INFINITY })
  for (const failing of ['journal', 'record'] as const) {
    const shared = memoryJournal()
    const key = { idempotencyKey: `while the ${failing} fails` }
    const standings: string[] = []
    let [changes, intents] = [0, 0]
    // The first change is the intent, the second that of its repetition.
    const journal = watched(shared, async (method) => {
      if (method !== 'change') return
      changes += 1
      if (failing === 'journal' && changes === 2) throw new Error('the disk is full')
    })
    const record = async ({ type }: { type: string }): Promise<void> => {
      if (type !== 'intent') return
      intents += 1
      if (failing === 'record' && intents === 2) throw new Error('the disk is full')
    }
    const submitted = rejection(journaled(create(), journal).submit(boat, { ...key, record }))
    for (let second = 0; second < 20; second++) {
      await clock.sleep(1_000)
      standings.push(...(await story(shared)))
    }
    expect((await submitted).outcome).toBe('unknown')
    expect(new Set(standings)).toEqual(new Set(['kling without a verdict', 'kling unknown']))
  }
})
