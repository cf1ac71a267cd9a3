import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { expect, it } from 'vitest'

// A gateway in between may repeat a key anywhere: what of an account is for people to read has none in it, and ids are whole.
const key = 'key-secret/0123456789'
const said = `pack ${key}`
const at = '2026-11-20T10:00:00Z'
const period = { from: Date.parse('2026-11-01'), to: Date.parse('2026-12-01') }
const answering = (json: object) => ({ fetch: async () => Response.json(json) })

const reads: Readonly<Record<string, () => Promise<unknown>>> = {
  'the packs of Kling': () =>
    createKling({
      apiKey: key,
      ...answering({
        code: 0,
        data: { resource_pack_subscribe_infos: [{ resource_pack_name: said, remaining_quantity: 3 }] },
      }),
    }).accountInfo(),
  'the books of Kling': () =>
    createKling({
      apiKey: key,
      ...answering({
        code: 0,
        data: {
          result: {
            detail: [
              {
                task_id: `task-${key}`,
                deduction_time: Date.parse(at),
                deduction_amount: 1,
                model_name: said,
              },
            ],
          },
        },
      }),
    }).usage(period),
  'the balance of fal': () =>
    createFal({
      apiKey: `id:${key}`,
      ...answering({ credits: { current_balance: 3, currency: said } }),
    }).accountInfo(),
  'the books of fal': () =>
    createFal({
      apiKey: `id:${key}`,
      ...answering({
        billing_events: [
          {
            request_id: `task-${key}`,
            endpoint_id: `kling ${said}`,
            timestamp: at,
            output_units: 5,
            unit_price: 0.1,
          },
        ],
      }),
    }).usage(period),
  'the books of PiAPI': () =>
    createPiapi({
      apiKey: key,
      ...answering({
        code: 200,
        data: {
          data: [
            {
              id: '1',
              task_id: `task-${key}`,
              task_model: `kling ${said}`,
              status: 'finished',
              usage: 3,
              created_at: at,
            },
          ],
          page: 1,
          size: 100,
          total: 1,
        },
      }),
    }).usage(period),
}

it.each(Object.entries(reads))('%s show no key, and name their tasks whole', async (_, read) => {
  const report = JSON.stringify(await read())
  expect(report.replaceAll(`"task-${key}"`, '')).not.toContain(key)
  expect(report).toContain('[redacted]')
  if (report.includes('"rows":[')) expect(report).toContain(`"taskId":"task-${key}"`)
})
