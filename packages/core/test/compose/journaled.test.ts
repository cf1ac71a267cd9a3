import { describe, expect, it } from 'vitest'
import { boat, createRig as falRig } from '../../../fal/test/world.ts'
import { createRig as klingRig } from '../../../kling/test/world.ts'
import { failover, journaled, memoryJournal, openPurchases, resume, wait } from '../../src/index.ts'
import { dying, openKeys, purchasesOf, rejection, story, watched } from './journaled-support.ts'

const idempotencyKey = 'order-1'
const key = { idempotencyKey }
const other = { ...boat, prompt: 'Another boat' }

describe.each(['kling', 'fal'] as const)('journaled(%s)', (name) => {
  function rig() {
    const { clock, emulator, create } = name === 'kling' ? klingRig() : falRig()
    const { control } = emulator
    const journal = memoryJournal()
    return { clock, control, journal, create, provider: () => journaled(create(), journal) }
  }

  it('writes the intent, the verdict and the end, the end once', async () => {
    const { clock, create, journal, control } = rig()
    const calls: string[] = []
    const told = watched(journal, async (method) => void calls.push(method))
    const bought = journaled(create(), told)
    const record = async ({ type }: { type: string }) => void calls.push(type)
    const { handle } = await bought.submit(boat, { ...key, record })
    expect(calls).toEqual(['order', 'change', 'intent', 'change', 'verdict'])
    const ended = await wait(bought, handle)
    expect(await story(journal)).toEqual([`${name} accepted`, 'succeeded'])
    const [purchase] = await purchasesOf(journal)
    const cost = ended.cost && { cost: ended.cost }
    expect(purchase).toMatchObject({
      number: 1,
      state: 'bought',
      handle,
      ended: { status: 'succeeded', ...cost },
    })
    calls.splice(0)
    await clock.sleep(1_000)
    await bought.get(handle)
    expect([calls, await purchasesOf(journal)]).toEqual([['order'], [purchase]])
    expect(control.ledger()).toHaveLength(1)
  })

  it('returns the first task for the same key and request, also after a restart, and sends nothing', async () => {
    const { journal, provider, control } = rig()
    const first = await provider().submit(boat, key)
    const told: string[] = []
    const record = async ({ type }: { type: string }) => void told.push(type)
    const again = await provider().submit(boat, { ...key, record })
    expect(again.handle).toEqual(first.handle)
    expect([told, control.ledger().length]).toEqual([[], 1])
    expect(control.requests().filter(({ op }) => op === 'create')).toHaveLength(1)
    expect(await story(journal)).toEqual([`${name} accepted`])
  })

  it('keeps the handle when the first task cannot be read', async () => {
    const { provider, control } = rig()
    const first = await provider().submit(boat, key)
    control.fault({ on: 'any-read', kind: 'html', times: Number.POSITIVE_INFINITY })
    const error = await rejection(provider().submit(boat, key))
    expect([error.outcome, error.handle]).toEqual(['accepted', first.handle])
  })

  it('refuses the same key for another request, naming the key and the first task', async () => {
    const { provider, control } = rig()
    const first = await provider().submit(boat, key)
    const error = await rejection(provider().submit(other, key))
    expect([error.code, error.outcome, error.handle]).toEqual(['ERR_INVALID_REQUEST', 'none', first.handle])
    expect(error.message).toContain('"order-1"')
    expect(control.ledger()).toHaveLength(1)
  })

  it('buys once when the same key is submitted ten times at once', async () => {
    const { provider, control } = rig()
    const tasks = await Promise.all(Array.from({ length: 10 }, () => provider().submit(boat, key)))
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(1)
    expect(control.requests().filter(({ op }) => op === 'create')).toHaveLength(1)
  })

  it('gives the key back when the provider refused', async () => {
    const { journal, provider, control } = rig()
    control.fault({ on: 'create', kind: 'refuse', as: 'funds' })
    expect((await rejection(provider().submit(boat, key))).outcome).toBe('rejected')
    expect((await provider().submit(other, key)).id).not.toBe('')
    expect(await story(journal)).toEqual([`${name} rejected`, `${name} accepted`])
  })

  it('gives the key back when the caller’s own record stops the POST, or an abort does', async () => {
    const { journal, provider, control } = rig()
    const full = new Error('the disk is full')
    const stopped = provider().submit(boat, { ...key, record: () => Promise.reject(full) })
    expect(await rejection(stopped)).toBe(full)
    const abort = new AbortController()
    const record = async () => abort.abort(full)
    const aborted = provider().submit(boat, { ...key, abortSignal: abort.signal, record })
    expect(await rejection(aborted)).toBe(full)
    expect(await openPurchases(journal)).toEqual([])
    await provider().submit(other, key)
    expect(control.ledger()).toHaveLength(1)
  })

  it('does not hold an abort up for a slow journal, and still closes its books', async () => {
    const { clock, journal, create, provider, control } = rig()
    const slow = watched(journal, (method) => (method === 'change' ? clock.sleep(20_000) : undefined))
    const abort = new AbortController()
    const reason = new Error('enough')
    const slowly = journaled(create(), slow)
    const stopped = rejection(slowly.submit(boat, { ...key, abortSignal: abort.signal }))
    await clock.sleep(5_000)
    const startedAt = clock.now()
    abort.abort(reason)
    expect(await stopped).toBe(reason)
    expect(clock.now() - startedAt).toBeLessThanOrEqual(1_000)
    await clock.sleep(60_000)
    expect([await story(journal), await openKeys(journal)]).toEqual([[`${name} none`], []])
    expect(control.ledger()).toHaveLength(0)
    await provider().submit(other, key)
    expect(control.ledger()).toHaveLength(1)
  })

  it('sends nothing when the journal cannot be written', async () => {
    const { provider, control, journal, create } = rig()
    const full = new Error('the disk is full')
    for (const broken of ['order', 'change'] as const) {
      const failing = watched(journal, (method) => (method === broken ? Promise.reject(full) : undefined))
      expect(await rejection(journaled(create(), failing).submit(boat, key))).toBe(full)
    }
    expect(control.requests()).toEqual([])
    await provider().submit(boat, key)
  })

  it('buys nothing twice after a crash between the intent and the answer', async () => {
    const { clock, control, journal, create, provider } = rig()
    control.fault({ on: 'create', kind: 'hang', created: true })
    const process = dying(journal)
    const abort = new AbortController()
    void journaled(create(), process.journal)
      .submit(boat, { ...key, abortSignal: abort.signal })
      .catch(() => undefined)
    await clock.sleep(1_000)
    process.die()
    abort.abort()
    expect(await story(journal)).toEqual([`${name} without a verdict`])
    const startedAt = clock.now()
    if (name === 'kling') {
      expect((await provider().submit(boat, key)).id).toBe(control.ledger()[0]?.taskId)
    } else {
      const error = await rejection(provider().submit(boat, key))
      expect([error.code, error.outcome]).toEqual(['ERR_SUBMISSION_UNKNOWN', 'unknown'])
      expect(error.submission?.idempotencyKey).toBe(idempotencyKey)
      expect(error.message).toContain('Look again in a minute')
    }
    // A journal cannot tell a dead process from a slow one; an id of ours can be asked for at once.
    if (name === 'kling') expect(clock.now() - startedAt).toBeLessThan(5_000)
    else expect(clock.now() - startedAt).toBeGreaterThan(80_000)
    expect(control.ledger()).toHaveLength(1)
  })

  it('does not send an unknown purchase elsewhere or again without an id of its own', async () => {
    const { journal, provider, control } = rig()
    control.fault({ on: 'create', kind: 'lost-before-create', times: Number.POSITIVE_INFINITY })
    expect((await rejection(provider().submit(boat, key))).outcome).toBe('unknown')
    const creates = control.requests().filter(({ op }) => op === 'create').length
    const fallback = name === 'kling' ? falRig() : klingRig()
    const inner = failover([provider(), fallback.create()], {})
    expect((await rejection(inner.submit(boat, key))).outcome).toBe('unknown')
    expect(fallback.emulator.control.requests()).toEqual([])
    if (name === 'fal') expect(control.requests().filter(({ op }) => op === 'create')).toHaveLength(creates)
    expect((await openPurchases(journal)).map(({ state }) => state)).toEqual(['unknown'])
  })

  it('waits for another submit that is still running only as long as the caller does', async () => {
    const { clock, provider, control } = rig()
    control.fault({ on: 'create', kind: 'slow', ms: 30_000 })
    const first = provider().submit(boat, key)
    await clock.sleep(1_000)
    const reason = new Error('enough')
    const abort = new AbortController()
    const second = provider().submit(boat, { ...key, abortSignal: abort.signal })
    // By an id of ours the task can be seen before whoever bought it knows of it.
    if (name === 'kling') expect((await second).id).toBe(control.ledger()[0]?.taskId)
    else {
      const stopped = rejection(second)
      await clock.sleep(5_000)
      abort.abort(reason)
      expect(await stopped).toBe(reason)
    }
    const third = await provider().submit(boat, key)
    expect(third.id).toBe((await first).id)
    expect(control.ledger()).toHaveLength(1)
  })
})

