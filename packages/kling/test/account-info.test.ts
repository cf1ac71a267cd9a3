import { generate } from '@reelay/core'
import { describe, expect, it } from 'vitest'
import { readPacks } from '../src/account-info.ts'
import { boat, createRig, fixture, reply, replyOf, stub } from './world.ts'

describe('what the packs say', () => {
  it('account_costs_trial_packs: what is left, until when, how many tasks at a time, and at list prices', () => {
    expect(readPacks(replyOf(fixture('account_costs_trial_packs')))?.balances).toEqual([
      {
        unit: 'unit',
        amount: 91.2,
        // 91.2 units of $0.14.
        microUsd: 12_768_000,
        basis: 'derived',
        name: 'Trial-Video-100Units-5Con-1Months',
        total: 100,
        startsAt: 1_789_948_000_000,
        expiresAt: 1_792_540_000_000,
        state: 'usable',
        concurrency: 5,
      },
      expect.objectContaining({ amount: 992, microUsd: 3_472_000, concurrency: 9 }),
    ])
  })

  it('account_costs: a pack that has ended is there, and pays for nothing', () => {
    const { balances, gaps } = readPacks(replyOf(fixture('account_costs'))) ?? {}
    expect(balances).toMatchObject([{ amount: 118, total: 200, state: 'expired' }])
    expect(balances?.[0]).not.toHaveProperty('concurrency')
    expect(gaps?.map(({ what }) => what)).toEqual(['late', 'cash'])
  })

  it('what cannot be read is counted, and what is no answer is none', () => {
    const packs = (list: unknown) => reply({ code: 0, data: { resource_pack_subscribe_infos: list } })
    expect(readPacks(packs([{ resource_pack_name: 'x' }, 7]))).toMatchObject({
      balances: [],
      gaps: [{}, {}, { what: 'rows', message: '2 resource packs could not be read.' }],
    })
    expect(readPacks(packs([]))?.balances).toEqual([])
    expect(readPacks(reply({ code: 0 }))).toBeUndefined()
  })
})

describe('accountInfo', () => {
  it('asks for what was bought of late, and buys nothing', async () => {
    const { kling, emulator, clock } = createRig()
    await generate(kling, boat)
    // What is left is told up to 12 hours late.
    await clock.sleep(13 * 3_600_000)
    const before = emulator.control.ledger().length
    const info = await kling.accountInfo()
    expect(info).toMatchObject({ provider: 'kling', account: 'default', readAt: clock.now() })
    const [pack] = info.balances
    expect(pack).toMatchObject({ state: 'usable', total: 1_000, amount: 998.5, concurrency: 5 })
    expect(JSON.parse(JSON.stringify(info))).toEqual(info)
    expect(emulator.control.ledger()).toHaveLength(before)
  })

  it('says what a refusal means', async () => {
    const { kling } = stub(() => ({ status: 401, json: { code: 1002, message: 'Authorization is invalid' } }))
    await expect(kling.accountInfo()).rejects.toMatchObject({ code: 'ERR_AUTH', outcome: 'none' })
  })

  it('is not there at a relay', () => {
    const { create } = createRig()
    const relayed = create({ apiKey: 'a-key', baseURL: 'https://relay.example.com/kling' })
    expect('accountInfo' in relayed).toBe(false)
  })
})
