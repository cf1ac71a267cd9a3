import { describe, expect, it } from 'vitest'
import { demoCredentials } from '../../src/index.ts'
import balance from './fixtures/account_billing_balance.json' with { type: 'json' }
import pack from './fixtures/account_billing_package.json' with { type: 'json' }
import costs from './fixtures/account_costs_trial_packs.json' with { type: 'json' }
import { API, createRig, keyHeaders, signJWT } from './rig.ts'

interface Page {
  readonly result: { readonly detail: readonly Readonly<Record<string, unknown>>[]; readonly count: number }
  readonly next_cursor: string
  readonly has_more: boolean
}

const { accessKey, secretKey, apiKey } = demoCredentials.kling
const wide = { start_time: 0, end_time: 9_999_999_999_999 }

function open(paysFrom: 'pack' | 'balance' = 'pack', more = {}) {
  const account = { name: 'demo', accessKey, secretKey, apiKeys: [apiKey], paysFrom }
  const rig = createRig({ kling: { accounts: [account], ...more } })
  const ask = async (ledger: string, body: unknown = wide, headers?: Record<string, string>) => {
    const { status, body: answer } = await rig.post(`${API}/account/billing/${ledger}`, body, headers)
    return { status, code: answer.code, data: answer.data as unknown as Page }
  }
  return { ...rig, ask }
}

/** Keys and types. */
const shape = (value: object): unknown =>
  Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, typeof inner] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

describe('the ledgers', () => {
  it.each([
    ['package', 'pack', pack],
    ['balance', 'balance', balance],
  ] as const)(
    'of the %s has a row as documented for each clip, from its end on',
    async (ledger, paysFrom, pair) => {
      const { ask, control, createTask } = open(paysFrom)
      const id = await createTask({ model_name: 'kling-v3', mode: 'std', duration: '5' })
      expect((await ask(ledger)).data.result.detail).toEqual([])
      control.advance(600_000)
      const { data } = await ask(ledger)
      const [row = {}] = data.result.detail
      expect(row).toMatchObject({
        task_id: id,
        model_name: 'kling-v3',
        resolution: '720p',
        duration: '5.04',
        video_sound: 'off',
      })
      expect(row.deduction_amount).toBe(paysFrom === 'pack' ? 3 : 0.42)
      expect(shape(row)).toEqual(shape(pair.response.body.data.result.detail[0] as object))
      expect(shape(data)).toEqual(shape(pair.response.body.data))
      const other = ledger === 'package' ? 'balance' : 'package'
      expect((await ask(other)).data.result.detail).toEqual([])
    },
  )

  it('counts down from what the account has, and leaves out what failed', async () => {
    const { ask, control, createTask } = open()
    await createTask({ external_task_id: 'a' })
    control.failNext()
    await createTask({ external_task_id: 'b' })
    control.chargeNext({ factor: 1.5 })
    await createTask({ external_task_id: 'c' })
    control.advance(600_000)
    const rows = (await ask('package')).data.result.detail
    expect(
      rows.map((row) => [row.unit_before_deduction, row.deduction_amount, row.unit_after_deduction]).sort(),
    ).toEqual([
      [1000, 1.5, 998.5],
      [998.5, 2.25, 996.25],
    ])
    const charged = control.ledger().reduce((sum, entry) => sum + (entry.refunded ? 0 : entry.units), 0)
    expect(charged).toBe(3.75)
  })

  it('a charge may be booked late', async () => {
    const { ask, control, createTask } = open('pack', { billLagMs: 120_000 })
    await createTask()
    control.advance(60_000)
    expect((await ask('package')).data.result.count).toBe(0)
    control.advance(120_000)
    expect((await ask('package')).data.result.count).toBe(1)
  })

  it('comes in pages by a cursor that overrides everything else', async () => {
    for (const ledgerCursor of ['beside', 'inside'] as const) {
      const { ask, control, createTask } = open('pack', { ledgerCursor })
      const ids = [await createTask(), await createTask(), await createTask()]
      control.advance(600_000)
      const partsOf = (data: Page): Page => ({
        ...data,
        ...(data.result as unknown as Page),
        result: data.result,
      })
      const first = partsOf((await ask('package', { ...wide, limit: 2 })).data)
      expect([first.result.count, first.has_more]).toEqual([2, true])
      const second = partsOf(
        (await ask('package', { cursor: first.next_cursor, start_time: 'x', limit: 1 })).data,
      )
      expect([second.result.count, second.has_more, second.next_cursor]).toEqual([1, false, ''])
      const seen = [first, second].flatMap(({ result }) => result.detail.map((row) => row.task_id))
      expect(seen.sort()).toEqual(ids.sort())
    }
  })

  it('reads its filters: the same key twice is either, different keys are both', async () => {
    const { ask, control, createTask } = open()
    await createTask()
    control.advance(600_000)
    const count = async (...filters: readonly unknown[]) =>
      (await ask('package', { ...wide, filters })).data?.result.count
    expect(await count({ key: 'product_type', values: ['image', 'video'] })).toBe(1)
    expect(await count({ key: 'product_type', values: ['image'] })).toBe(0)
    expect(
      await count({ key: 'api_key_name', values: ['demo'] }, { key: 'product_type', values: ['video'] }),
    ).toBe(1)
    expect(
      await count({ key: 'api_key_name', values: ['ci'] }, { key: 'product_type', values: ['video'] }),
    ).toBe(0)
  })

  it.each([
    {},
    { start_time: 0 },
    { ...wide, limit: 501 },
    { ...wide, limit: 0 },
    { ...wide, start_time: '0' },
    { ...wide, filters: [{ key: 'colour', values: [] }] },
    {
      ...wide,
      filters: [
        { key: 'package_name', values: ['x'] },
        { key: 'package_id', values: ['y'] },
      ],
    },
    { cursor: 'not one of ours' },
  ])('refuses %j', async (body) => {
    expect(await open().ask('package', body)).toMatchObject({ status: 400, code: 1201 })
  })

  it('takes a token as well as a key, and nobody else', async () => {
    const { ask, control } = open()
    const now = Math.floor(control.now() / 1000)
    const token = signJWT({ iss: accessKey, exp: now + 60, nbf: now - 5 })
    expect((await ask('package', wide, { authorization: `Bearer ${token}` })).status).toBe(200)
    expect((await ask('package', wide, { authorization: 'Bearer nobody' })).status).toBe(401)
  })
})

describe('resource packs', () => {
  it('have the form that was seen, with what is left as it was 12 hours ago, once a second', async () => {
    const { get, control, createTask } = open()
    await createTask()
    control.advance(600_000)
    const url = `${API}/account/costs?start_time=0&end_time=9999999999999`
    const packs = async () => (await get(url)).body.data as unknown as typeof costs.response.body.data
    const first = await packs()
    expect(shape(first)).toEqual(shape(costs.response.body.data))
    const [own] = first.resource_pack_subscribe_infos
    expect(shape(own ?? {})).toEqual(shape(costs.response.body.data.resource_pack_subscribe_infos[0] ?? {}))
    expect(own).toMatchObject({ total_quantity: 1000, remaining_quantity: 1000, status: 'online' })
    expect((await get(url)).body.code).toBe(1302)
    control.advance(13 * 3_600_000)
    expect((await packs()).resource_pack_subscribe_infos[0]?.remaining_quantity).toBe(998.5)
    control.advance(1_000)
    expect((await get(`${API}/account/costs?start_time=0`)).body.code).toBe(1201)
    expect(keyHeaders.authorization).toContain(apiKey)
  })
})
