import { afterEach, describe, expect, it } from 'vitest'
import { ContractViolation } from '../src/assert.ts'
import { keyCases } from '../src/cases/keys.ts'
import { type ContractCase, contractCases, runCase } from '../src/index.ts'
import { fakeDescriptor } from './fake/world.ts'
import type { Planted } from './planted/break.ts'
import { insteadFaults } from './planted/instead.ts'
import { journalFaults } from './planted/journal.ts'
import { globalName } from './planted/secrets.ts'
import { plantedFaults } from './planted-faults.ts'

const { manifest: plainManifest } = fakeDescriptor('plain')

afterEach(() => {
  Reflect.deleteProperty(globalThis, globalName)
})

/** What a case says of a broken provider. */
async function verdict(one: ContractCase, { on = 'keyed', plant }: Planted): Promise<unknown> {
  return runCase(one, fakeDescriptor(on, plant)).catch((error: unknown) => error)
}

describe('the suite of the suite', () => {
  const names = contractCases.map(({ name }) => name)

  it('has a planted fault for every case, and for nothing else', () => {
    expect(Object.keys(plantedFaults).sort()).toEqual([...names].sort())
  })

  it('has cases with names of their own', () => {
    expect(new Set(names).size).toBe(names.length)
  })

  it('proves something else wherever a case may not apply', () => {
    for (const one of contractCases) expect(one.instead === undefined).toBe(one.needs === undefined)
  })

  it('has a planted fault for everything that is proved instead', () => {
    const reasons = contractCases
      .map((one) => one.needs?.(plainManifest) ?? true)
      .filter((met) => met !== true)
    expect(Object.keys(insteadFaults).sort()).toEqual([...new Set(reasons)].sort())
  })
})

describe('with a journal, a planted fault is noticed by', () => {
  it('every case about keys', () => {
    expect(Object.keys(journalFaults).sort()).toEqual(keyCases.map(({ name }) => name).sort())
  })

  it.each(keyCases)('$name', async (one) => {
    const planted = journalFaults[one.name]
    expect(planted && (await verdict(one, planted))).toBeInstanceOf(ContractViolation)
  })
})

describe('a planted fault is noticed by', () => {
  for (const one of contractCases) {
    const planted = plantedFaults[one.name]
    if (!planted) continue
    it(one.name, async () => {
      expect(one.needs?.(fakeDescriptor(planted.on ?? 'keyed').manifest) ?? true).toBe(true)
      expect(await verdict(one, planted)).toBeInstanceOf(ContractViolation)
    })
  }
})

describe('where it does not apply, a planted fault is noticed by', () => {
  for (const one of contractCases) {
    const reason = one.needs?.(plainManifest) ?? true
    const planted = reason === true ? undefined : insteadFaults[reason]
    if (!planted) continue
    it(one.name, async () => {
      expect(await verdict(one, planted)).toBeInstanceOf(ContractViolation)
    })
  }
})
