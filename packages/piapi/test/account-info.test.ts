import { generate } from '@reelay/core'
import { expect, it } from 'vitest'
import { readBalance } from '../src/account-info.ts'
import { boat, createRig, fixture, reply, replyOf } from './world.ts'

it('account_info_full: credits, in the dollars that PiAPI names, and tasks at a time', () => {
  expect(readBalance(replyOf(fixture('account_info_full')))).toEqual({
    balances: [
      {
        unit: 'credit',
        amount: 6_150,
        microUsd: 12_300_000,
        basis: 'reported',
        total: 7_000,
        state: 'usable',
      },
    ],
    concurrency: 5,
  })
})

it('either of both is enough, and neither is no answer', () => {
  const data = (more: object) => reply({ code: 200, data: more })
  expect(readBalance(data({ equivalent_in_usd: 0 }))?.balances).toEqual([
    { unit: 'usd', amount: 0, microUsd: 0, basis: 'reported', state: 'spent' },
  ])
  expect(readBalance(data({ credit_pack_info: { available_credits: 500 } }))?.balances).toEqual([
    { unit: 'credit', amount: 500, microUsd: 1_000_000, basis: 'derived', state: 'usable' },
  ])
  expect(readBalance(data({ name: 'studio' }))).toBeUndefined()
})

it.each(['credit-pack', 'remaining-credits'] as const)(
  'accountInfo reads both forms of the answer: %s',
  async (accountInfo) => {
    const { piapi, clock } = createRig({}, { accountInfo })
    const before = await piapi.accountInfo()
    const { cost } = await generate(piapi, boat)
    const after = await piapi.accountInfo()
    expect(after).toMatchObject({ provider: 'piapi', account: 'default', readAt: clock.now(), gaps: [] })
    const left = ({ balances }: typeof after): number => balances[0]?.microUsd ?? Number.NaN
    expect(left(before) - left(after)).toBe(cost?.microUsd)
  },
)

it('is not there at a relay', () => {
  const relayed = createRig().create({ apiKey: 'a-key', baseURL: 'https://relay.example.com' })
  expect('accountInfo' in relayed).toBe(false)
})
