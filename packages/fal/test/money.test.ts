import { type RecordEntry, wait } from '@reelay/core'
import type { FaultSpec } from '@reelay/emulator'
import { describe, expect, test } from 'vitest'
import { boat, createRig } from './world.ts'

const minute = 60_000

describe('a create', () => {
  const lost: [string, FaultSpec][] = [
    ['whose answer is lost', { on: 'create', kind: 'lost-after-create' }],
    ['that is answered 500', { on: 'create', kind: 'status', status: 500, created: true }],
    ['that is told off with a 422', { on: 'create', kind: 'status', status: 422, created: true }],
    ['that meets an ingress fault', { on: 'create', kind: 'html', created: true }],
    ['that is redirected', { on: 'create', kind: 'redirect', created: true }],
    ['without its id', { on: 'create', kind: 'missing-field', field: 'request_id' }],
  ]
  test.each(lost)('%s: one POST, one charge, and no verdict', async (_name, fault) => {
    const { fal, emulator, requests, clock } = createRig()
    emulator.control.fault({ ...fault, times: 9 })
    const entries: RecordEntry[] = []
    const record = async (entry: RecordEntry): Promise<void> => void entries.push(entry)
    const error = await fal.submit(boat, { record, idempotencyKey: 'order-7' }).catch((thrown) => thrown)
    expect(error).toMatchObject({
      code: 'ERR_SUBMISSION_UNKNOWN',
      outcome: 'unknown',
      submission: { provider: 'fal', route: 'kling-video', idempotencyKey: 'order-7', model: 'kling-v3' },
    })
    expect(error).not.toHaveProperty('candidates')
    await clock.sleep(10 * minute)
    expect(requests('create')).toHaveLength(1)
    expect(emulator.control.ledger()).toHaveLength(1)
    expect(entries.map((entry) => ('outcome' in entry ? entry.outcome : entry.type))).toEqual([
      'intent',
      'unknown',
    ])
  })

  test('on a locked account is rejected, and may be sent again after a top-up', async () => {
    const { fal, emulator, requests } = createRig()
    emulator.control.setBalance(0, { provider: 'fal' })
    await expect(fal.submit(boat)).rejects.toMatchObject({
      code: 'ERR_FUNDS',
      outcome: 'rejected',
      retryable: true,
      httpStatus: 403,
    })
    expect([requests('create').length, emulator.control.ledger().length]).toEqual([1, 0])
  })

  test('for an app that fal does not have is rejected as unsupported', async () => {
    const { fal } = createRig({ kling4: false })
    await expect(fal.submit({ ...boat, model: 'kling-v4' })).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED',
      outcome: 'rejected',
    })
  })
})

describe('cancel', () => {
  test('in the queue takes the task out', async () => {
    const { fal, emulator } = createRig({ queuedMs: 10 * minute })
    const { handle } = await fal.submit(boat)
    expect(await fal.cancel(handle)).toBe('canceled')
    expect(await wait(fal, handle)).toMatchObject({ status: 'canceled', nativeStatus: 'client_cancelled' })
    expect(await fal.cancel(handle)).toBe('too-late')
    expect(emulator.control.tasks()).toHaveLength(1)
  })

  test.each([
    ['stops', 'canceled'],
    ['ignored', 'succeeded'],
  ] as const)('of a running task is a wish (%s)', async (cancelRunning, status) => {
    const { fal, clock } = createRig({ cancelRunning })
    const { handle } = await fal.submit(boat)
    await clock.sleep(20_000)
    expect(await fal.cancel(handle)).toBe('requested')
    expect((await wait(fal, handle)).status).toBe(status)
  })

  test('of a task that never was keeps the handle', async () => {
    const { fal } = createRig()
    const { handle } = await fal.submit(boat)
    const gone = { ...handle, id: '01a0c3b2-0000-7000-8000-000000000000' }
    await expect(fal.cancel(gone)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND', handle: gone })
  })
})
