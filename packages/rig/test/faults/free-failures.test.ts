import { type FailoverPolicy, failover, journaled, memoryJournal, wait } from '@reelay/core'
import type { Emulator, ProviderId } from '@reelay/emulator'
import { boat, createEmulated } from '@reelay/rig/all'
import { describe, expect, it } from 'vitest'

const key = { idempotencyKey: 'order-1' }
const moveOn = { onFailedTask: 'move-on-if-free', maxCost: Number.POSITIVE_INFINITY } as const

const tasksOf = ({ control }: Emulator, ...ids: readonly ProviderId[]): readonly number[] =>
  ids.map((id) => control.tasks().filter(({ provider }) => provider === id).length)

/** The names that the emulated fal gives its failures, with what they cost by its documents. */
const falFailures = [
  ['runner_scheduling_failure', 'capacity', true],
  ['downstream_service_error', 'internal', true],
  ['image_too_small', 'input', false],
  ['content_policy_violation', 'content', false],
] as const

// A task is still going when its first submit returns: a failure is met by submitting again under its key.
describe('a task of Kling that has failed when its key is submitted again', () => {
  async function resubmitted(message: string, policy: FailoverPolicy) {
    const { emulator, clock, create } = createEmulated((fetch) => fetch)
    const { kling, fal } = create()
    emulator.control.failNext({ provider: 'kling', message })
    const provider = failover([kling, fal], policy)
    const first = await wait(provider, (await provider.submit(boat, key)).handle)
    expect([first.status, first.handle.provider]).toEqual(['failed', 'kling'])
    expect(tasksOf(emulator, 'fal'), 'a task that fails later is left alone').toEqual([0])
    await clock.sleep(1_000)
    const second = await provider.submit(boat, key)
    return { second, bought: tasksOf(emulator, 'kling', 'fal') }
  }

  const broken = 'Internal error'
  const flagged = 'Failure to pass the risk control system'

  it.each([
    ['is left for the next leaf', broken, moveOn, 'fal'],
    ['is returned unless the policy asks', broken, { maxCost: moveOn.maxCost }, 'kling'],
    ['is returned when its content was flagged', flagged, moveOn, 'kling'],
    ['is free even then, so that a policy may move on', flagged, { ...moveOn, onContent: 'move-on' }, 'fal'],
  ] as const)('%s', async (_name, message, policy, taker) => {
    const { second, bought } = await resubmitted(message, policy)
    expect(second.handle.provider).toBe(taker)
    expect(bought).toEqual([1, taker === 'fal' ? 1 : 0])
  })
})

describe('a task of fal that has failed when a journal brings it back', () => {
  it.each(falFailures)('%s, %s: free is %s', async (message, reason, free) => {
    const { emulator, create } = createEmulated((fetch) => fetch)
    const { kling, fal } = create()
    emulator.control.failNext({ provider: 'fal', message })
    // What is asked here is the catalogue, and no policy of the caller's stands in its way.
    const policy = { ...moveOn, onContent: 'move-on', onInvalid: 'move-on' } as const
    const provider = failover([journaled(fal, memoryJournal()), kling], policy)
    const first = await wait(provider, (await provider.submit(boat, key)).handle)
    expect(first).toMatchObject({ status: 'failed', failure: { reason }, handle: { provider: 'fal' } })
    expect(tasksOf(emulator, 'kling', 'fal')).toEqual([0, 1])
    const second = await provider.submit(boat, key)
    expect(second.handle.provider).toBe(free ? 'kling' : 'fal')
    expect(tasksOf(emulator, 'kling', 'fal')).toEqual([free ? 1 : 0, 1])
  })
})
