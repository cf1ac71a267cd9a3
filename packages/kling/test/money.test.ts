import { isVideoOffer, type RecordEntry, type RenderRequest } from '@reelay/core'
import { leastRequest } from '@reelay/core/adapter'
import type { FaultSpec } from '@reelay/emulator'
import { describe, expect, test } from 'vitest'
import { boat, createRig } from './world.ts'

const lost: [string, FaultSpec][] = [
  ['lost after the task was made', { on: 'create', kind: 'lost-after-create' }],
  ['500 after the task was made', { on: 'create', kind: 'status', status: 500, created: true }],
  ['503 (5001) after the task was made', { on: 'create', kind: 'status', code: 5001, created: true }],
  ['504 (5002) after the task was made', { on: 'create', kind: 'status', code: 5002, created: true }],
  ['broken off half way', { on: 'create', kind: 'reset-mid-answer' }],
  ['never given, so that the client gives up', { on: 'create', kind: 'hang', created: true, ms: 3_600_000 }],
  ['a page of HTML', { on: 'create', kind: 'html', created: true }],
  ['half of its JSON', { on: 'create', kind: 'truncated-json' }],
  ['empty', { on: 'create', kind: 'empty' }],
  ['a redirect', { on: 'create', kind: 'redirect', created: true }],
  ['without its id', { on: 'create', kind: 'missing-field', field: 'data.task_id' }],
]

describe('the answer to a create is', () => {
  test.each(lost)('%s: one task, one charge, and submit returns it', async (_name, fault) => {
    const { kling, emulator, requests } = createRig()
    emulator.control.fault(fault)
    const entries: RecordEntry[] = []
    const record = async (entry: RecordEntry): Promise<void> => void entries.push(entry)
    const task = await kling.submit(boat, { record })
    const [entry, ...others] = emulator.control.ledger()
    expect(others).toEqual([])
    expect(task.id).toBe(entry?.taskId)
    expect(task.handle).toMatchObject({ id: entry?.taskId, provider: 'kling', route: 'text2video' })
    expect(entry?.microUsd).toBe(210_000)
    expect(emulator.control.balance()).toBe(1_000 - 1.5)
    expect(requests('create'), 'found, so not sent again').toHaveLength(1)
    expect(entries.map(({ type }) => type)).toEqual(['intent', 'verdict'])
    expect(entries[1]).toMatchObject({ outcome: 'accepted', handle: { id: entry?.taskId } })
  })
})

describe('the create is still on its way', () => {
  test.each([1_500, 4_000])('during the first reads (%i ms): one task', async (ms) => {
    const { kling, emulator, requests } = createRig()
    emulator.control.fault({ on: 'create', kind: 'in-flight', ms })
    const task = await kling.submit(boat)
    expect(emulator.control.ledger().map(({ taskId }) => taskId)).toEqual([task.id])
    expect(requests('create')).toHaveLength(1)
    expect(requests('query').length).toBeGreaterThan(1)
  })

  test('even when it is sent again: the external id keeps it one task', async () => {
    const { kling, emulator, requests } = createRig()
    emulator.control.fault({ on: 'create', kind: 'in-flight', ms: 7_000 })
    const task = await kling.submit(boat)
    expect(emulator.control.ledger().map(({ taskId }) => taskId)).toEqual([task.id])
    expect(requests('create')).toHaveLength(2)
  })

  test('longer than the search: unknown, and find() settles it later', async () => {
    const { kling, emulator, clock } = createRig()
    emulator.control.fault({ on: 'create', kind: 'in-flight', ms: 60_000 })
    const startedAt = clock.now()
    const error = await kling.submit(boat).catch((thrown) => thrown)
    expect(clock.now() - startedAt).toBeLessThanOrEqual(16_000)
    expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
    const submission = JSON.parse(JSON.stringify(error.submission))
    expect(await kling.find(submission)).toEqual({ state: 'not-found-yet' })
    await clock.sleep(60_000)
    const found = await kling.find(submission)
    expect(found).toMatchObject({ state: 'found', task: { id: emulator.control.ledger()[0]?.taskId } })
    expect(emulator.control.ledger()).toHaveLength(1)
  })
})

