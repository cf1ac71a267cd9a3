import type { FaultSpec, ProviderId } from '@reelay/emulator'
import { boat, createEmulated, providerIds } from '@reelay/rig/all'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failover, generate, ReelayError, wait } from '../../src/index.ts'

const inProcess = () => createEmulated((fetch) => fetch)
const anyPrice = { maxCost: Number.POSITIVE_INFINITY }

/** How a provider may behave when a create arrives, in all the ways the emulator knows. */
const behaviours: readonly FaultSpec[] = [
  { on: 'create', kind: 'lost-before-create' },
  { on: 'create', kind: 'lost-after-create' },
  { on: 'create', kind: 'reset-mid-answer' },
  { on: 'create', kind: 'hang', created: true },
  { on: 'create', kind: 'hang', created: false },
  { on: 'create', kind: 'in-flight', ms: 6_000 },
  { on: 'create', kind: 'status', status: 401 },
  { on: 'create', kind: 'status', status: 402 },
  { on: 'create', kind: 'status', status: 422 },
  { on: 'create', kind: 'status', status: 429 },
  { on: 'create', kind: 'status', status: 500, created: true },
  { on: 'create', kind: 'status', status: 503 },
  { on: 'create', kind: 'html', created: true },
  { on: 'create', kind: 'truncated-json' },
  { on: 'create', kind: 'empty' },
  { on: 'create', kind: 'redirect' },
]

describe('failover before the emulated providers', () => {
  it('renders with the second when the first is out of funds, and reads go back to it', async () => {
    const { emulator, clock, create, charged } = inProcess()
    const { kling, fal } = create()
    emulator.control.setBalance(0, { provider: 'kling' })
    const task = await generate(failover([kling, fal], anyPrice), boat, { clock })
    expect(task.handle.provider).toBe('fal')
    expect(task.attempts).toMatchObject([
      { provider: 'kling', code: 'ERR_FUNDS', outcome: 'rejected' },
      { provider: 'fal', outcome: 'accepted' },
    ])
    expect([charged('kling'), charged('fal')]).toEqual([0, 1])
  })

  it('keeps the trail on tasks however they are read', async () => {
    const { emulator, create } = inProcess()
    const { kling, replicate } = create()
    emulator.control.setBalance(0, { provider: 'kling' })
    const chain = failover([kling, replicate], anyPrice)
    const { handle } = await chain.submit(boat)
    const early: unknown[] = []
    const many = await chain.getMany?.([handle], { onAnswer: (_handle, answer) => early.push(answer) })
    const trail = { attempts: [{ provider: 'kling' }, { provider: 'replicate' }] }
    for (const read of [await chain.get(handle), many?.get(handle), ...early])
      expect(read).toMatchObject(trail)
  })

  it('reads a stored handle after a restart with another order', async () => {
    const { emulator, create } = inProcess()
    const before = create()
    emulator.control.setBalance(0, { provider: 'kling' })
    const { handle } = await failover([before.kling, before.replicate], anyPrice).submit(boat)
    const stored = JSON.parse(JSON.stringify(handle))
    const { replicate, fal, kling } = create()
    const restarted = failover([fal, replicate, kling], { order: 'cheapest' })
    expect(restarted.owns(stored)).toBe(true)
    expect(await wait(restarted, stored)).toMatchObject({ status: 'succeeded', id: handle.id })
  })

  it('finds a lost submission at whoever it was sent to, after a restart with another order', async () => {
    const { emulator, create, clock } = inProcess()
    const before = create()
    emulator.control.fault({ provider: 'kling', on: 'create', kind: 'in-flight', ms: 120_000 })
    emulator.control.fault({ provider: 'kling', on: 'create', kind: 'lost-before-create' })
    const provider = failover([before.kling, before.fal], anyPrice)
    const error = await provider.submit(boat).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ outcome: 'unknown', submission: { provider: 'kling' } })
    if (!ReelayError.isInstance(error) || !error.submission) throw error
    await clock.sleep(180_000)
    const { fal, kling } = create()
    expect(await failover([fal, kling]).find?.(error.submission)).toMatchObject({ state: 'found' })
  })

  it('never makes more than one task for a submit, whatever the providers do', async () => {
    const plan = fc.record({
      order: fc.shuffledSubarray([...providerIds], { minLength: 1 }),
      behaviours: fc.array(fc.option(fc.constantFrom(...behaviours), { freq: 3 }), { maxLength: 8 }),
      cheapest: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(plan, async ({ order, behaviours: steps, cheapest }) => {
        const { emulator, create, charged, clock } = inProcess()
        const leaves = create()
        for (const [index, step] of steps.entries()) {
          const provider: ProviderId = providerIds[index % providerIds.length] ?? 'kling'
          if (step) emulator.control.fault({ ...step, provider })
        }
        const provider = failover(
          order.map((id) => leaves[id]),
          { ...anyPrice, ...(cheapest && { order: 'cheapest' }) },
        )
        for (let submits = 1; submits <= 3; submits++) {
          const before = charged()
          const end = await provider.submit(boat, { timeoutMs: 5_000 }).catch((thrown: unknown) => thrown)
          await clock.sleep(60_000)
          const bought = charged() - before
          expect(bought).toBeLessThanOrEqual(1)
          const outcome = ReelayError.isInstance(end) ? end.outcome : 'accepted'
          // "Nothing was bought" and "bought" are promises; only `unknown` leaves it open.
          if (outcome === 'none' || outcome === 'rejected') expect(bought).toBe(0)
          if (outcome === 'accepted') expect(bought).toBe(1)
        }
      }),
      { numRuns: 120 },
    )
  }, 60_000)

  it('may pay twice when told to take that risk, which is what this suite would notice', async () => {
    const { emulator, create, charged } = inProcess()
    const { fal, kling } = create()
    emulator.control.fault({ provider: 'fal', on: 'create', kind: 'lost-after-create' })
    const task = await failover([fal, kling], { ...anyPrice, onUnknown: 'risk-paying-twice' }).submit(boat)
    expect(task).toMatchObject({
      handle: { provider: 'kling' },
      attempts: [
        { provider: 'fal', outcome: 'unknown', submission: { provider: 'fal' } },
        { provider: 'kling' },
      ],
    })
    expect(charged()).toBe(2)
  })
})
