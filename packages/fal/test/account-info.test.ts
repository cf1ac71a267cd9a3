import { demoCredentials } from '@reelay/emulator'
import { expect, it } from 'vitest'
import { readBalance } from '../src/account-info.ts'
import { createFal } from '../src/index.ts'
import { apiKey, createRig, fixture, reply, replyOf } from './world.ts'

it('account_billing: dollars', () => {
  expect(readBalance(replyOf(fixture('account_billing')))).toEqual({
    balances: [{ unit: 'usd', amount: 24.5, microUsd: 24_500_000, basis: 'reported', state: 'usable' }],
  })
})

it('money in no dollars has no dollars, and no money is no answer', () => {
  const credits = (more: object) => reply(200, { username: 'studio', credits: more })
  expect(readBalance(credits({ current_balance: 0, currency: 'EUR' }))?.balances).toEqual([
    { unit: 'eur', amount: 0, basis: 'reported', state: 'spent' },
  ])
  expect(readBalance(reply(200, { username: 'studio' }))).toBeUndefined()
})

it('accountInfo is read with the key for the books; another one is told what it lacks', async () => {
  const { create, clock } = createRig()
  const info = await create({ apiKey, adminKey: demoCredentials.fal.adminKey }).accountInfo()
  expect(info).toMatchObject({ provider: 'fal', account: 'default', readAt: clock.now(), gaps: [] })
  expect(info.balances).toMatchObject([{ unit: 'usd', state: 'usable' }])
  await expect(create({ apiKey }).accountInfo()).rejects.toMatchObject({
    code: 'ERR_FORBIDDEN',
    outcome: 'none',
  })
})

it('is not there at a relay', () => {
  const relayed = createFal({ apiKey: 'id:secret', baseURL: 'https://relay.example.com' })
  expect('accountInfo' in relayed).toBe(false)
})
