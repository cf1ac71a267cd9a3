import { describe, expect, it } from 'vitest'
import { demoCredentials, type FalEmulatorOptions } from '../../src/index.ts'
import events from './fixtures/billing_events.json' with { type: 'json' }
import scope from './fixtures/billing_events_403_scope.json' with { type: 'json' }
import { createRig, KLING, keyHeaders, prompt } from './rig.ts'

const API = 'https://api.fal.ai/v1'
const admin = { authorization: `Key ${demoCredentials.fal.adminKey}` }
const v3 = `${KLING}/v3/standard/text-to-video`
const input = { prompt, duration: '5', generate_audio: false }

interface Row {
  readonly request_id: string
  readonly output_units: number
  readonly cost_total: number
  readonly cost_estimate_nano_usd: number
}

function open(options: FalEmulatorOptions = {}) {
  const rig = createRig({ outputFile: 'url-only', ...options })
  const ask = async (path: string, headers: Record<string, string> = admin) => {
    const { status, body } = await rig.send(`${API}${path}`, { headers })
    return { status, body: body as unknown as Record<string, unknown> }
  }
  const eventsOf = async (query = ''): Promise<readonly Row[]> =>
    (await ask(`/models/billing-events${query}`)).body.billing_events as readonly Row[]
  return { ...rig, ask, eventsOf }
}

const keysOf = (value: object): readonly string[] => Object.keys(value).sort()

describe('the billing events', () => {
  it('have a row as documented once a request has ended, and none where it was free', async () => {
    const { create, control, eventsOf } = open()
    const id = await create(v3, input)
    expect(await eventsOf()).toEqual([])
    control.failNext({ provider: 'fal', message: 'internal_error' })
    await create(v3, input)
    await create(v3, { prompt, duration: 'forever' })
    control.advance(600_000)
    const rows = await eventsOf()
    expect(rows).toMatchObject([
      {
        request_id: id,
        endpoint_id: v3,
        output_units: 3,
        unit_price: 0.14,
        cost_total: 0.42,
        cost_estimate_nano_usd: 420_000_000,
      },
    ])
    expect(keysOf(rows[0] ?? {})).toEqual(keysOf(events.response.body.billing_events[0] ?? {}))
  })

  it('open to ADMIN scope alone, which may do everything else too', async () => {
    const { ask } = open()
    expect(await ask('/models/billing-events?limit=100', keyHeaders)).toEqual({
      status: scope.response.status,
      body: scope.response.body,
    })
    for (const path of ['/models/usage', '/account/billing'])
      expect((await ask(path, keyHeaders)).status).toBe(403)
    expect((await ask('/models/billing-events', {})).status).toBe(401)
    expect((await ask(`/models/requests/by-endpoint?endpoint_id=${v3}`)).status).toBe(200)
  })

  it('come late where told, in pages, by endpoint, by request and by time', async () => {
    const { create, control, eventsOf, ask } = open({ billLagMs: 300_000, queuedMs: 0, processingMs: 1_000 })
    const ids = [await create(v3, input), await create(v3, input), await create()]
    control.advance(10_000)
    expect(await eventsOf()).toEqual([])
    control.advance(300_000)
    expect((await eventsOf()).map(({ request_id }) => request_id).sort()).toEqual(ids.toSorted())
    expect(await eventsOf(`?endpoint_id=${v3}`)).toHaveLength(2)
    expect(await eventsOf(`?request_id=${ids[1]}`)).toHaveLength(1)
    const { body } = await ask('/models/billing-events?limit=2')
    expect(body.has_more).toBe(true)
    expect(await eventsOf(`?limit=2&cursor=${body.next_cursor}`)).toHaveLength(1)
    expect(await eventsOf(`?end=${new Date(control.now() - 400_000).toISOString()}`)).toEqual([])
    for (const wrong of [
      'limit=0',
      'limit=10001',
      'request_id=x',
      'start=then',
      'colour=red',
      'start=2020-01-01',
    ])
      expect((await ask(`/models/billing-events?${wrong}`)).status).toBe(400)
  })

  it('tell a discount, and what was charged otherwise than the list says', async () => {
    const { create, control, eventsOf, ask } = open({ discount: 0.1 })
    control.chargeNext({ provider: 'fal', factor: 1.5 })
    await create(v3, input)
    control.advance(600_000)
    expect(await eventsOf()).toMatchObject([
      // 3 units and a half more, a tenth off.
      {
        output_units: 4.5,
        unit_price: 0.126,
        percent_discount: 10,
        cost_subtotal: 0.63,
        cost_discount: 0.063,
        cost_total: 0.567,
      },
    ])
    const { body } = await ask(`/models/pricing?endpoint_id=${v3}`, keyHeaders)
    expect(body.prices).toMatchObject([{ unit_price: 0.126, unit: 'seconds' }])
    expect(control.ledger()).toMatchObject([{ microUsd: 567_000 }])
  })
})

it('usage sums up by endpoint and day, and the balance is what is left', async () => {
  const { create, control, ask } = open()
  for (let at = 0; at < 4; at++) await create(v3, input)
  control.advance(600_000)
  const { body } = await ask('/models/usage?expand=summary,time_series&timeframe=day')
  const sum = {
    endpoint_id: v3,
    unit: 'seconds',
    quantity: 12,
    unit_price: 0.14,
    cost_total: 1.68,
    currency: 'USD',
  }
  expect(body.summary).toMatchObject([sum])
  expect(body.time_series).toMatchObject([{ results: [sum] }])
  expect((await ask('/account/billing?expand=credits')).body).toEqual({
    username: 'demo',
    credits: { current_balance: 998.32, currency: 'USD' },
  })
  expect((await ask('/models/usage?timeframe=year')).status).toBe(400)
})

it('the estimate multiplies unit prices, or what calls have cost on average', async () => {
  const { create, control, send } = open()
  await create(v3, input)
  control.advance(600_000)
  const estimate = async (body: unknown) => {
    const headers = { ...keyHeaders, 'content-type': 'application/json' }
    const answer = await send(`${API}/models/pricing/estimate`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    return [answer.status, (answer.body as unknown as { total_cost?: number }).total_cost]
  }
  const turbo = `${KLING}/v2.5-turbo/pro/image-to-video`
  expect(
    await estimate({ estimate_type: 'unit_price', endpoints: { [turbo]: { unit_quantity: 10 } } }),
  ).toEqual([200, 0.7])
  expect(
    await estimate({ estimate_type: 'historical_api_price', endpoints: { [v3]: { call_quantity: 2 } } }),
  ).toEqual([200, 0.84])
  expect(await estimate({ estimate_type: 'unit_price', endpoints: { 'x/y': { unit_quantity: 1 } } })).toEqual(
    [404, undefined],
  )
  expect(await estimate({ estimate_type: 'guess', endpoints: {} })).toEqual([400, undefined])
})
