import { describe, expect, it } from 'vitest'
import { ContractViolation } from '../../src/assert.ts'
import { type JournalDescriptor, journalCases, runJournalCase } from '../../src/index.ts'
import { journalContractFaults } from './faults.ts'
import { journalDescriptor } from './world.ts'

const serverClock = journalCases.filter((one) => one.needs?.({ clock: 'server', damage: false }) === true)
const ofServerClock = serverClock.filter((one) => one.needs?.({ clock: 'caller', damage: true }) !== true)

const verdict = (one: (typeof journalCases)[number], descriptor: JournalDescriptor): Promise<unknown> =>
  runJournalCase(one, descriptor).catch((error: unknown) => error)

describe('the suite of the journal suite', () => {
  it('has a planted fault for every case, and for nothing else', () => {
    const names = journalCases.filter((one) => !ofServerClock.includes(one)).map(({ name }) => name)
    expect(Object.keys(journalContractFaults).sort()).toEqual(names.sort())
    expect(new Set(journalCases.map(({ name }) => name)).size).toBe(journalCases.length)
  })
})

describe('a planted fault is noticed by', () => {
  for (const one of journalCases) {
    const breaks = journalContractFaults[one.name]
    if (!breaks) continue
    it(one.name, async () => {
      expect(await verdict(one, journalDescriptor())).toEqual({ state: 'kept' })
      expect(await verdict(one, journalDescriptor(breaks))).toBeInstanceOf(ContractViolation)
    })
  }

  it.each(ofServerClock)('$name', async (one) => {
    // Goes by the clock of its callers, and says that it does not.
    const { world } = journalDescriptor()
    const manifest = { clock: 'server', damage: true } as const
    expect(await verdict(one, { name: 'caller', manifest, world })).toBeInstanceOf(ContractViolation)
  })
})
