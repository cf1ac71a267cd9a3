import { describe, expect, it } from 'vitest'
import { skip } from '../src/assert.ts'
import { type ContractCase, contractCases, runCase } from '../src/index.ts'
import { fakeDescriptor } from './fake/world.ts'

const trial = (part: Partial<ContractCase>): ContractCase => ({
  name: 'a trial',
  rule: 'task',
  run: async () => undefined,
  ...part,
})

describe('running a case', () => {
  it('tells what came of it', async () => {
    const plain = fakeDescriptor('plain')
    expect(await runCase(trial({}), plain)).toEqual({ state: 'kept' })
    const needs = (): string => 'it cannot'
    expect(await runCase(trial({ needs }), plain)).toEqual({ state: 'instead', reason: 'it cannot' })
    const run = async (): Promise<void> => skip('no such fault')
    expect(await runCase(trial({ run }), plain)).toEqual({ state: 'skipped', reason: 'no such fault' })
  })

  it('closes the world, whatever came of it', async () => {
    let closed = 0
    const plain = fakeDescriptor('plain')
    const world = async (): Promise<Awaited<ReturnType<typeof plain.world>>> => ({
      ...(await plain.world()),
      close() {
        closed += 1
      },
    })
    await runCase(trial({}), { ...plain, world })
    const run = (): Promise<void> => Promise.reject(new Error('broken'))
    await expect(runCase(trial({ run }), { ...plain, world })).rejects.toThrow('broken')
    expect(closed).toBe(2)
  })

  it('skips by name what a wire cannot simulate, and nothing else', async () => {
    const plain = fakeDescriptor('plain')
    const world = async (): Promise<Awaited<ReturnType<typeof plain.world>>> => {
      const able = await plain.world()
      return { ...able, wire: { ...able.wire, fault: () => false } }
    }
    const skipped = new Set<string>()
    for (const one of contractCases) {
      const result = await runCase(one, { ...plain, world })
      if (result.state === 'skipped') skipped.add(result.reason)
    }
    expect([...skipped].every((reason) => reason.startsWith('the wire cannot simulate'))).toBe(true)
  })
})
