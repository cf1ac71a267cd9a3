import { createKling } from '@reelay/kling'
import { createReplicate } from '@reelay/replicate'
import { expect, it } from 'vitest'
import { accountTexts, askAccount, canPay } from '../src/cli/accounts.ts'

const info = {
  provider: 'kling',
  account: 'default',
  readAt: 0,
  balances: [
    {
      unit: 'unit',
      amount: 91.2,
      total: 100,
      microUsd: 12_768_000,
      basis: 'derived',
      name: 'Trial-Video',
      expiresAt: Date.parse('2026-12-21'),
      state: 'usable',
    },
    { unit: 'usd', amount: 0, microUsd: 0, basis: 'reported', state: 'spent' },
  ],
  gaps: [{ what: 'late', message: 'It is late.' }],
} as const

it('an account is told in lines, gaps last', () => {
  expect(accountTexts(info)).toEqual([
    'Trial-Video: 91.2 of 100 unit ($12.768 at list prices), until 2026-12-21',
    '0 usd, spent',
    'It is late.',
  ])
  expect(accountTexts({ ...info, balances: [], gaps: [] })).toEqual(['nothing that it tells of'])
})

it('what pays for the next task is told from what does not', () => {
  expect(canPay(info)).toBe(true)
  expect(canPay({ ...info, balances: info.balances.slice(1) })).toBe(false)
})

it('asks those who say it, and no others', async () => {
  const answer = { code: 0, data: { resource_pack_subscribe_infos: [] } }
  const kling = createKling({ apiKey: 'a-key', fetch: async () => Response.json(answer) })
  expect(await askAccount(kling)).toMatchObject({ provider: 'kling', balances: [] })
  expect(askAccount(createReplicate({ apiKey: 'a-token' }))).toBeUndefined()
})
