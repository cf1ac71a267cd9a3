import { describe, expect, it } from 'vitest'
import { boat, createRig as falRig } from '../../../fal/test/world.ts'
import { createRig as klingRig } from '../../../kling/test/world.ts'
import { createRig as replicateRig } from '../../../replicate/test/world.ts'
import {
  failover,
  type Journal,
  journaled,
  memoryJournal,
  openPurchases,
  type ResumeItem,
  resume,
  type StorageLike,
  settle,
  unstorageJournal,
  type VideoProvider,
  wait,
} from '../../src/index.ts'
import {
  conclude,
  intend,
  listed,
  purchasesOf,
  rejection,
  story,
  submission,
  used,
} from './journaled-support.ts'

const idempotencyKey = 'order-1'
const key = { idempotencyKey }

async function walk(journal: Journal, providers: readonly VideoProvider[]): Promise<readonly ResumeItem[]> {
  return listed(resume(journal, providers))
}

describe('resume', () => {
  it('yields a task that has not ended, and nothing once it has', async () => {
    const { kling } = klingRig()
    const journal = memoryJournal()
    const provider = journaled(kling, journal)
    const { handle } = await provider.submit(boat, key)
    const [item, ...others] = await walk(journal, [provider])
    expect([item?.state, others]).toEqual(['task', []])
    if (item?.state === 'task') expect((await wait(item.provider, item.handle)).handle).toEqual(handle)
    expect(await walk(journal, [provider])).toEqual([])
  })

  it('looks for a submission without a verdict, and writes its task down', async () => {
    const { clock, kling, emulator } = klingRig()
    const journal = memoryJournal()
    emulator.control.fault({ on: 'create', kind: 'in-flight', ms: 120_000 })
    emulator.control.fault({ on: 'create', kind: 'lost-before-create', times: Number.POSITIVE_INFINITY })
    await rejection(journaled(kling, journal).submit(boat, key))
    const creates = emulator.control.requests().filter(({ op }) => op === 'create').length
    const [unknown] = await walk(journal, [kling])
    expect(unknown).toMatchObject({ state: 'unknown', submission: { idempotencyKey } })
    if (unknown?.state === 'unknown') expect(unknown.advice).toMatch(/^Look again in a minute, or submit the/)
    await clock.sleep(180_000)
    const [found] = await walk(journal, [kling])
    expect(found).toMatchObject({ state: 'task', handle: { id: emulator.control.ledger()[0]?.taskId } })
    expect(await openPurchases(journal)).toMatchObject([{ state: 'bought' }])
    expect(emulator.control.requests().filter(({ op }) => op === 'create')).toHaveLength(creates)
  })

  it('says what to do where a look brings nothing, once per purchase, and buys nothing', async () => {
    const { fal, emulator } = falRig()
    const journal = memoryJournal()
    emulator.control.fault({ on: 'create', kind: 'lost-after-create', times: 2 })
    for (const idempotencyKey of ['a', 'b']) {
      await rejection(journaled(fal, journal).submit(boat, { idempotencyKey }))
    }
    const requests = emulator.control.requests().filter(({ op }) => op === 'create').length
    const items = await walk(journal, [fal])
    const keys = items.map((item) => item.state === 'unknown' && item.submission.idempotencyKey)
    expect(keys).toEqual(['a', 'b'])
    for (const item of items) {
      expect(item).toMatchObject({
        state: 'unknown',
        advice: expect.stringContaining('Look again in a minute'),
      })
    }
    expect(emulator.control.requests().filter(({ op }) => op === 'create')).toHaveLength(requests)
  })

  it('goes on when one account cannot be asked, and names purchases of others', async () => {
    const { kling, emulator } = klingRig()
    const journal = memoryJournal()
    await intend(journal, { ...submission, idempotencyKey: 'order-0' }, 1)
    emulator.control.fault({ on: 'create', kind: 'lost-before-create', times: Number.POSITIVE_INFINITY })
    await rejection(journaled(kling, journal).submit(boat, key))
    emulator.control.fault({ on: 'any-read', kind: 'html', times: Number.POSITIVE_INFINITY })
    const [foreign, unknown] = await walk(journal, [kling])
    expect(foreign).toMatchObject({ state: 'foreign', advice: expect.stringContaining('fake') })
    expect(unknown).toMatchObject({ state: 'unknown', error: { outcome: 'unknown' } })
  })

  it.each([false, true])(
    'takes no equal purchase’s task for a lost one; the other lost too: %s',
    async (both) => {
      const { create, emulator } = replicateRig()
      const { control } = emulator
      const journal = memoryJournal()
      const buy = (idempotencyKey: string) =>
        journaled(create(), journal)
          .submit(boat, { idempotencyKey })
          .catch(() => undefined)
      const blind = () => control.fault({ on: 'any-read', kind: 'html', times: Number.POSITIVE_INFINITY })
      let reads = both ? blind() : undefined
      if (both) control.fault({ on: 'create', kind: 'lost-after-create' })
      await buy('a')
      reads ??= blind()
      control.fault({ on: 'create', kind: 'lost-before-create' })
      await buy('b')
      reads.remove()
      expect(control.ledger()).toHaveLength(1)
      const states = (await walk(journal, [create()])).map(({ state }) => state)
      expect(states).toEqual([both ? 'unknown' : 'task', 'unknown'])
    },
  )

  it('asks the leaf of a composition', async () => {
    const { fal, emulator } = falRig()
    const { kling } = klingRig()
    const journal = memoryJournal()
    const provider = failover([fal, kling])
    emulator.control.fault({ on: 'create', kind: 'lost-before-create' })
    await rejection(journaled(provider, journal).submit(boat, key))
    expect(await walk(journal, [provider])).toMatchObject([{ state: 'unknown' }])
  })
})