describe('a purchase under an id that the provider takes once', () => {
  it('is sent again after a crash before the POST, and bought once', async () => {
    const { emulator, create } = klingRig()
    const journal = memoryJournal()
    emulator.control.fault({ on: 'create', kind: 'lost-before-create', times: 2 })
    expect((await rejection(journaled(create(), journal).submit(boat, key))).outcome).toBe('unknown')
    const { id } = await journaled(create(), journal).submit(boat, key)
    expect(emulator.control.ledger().map(({ taskId }) => taskId)).toEqual([id])
    expect(await openPurchases(journal)).toMatchObject([{ state: 'bought' }])
  })

  it('stays unknown when sending it again is refused, or switched off', async () => {
    const { emulator, create } = klingRig()
    const journal = memoryJournal()
    emulator.control.fault({ on: 'create', kind: 'lost-before-create', times: 2 })
    await rejection(journaled(create(), journal).submit(boat, key))
    emulator.control.fault({ on: 'create', kind: 'refuse', as: 'funds' })
    const refused = await rejection(journaled(create(), journal).submit(boat, key))
    expect([refused.code, refused.outcome]).toEqual(['ERR_SUBMISSION_UNKNOWN', 'unknown'])
    const creates = emulator.control.requests().filter(({ op }) => op === 'create').length
    const off = await rejection(journaled(create(), journal, { resend: false }).submit(boat, key))
    expect(off.code).toBe('ERR_SUBMISSION_UNKNOWN')
    expect(emulator.control.requests().filter(({ op }) => op === 'create')).toHaveLength(creates)
    expect(await openPurchases(journal)).toMatchObject([{ state: 'unknown' }])
  })
})