describe('the create never arrived', () => {
  test('one task once submit has returned', async () => {
    const { kling, emulator, requests } = createRig()
    emulator.control.fault({ on: 'create', kind: 'lost-before-create' })
    const task = await kling.submit(boat)
    expect(emulator.control.ledger().map(({ taskId }) => taskId)).toEqual([task.id])
    expect(requests('create')).toHaveLength(2)
  })

  test('resend: false leaves it at one create without a verdict', async () => {
    const { kling, emulator, requests } = createRig({ resend: false })
    emulator.control.fault({ on: 'create', kind: 'lost-before-create' })
    await expect(kling.submit(boat)).rejects.toMatchObject({ outcome: 'unknown' })
    expect(emulator.control.ledger()).toEqual([])
    expect(requests('create')).toHaveLength(1)
  })

  test('a lost create, and the answer to the second lost after creating: one task', async () => {
    const { kling, emulator } = createRig()
    emulator.control.fault({ on: 'create', kind: 'lost-before-create' })
    emulator.control.fault({ on: 'create', kind: 'lost-after-create' })
    const task = await kling.submit(boat)
    expect(emulator.control.ledger().map(({ taskId }) => taskId)).toEqual([task.id])
  })
})

describe('one key', () => {
  test('and one request never buy twice, in whatever process', async () => {
    const { kling, create, emulator } = createRig()
    const first = await kling.submit(boat, { idempotencyKey: 'order-77' })
    const second = await create().submit(boat, { idempotencyKey: 'order-77' })
    expect(second.id).toBe(first.id)
    expect(emulator.control.ledger()).toHaveLength(1)
  })

  test('never brings back the clip of another request', async () => {
    const { kling, emulator } = createRig()
    const first = await kling.submit(boat, { idempotencyKey: 'order-77' })
    const second = await kling.submit({ ...boat, prompt: 'Another boat' }, { idempotencyKey: 'order-77' })
    expect(second.id).not.toBe(first.id)
    expect(emulator.control.ledger()).toHaveLength(2)
  })
})

describe('rejected for sure', () => {
  test('no funds: one request, no task', async () => {
    const { kling, emulator, requests } = createRig()
    emulator.control.setBalance(1)
    await expect(kling.submit(boat)).rejects.toMatchObject({
      code: 'ERR_FUNDS',
      outcome: 'rejected',
      retryable: false,
    })
    expect(requests('create')).toHaveLength(1)
    expect(emulator.control.ledger()).toEqual([])
  })

  test('no slot: retryable, nothing queued', async () => {
    const { kling, emulator } = createRig()
    emulator.control.setConcurrency(1)
    await kling.submit(boat)
    await expect(kling.submit(boat)).rejects.toMatchObject({
      code: 'ERR_CONCURRENCY',
      outcome: 'rejected',
      retryable: true,
    })
    expect(emulator.control.ledger()).toHaveLength(1)
  })

  test.each([1201, 1203] as const)(
    'a model retired since (code %i): unsupported',
    async (discontinuedCode) => {
      const { kling, emulator } = createRig(
        {},
        { discontinuedCode, modelStates: { 'kling-v2-6': 'discontinued' } },
      )
      await expect(kling.submit(boat)).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED', outcome: 'rejected' })
      expect(emulator.control.ledger()).toEqual([])
    },
  )

  test('content, before a task is made', async () => {
    const { kling } = createRig()
    await expect(kling.submit({ ...boat, prompt: 'forbidden-sync' })).rejects.toMatchObject({
      code: 'ERR_CONTENT',
      outcome: 'rejected',
    })
  })
})

test('what every kind of request costs here is what was quoted', async () => {
  const { kling, emulator } = createRig({}, { unverifiedModels: 'accept' })
  const link = 'https://example.com/start.png'
  const unsure = new Set<string>()
  for (const offer of kling.catalog.offers) {
    if (offer.state === 'discontinued') continue
    const { kind, model, mode } = offer
    const least = leastRequest(offer, { media: () => link, clip: () => link })
    const longer = isVideoOffer(offer) && { duration: 10, generateAudio: offer.limits.audio === 'optional' }
    const request = { ...least, ...longer } as RenderRequest
    const quote = kling.quote(request)
    // What depends on a clip of unknown length, or has no price, is tried with its kind.
    if (quote.type !== 'exact') {
      unsure.add(`${kind} ${model}: ${quote.type}`)
      continue
    }
    emulator.control.reset()
    await kling.submit(request)
    expect(emulator.control.ledger()[0]?.microUsd, `${kind} ${model} ${mode}`).toBe(quote.microUsd)
  }
  expect([...unsure].sort()).toEqual([
    'extend kling-v1-5: unknown',
    'extend kling-v1-6: unknown',
    'extend kling-v1: unknown',
    'lip-sync kling-lip-sync-2025: unknown',
    'lip-sync kling-lip-sync: bounded',
    'reference-to-video kling-v1-6: unknown',
  ])
})