describe('settle', () => {
  async function lost() {
    const { clock, fal, emulator } = falRig()
    const journal = memoryJournal()
    emulator.control.fault({ on: 'create', kind: 'lost-after-create' })
    const provider = journaled(failover([fal, klingRig().kling]), journal)
    await rejection(provider.submit(boat, key))
    const [purchase] = await openPurchases(journal)
    return { clock, journal, provider, control: emulator.control, id: purchase?.id ?? '' }
  }

  it('not-created gives the key back, to be paid for again', async () => {
    const { clock, journal, provider, id, control } = await lost()
    await settle(journal, id, 'not-created', { clock })
    expect(await openPurchases(journal)).toEqual([])
    await provider.submit(boat, key)
    expect(control.ledger()).toHaveLength(2)
  })

  it('created with an id goes on as that task', async () => {
    const { clock, journal, provider, id, control } = await lost()
    const [paid] = control.ledger()
    await settle(journal, id, 'created', { clock, taskId: paid?.taskId })
    const [item] = await walk(journal, [provider])
    expect(item).toMatchObject({ state: 'task', handle: { id: paid?.taskId } })
    expect((await provider.submit(boat, key)).id).toBe(paid?.taskId)
    expect(control.ledger()).toHaveLength(1)
  })

  it('created without an id closes it, and its key buys nothing any more', async () => {
    const { clock, journal, provider, id, control } = await lost()
    await settle(journal, id, 'created', { clock })
    expect(await walk(journal, [provider])).toEqual([])
    expect((await rejection(provider.submit(boat, key))).message).toContain('settled by hand as created')
    expect(control.ledger()).toHaveLength(1)
  })

  it('refuses what has its verdict or is not known', async () => {
    const { journal, provider } = await lost()
    await provider.submit(boat, { idempotencyKey: 'fine' })
    const fine = (await openPurchases(journal)).find(({ state }) => state === 'bought')
    for (const id of [fine?.id ?? '', 'nonsense']) {
      expect((await rejection(settle(journal, id, 'not-created'))).code).toBe('ERR_INVALID_REQUEST')
    }
  })
})

describe('openPurchases', () => {
  it('does not let one attempt’s refusal close another attempt', async () => {
    const journal = memoryJournal()
    const elsewhere = { ...submission, provider: 'other', attempt: 'attempt-2', startedAt: 2_000 }
    // One submit that goes on to another provider all the same, as `risk-paying-twice` does.
    await intend(journal, submission, 1, 'run')
    await intend(journal, elsewhere, 2, 'run')
    await conclude(journal, elsewhere, 'rejected', 3)
    expect(await openPurchases(journal)).toMatchObject([
      { state: 'unknown', submission: { startedAt: 1_000 } },
    ])
    await conclude(journal, submission, 'none', 4)
    expect(await openPurchases(journal)).toEqual([])
  })
})

describe('unstorageJournal', () => {
  /** Like unstorage's memory driver, which gives JSON back parsed. */
  function storage(parsed: boolean): StorageLike {
    const items = new Map<string, string>()
    return {
      getItem: async (name) => {
        const text = items.get(name)
        return text === undefined ? null : parsed ? JSON.parse(text) : text
      },
      setItem: async (name, value) => void items.set(name, value),
      getKeys: async (base = '') => [...items.keys()].filter((name) => name.startsWith(base)).reverse(),
      removeItem: async (name) => void items.delete(name),
    }
  }

  it.each([true, false])('survives a restart, text parsed by the driver: %s', async (parsed) => {
    const { clock, fal, emulator } = falRig()
    const store = storage(parsed)
    const first = await journaled(fal, unstorageJournal(store)).submit(boat, key)
    const journal = unstorageJournal(store)
    expect((await journaled(fal, journal).submit(boat, key)).id).toBe(first.id)
    await clock.sleep(1_000)
    emulator.control.fault({ on: 'create', kind: 'status', status: 403 })
    await rejection(journaled(fal, journal).submit(boat, { idempotencyKey: 'b' }))
    await journaled(fal, unstorageJournal(store)).submit(boat, { idempotencyKey: 'b' })
    expect(await story(unstorageJournal(store))).toEqual(['fal accepted', 'fal rejected', 'fal accepted'])
    expect(await purchasesOf(unstorageJournal(store))).toHaveLength(3)
    expect(emulator.control.ledger()).toHaveLength(2)
  })

  it('takes over a key whose request came to nothing, and reserves up to the limit', async () => {
    const store = storage(true)
    await intend(unstorageJournal(store), submission, 1)
    await expect(intend(unstorageJournal(store), { ...submission, attempt: 'b' }, 2)).rejects.toThrow(
      'unknown',
    )
    await conclude(unstorageJournal(store), submission, 'rejected', 3)
    const journal = unstorageJournal(store)
    await intend(journal, { ...submission, attempt: 'c' }, 4)
    const amounts = [60, 60, 30]
    const asked = { budget: 'day', key: 'k', limit: 100, windowMs: 1_000, at: 5 }
    const states = await Promise.all(
      amounts.map((amount, n) => journal.reserve({ ...asked, id: `${n}`, amount })),
    )
    expect(states.map(({ state }) => state)).toEqual(['reserved', 'exceeded', 'reserved'])
    expect(await used(unstorageJournal(store), 'day')).toBe(90)
  })
})
