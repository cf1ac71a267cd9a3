import { type Cost, guard, usd } from '@reelay/core'
import { believableCost } from '@reelay/core/adapter'
import { describe, expect, test } from 'vitest'
import { order, type Said, type SellerName, seller } from './sellers.ts'

const clip = 'https://cdn.example.com/a.mp4'

/** A clip that was made, with what its provider says it took; as text, since JSON has no infinity. */
const made: Record<SellerName, (amount: string) => Said> = {
  kling: (amount) => ({
    body: `{"code":0,"data":{"task_id":"t1","task_status":"succeed","task_result":{"videos":[{"url":"${clip}"}]},"final_unit_deduction":${amount}}}`,
  }),
  piapi: (amount) => ({
    body: `{"code":200,"data":{"task_id":"t1","status":"completed","output":{"video_url":"${clip}"},"meta":{"usage":{"consume":${amount}}}}}`,
  }),
  fal: (amount) => ({
    body: `{"request_id":"t1","status":"COMPLETED","video":{"url":"${clip}"}}`,
    headers: { 'x-fal-billable-units': amount.replaceAll('"', '') },
  }),
  replicate: (amount) => ({
    body: `{"id":"t1","status":"succeeded","output":"${clip}","metrics":{"video_output_duration_seconds":${amount}}}`,
  }),
}

async function bought(name: SellerName, amount: string) {
  const provider = seller(name, () => made[name](amount))
  const { handle } = await provider.submit(order)
  return provider.get(handle)
}

describe('what a provider calls a cost is believed only if it can be one', () => {
  test.each<[SellerName, string]>([
    ['kling', '"-100"'],
    ['kling', '-0.5'],
    ['kling', '"NaN"'],
    ['kling', '"Infinity"'],
    ['kling', '1e999'],
    ['kling', '"many"'],
    ['piapi', '-20000000'],
    ['piapi', '1e999'],
    ['fal', '"-3"'],
    ['fal', '"many"'],
    ['fal', '"Infinity"'],
    ['replicate', '-5'],
    ['replicate', '1e999'],
  ])('%s charges %s: no cost, and a warning', async (name, amount) => {
    const task = await bought(name, amount)
    expect(task).toMatchObject({ status: 'succeeded', warnings: [{ field: 'cost' }] })
    expect(task.cost).toBeUndefined()
    expect(task.warnings[0]?.message).toContain('not counted')
  })

  test.each<[SellerName, string, Partial<Cost>]>([
    ['kling', '"3"', { microUsd: 420_000 }],
    ['kling', '0', { microUsd: 0 }],
    ['piapi', '2000000', { microUsd: 200_000 }],
    ['fal', '"3"', { microUsd: 420_000 }],
    ['replicate', '5', { native: { amount: 5, unit: 'second' } }],
  ])('%s charges %s: it is', async (name, amount, cost) => {
    expect(await bought(name, amount)).toMatchObject({ cost, warnings: [] })
  })

  test.each<SellerName>(['kling', 'piapi', 'replicate'])(
    '%s says nothing, or blanks: no cost',
    async (name) => {
      for (const amount of ['null', '""', '"  "', '[]', '{}', 'true']) {
        const task = await bought(name, amount)
        expect([task.cost?.microUsd, task.warnings], amount).toEqual([undefined, []])
      }
    },
  )

  test('a cost of two parts falls with either', () => {
    const native = { amount: 1, unit: 'unit' }
    const whole = { microUsd: 140_000, native, basis: 'reported' } as const
    expect(believableCost(whole)).toBe(whole)
    expect(believableCost({ basis: 'reported' })).toEqual({ basis: 'reported' })
    expect(believableCost(undefined)).toBeUndefined()
    for (const amount of [-1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(believableCost({ ...whole, microUsd: amount })).toBeUndefined()
      expect(believableCost({ ...whole, native: { ...native, amount } })).toBeUndefined()
    }
  })

  test('a budget does not grow by it', async () => {
    let made = 0
    const kling = seller('kling', (method, url) => {
      if (method === 'POST') made++
      const id = method === 'POST' ? `t${made}` : url.pathname.split('/').at(-1)
      const data = { task_id: id, task_status: 'succeed', task_result: { videos: [{ url: clip }] } }
      return { body: { code: 0, data: { ...data, final_unit_deduction: '-100' } } }
    })
    const careful = guard(kling, { budget: { amount: usd(1), windowMs: 86_400_000 } })
    let clips = 0
    for (let i = 0; i < 8; i++) {
      const task = await careful.submit(order).catch(() => undefined)
      if (!task) break
      clips++
      await careful.get(task.handle)
    }
    expect(clips).toBe(2)
  })
})