describe('journaled around a failover', () => {
  function both() {
    const [first, second] = [klingRig(), falRig()]
    const journal = memoryJournal()
    const provider = (order: 'kling' | 'fal' = 'kling') => {
      const leaves = [first.create(), second.create()]
      return journaled(failover(order === 'kling' ? leaves : leaves.toReversed()), journal)
    }
    return { journal, provider, kling: first.emulator.control, fal: second.emulator.control }
  }

  it('is one purchase, whichever leaf it went to, in whatever order they are asked later', async () => {
    const { journal, provider, kling, fal } = both()
    kling.fault({ on: 'create', kind: 'refuse', as: 'funds' })
    const task = await provider().submit(boat, key)
    expect(task.handle.provider).toBe('fal')
    expect(await story(journal)).toEqual(['kling rejected', 'fal accepted'])
    for (const order of ['kling', 'fal'] as const) {
      expect((await provider(order).submit(boat, key)).handle).toEqual(task.handle)
    }
    expect([kling.ledger().length, fal.ledger().length]).toEqual([0, 1])
    expect((await rejection(provider().submit(other, key))).code).toBe('ERR_INVALID_REQUEST')
  })

  it('buys once when submitted five times at once, in two orders', async () => {
    const { provider, kling, fal } = both()
    kling.fault({ on: 'create', kind: 'refuse', as: 'funds' })
    const orders = ['kling', 'kling', 'fal', 'fal', 'kling'] as const
    const tasks = await Promise.all(orders.map((order) => provider(order).submit(boat, key)))
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(1)
    expect(kling.ledger().length + fal.ledger().length).toBe(1)
  })

  it('gives the key back when nobody would take it', async () => {
    const { provider, kling, fal } = both()
    kling.fault({ on: 'create', kind: 'refuse', as: 'funds' })
    fal.fault({ on: 'create', kind: 'status', status: 403 })
    expect((await rejection(provider().submit(boat, key))).outcome).toBe('rejected')
    expect((await provider().submit(other, key)).handle.provider).toBe('kling')
  })

  it('buys nowhere else what has no verdict', async () => {
    const { provider, kling, fal } = both()
    fal.fault({ on: 'create', kind: 'lost-before-create' })
    expect((await rejection(provider('fal').submit(boat, key))).outcome).toBe('unknown')
    expect((await rejection(provider('kling').submit(boat, key))).code).toBe('ERR_SUBMISSION_UNKNOWN')
    const creates = fal.requests().filter(({ op }) => op === 'create')
    expect([kling.requests().length, creates.length]).toEqual([0, 1])
  })
})

it('a key without a verdict names what may be its task, to a second submit and to resume', async () => {
  const { clock, emulator, create } = falRig()
  const journal = memoryJournal()
  const submit = () => rejection(journaled(create(), journal).submit(boat, key))
  emulator.control.fault({ on: 'create', kind: 'lost-after-create' })
  await submit()
  await clock.sleep(600_000)
  const candidates = [{ id: emulator.control.ledger()[0]?.taskId, status: 'succeeded' }]
  const again = await submit()
  expect(again).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', candidates })
  expect(again.message).toContain('Its task may be')
  const items = []
  for await (const item of resume(journal, [create()])) items.push(item)
  expect(items).toMatchObject([{ state: 'unknown', candidates }])
})

it('with soleSubmitter that task is found, and written down', async () => {
  const { clock, emulator, create } = falRig()
  const journal = memoryJournal()
  const fal = () => journaled(create({ soleSubmitter: true }), journal)
  emulator.control.fault({ on: 'create', kind: 'lost-after-create' })
  await rejection(fal().submit(boat, key))
  await clock.sleep(600_000)
  const id = emulator.control.ledger()[0]?.taskId
  expect(await fal().submit(boat, key)).toMatchObject({ id })
  expect(await purchasesOf(journal)).toMatchObject([{ state: 'bought', handle: { id } }])
})
