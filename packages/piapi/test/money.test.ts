import { isVideoOffer, type RecordEntry } from '@reelay/core'
import type { FaultSpec } from '@reelay/emulator'
import { describe, expect, test } from 'vitest'
import { boat, createRig } from './world.ts'

const lost: [string, FaultSpec][] = [
  ['lost after the task was made', { on: 'create', kind: 'lost-after-create' }],
  ['500 after the task was made', { on: 'create', kind: 'status', status: 500, created: true }],
  ['broken off half way', { on: 'create', kind: 'reset-mid-answer' }],
  ['never given, so that the client gives up', { on: 'create', kind: 'hang', created: true, ms: 3_600_000 }],
  ['a page of HTML', { on: 'create', kind: 'html', created: true }],
  ['half of its JSON', { on: 'create', kind: 'truncated-json' }],
  ['empty', { on: 'create', kind: 'empty' }],
  ['a redirect', { on: 'create', kind: 'redirect', created: true }],
  ['without its id', { on: 'create', kind: 'missing-field', field: 'data.task_id' }],
]

describe('the answer to a create is', () => {
  test.each(lost)('%s: one POST, one charge, and nobody sends it again', async (_name, fault) => {
    const { piapi, emulator } = createRig()
    emulator.control.fault(fault)
    const entries: RecordEntry[] = []
    const record = async (entry: RecordEntry): Promise<void> => void entries.push(entry)
    const error = await piapi.submit(boat, { record }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'ERR_SUBMISSION_UNKNOWN',
      outcome: 'unknown',
      submission: { provider: 'piapi', route: 'video_generation', model: 'kling-v2-6' },
    })
    expect(emulator.control.ledger()).toHaveLength(1)
    const [create, history, ...more] = emulator.control.requests()
    expect([create?.op, history?.path.split('?')[0], more], 'no second POST').toEqual([
      'create',
      '/api/open/tasks/histories',
      [],
    ])
    expect(entries.map(({ type }) => type)).toEqual(['intent', 'verdict'])
    expect(entries[1]).toMatchObject({ outcome: 'unknown' })
  })
})

const surely: [string, number, string][] = [
  ['a wrong key', 401, 'ERR_AUTH'],
  ['no credits', 402, 'ERR_FUNDS'],
  ['a wrong body', 400, 'ERR_INVALID_REQUEST'],
  ['too many requests', 429, 'ERR_RATE_LIMIT'],
]

describe.each([false, true])('refused, errors as HTTP 200: %j', (errorsAsHttp200) => {
  test.each(surely)('%s is rejected: nothing was made', async (_name, code, as) => {
    const { piapi, emulator } = createRig({}, { errorsAsHttp200 })
    emulator.control.fault({ on: 'create', kind: 'status', code })
    await expect(piapi.submit(boat)).rejects.toMatchObject({ code: as, outcome: 'rejected' })
    expect(emulator.control.ledger()).toEqual([])
    expect(emulator.control.requests()).toHaveLength(1)
  })

  test.each(['null', 'task'] as const)('no points, data as %s', async (errorData) => {
    const { piapi, emulator } = createRig({}, { errorsAsHttp200, errorData })
    emulator.control.setBalance(1, { provider: 'piapi' })
    await expect(piapi.submit(boat)).rejects.toMatchObject({
      code: 'ERR_FUNDS',
      outcome: 'rejected',
      message: expect.stringContaining('insufficient credits'),
    })
    expect(emulator.control.ledger()).toEqual([])
  })

  test('service busy is no verdict', async () => {
    const { piapi, emulator } = createRig({}, { errorsAsHttp200 })
    emulator.control.fault({ on: 'create', kind: 'status', code: 500 })
    await expect(piapi.submit(boat)).rejects.toMatchObject({ outcome: 'unknown' })
  })
})

test('what is charged here is what was quoted', async () => {
  const { piapi, emulator } = createRig()
  for (const { kind, model, mode, route, limits } of piapi.catalog.offers.filter(isVideoOffer)) {
    if (route !== 'video_generation') continue
    const fields = { model, mode, prompt: 'A boat', generateAudio: limits.audio === 'optional' }
    const request =
      kind === 'text-to-video' ? { kind, ...fields } : { kind, ...fields, startImage: 'https://e.com/a.png' }
    for (const duration of limits.durations) {
      const quote = piapi.quote({ ...request, duration })
      emulator.control.reset()
      await piapi.submit({ ...request, duration })
      const paid = emulator.control.ledger()[0]?.microUsd ?? -1
      const what = `${kind} ${model} ${mode} ${duration} s: ${paid}`
      if (quote.type === 'exact') expect(paid, what).toBe(quote.microUsd)
      if (quote.type === 'bounded') expect(paid >= quote.min && paid <= quote.max, what).toBe(true)
    }
  }
})
