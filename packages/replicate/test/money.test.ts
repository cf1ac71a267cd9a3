import { isVideoOffer, type RecordEntry, ReelayError, type Submission } from '@reelay/core'
import type { FaultSpec } from '@reelay/emulator'
import { describe, expect, test } from 'vitest'
import { boat, created, createRig, stub } from './world.ts'

const minute = 60_000
const hour = 60 * minute

const lost: [string, FaultSpec][] = [
  ['lost after the prediction was made', { on: 'create', kind: 'lost-after-create' }],
  ['a 500 after it was made', { on: 'create', kind: 'status', status: 500, created: true }],
  ['broken off half way', { on: 'create', kind: 'reset-mid-answer' }],
  ['never given', { on: 'create', kind: 'hang', created: true, ms: hour }],
  ['a page of HTML', { on: 'create', kind: 'html', created: true }],
  ['half of its JSON', { on: 'create', kind: 'truncated-json' }],
  ['empty', { on: 'create', kind: 'empty' }],
  ['a redirect', { on: 'create', kind: 'redirect', created: true }],
  ['without its id', { on: 'create', kind: 'missing-field', field: 'id' }],
]

/** A rig with a submission whose verdict is open, since its prediction shows only after the search is over. */
async function unsettled(ms = 2 * minute) {
  const rig = createRig()
  rig.emulator.control.fault({ on: 'create', kind: 'in-flight', ms })
  const error = await rig.replicate.submit(boat).catch((thrown) => thrown)
  expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
  expect(rig.requests('create')).toHaveLength(1)
  const submission: Submission = JSON.parse(JSON.stringify(error.submission))
  return { ...rig, submission }
}

describe('the answer to a create is', () => {
  test.each(lost)('%s: one POST, one charge, and submit returns the task', async (_name, fault) => {
    const { replicate, emulator, requests } = createRig()
    emulator.control.fault(fault)
    const entries: RecordEntry[] = []
    const task = await replicate.submit(boat, { record: async (entry) => void entries.push(entry) })
    const [entry, ...others] = emulator.control.ledger()
    expect(others).toEqual([])
    expect(task.handle).toMatchObject({ id: entry?.taskId, provider: 'replicate', route: 'predictions' })
    expect(entry?.microUsd).toBe(840_000)
    expect(requests('create'), 'a create is never sent twice').toHaveLength(1)
    expect(entries.map(({ type }) => type)).toEqual(['intent', 'verdict'])
    expect(entries[1]).toMatchObject({ outcome: 'accepted', handle: { id: entry?.taskId } })
  })
})

describe('the create never arrived', () => {
  test('one POST, no verdict', async () => {
    const { replicate, emulator, requests } = createRig()
    emulator.control.fault({ on: 'create', kind: 'lost-before-create' })
    await expect(replicate.submit(boat)).rejects.toMatchObject({ outcome: 'unknown' })
    expect([requests('create').length, emulator.control.ledger().length]).toEqual([1, 0])
  })

  test('an equal clip bought before is not taken for it', async () => {
    const { replicate, emulator, create, clock } = createRig()
    await create().submit(boat)
    await clock.sleep(10_000)
    emulator.control.fault({ on: 'create', kind: 'lost-before-create' })
    await expect(replicate.submit(boat)).rejects.toMatchObject({ outcome: 'unknown' })
  })

  test('nor is the clip of another model with the same input', async () => {
    const { replicate, emulator, create } = createRig()
    const input = { ...boat, duration: 5, generateAudio: false } as const
    // By its model: which of the two leaves first is not settled.
    const match = ({ path }: { readonly path: string }): boolean => !path.includes('omni')
    emulator.control.fault({ on: 'create', kind: 'lost-before-create', match })
    const [error] = await Promise.all([
      replicate.submit(input).catch((thrown) => thrown),
      create().submit({ ...input, model: 'kling-v3-omni' }),
    ])
    expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN' })
  })
})

describe('a submission without verdict', () => {
  test('is found in another process, by its input', async () => {
    const { submission, create, clock, emulator } = await unsettled()
    await clock.sleep(5 * minute)
    const found = await create().find(submission)
    expect(found).toMatchObject({ state: 'found', task: { id: emulator.control.ledger()[0]?.taskId } })
  })

  test('is found behind a page of younger predictions', async () => {
    const { submission, create, clock, emulator, requests } = await unsettled()
    await clock.sleep(5 * minute)
    const task = { id: emulator.control.ledger()[0]?.taskId }
    const other = create()
    for (let n = 0; n < 120; n++) await other.submit({ ...boat, prompt: `boat ${n}` })
    const before = requests('list').length
    expect(await create().find(submission)).toMatchObject({ state: 'found', task })
    expect(requests('list')).toHaveLength(before + 2)
  })

  test('is not settled by two predictions that are alike', async () => {
    const { submission, create, clock } = await unsettled()
    await create().submit(boat)
    await clock.sleep(5 * minute)
    const found = await create().find(submission)
    expect(found).toMatchObject({ state: 'not-found-yet', candidates: [{ status: 'succeeded' }, {}] })
  })

  test('is not handed the prediction of another submission', async () => {
    const { submission, replicate, clock } = await unsettled()
    const other = await replicate.submit(boat)
    await clock.sleep(5 * minute)
    const found = await replicate.find(submission)
    expect(found).toMatchObject({ state: 'found', task: { id: expect.not.stringMatching(other.id) } })
  })

  test('is searched for within the hour, and never after', async () => {
    const { submission, create, clock, requests } = await unsettled()
    await clock.sleep(submission.startedAt + hour - clock.now())
    expect(await create().find(submission)).toMatchObject({ state: 'found' })
    await clock.sleep(1)
    const lists = requests('list').length
    expect(await create().find(submission)).toEqual({ state: 'not-found-yet' })
    expect(requests('list')).toHaveLength(lists)
  })

  test('is not found in lists without inputs', async () => {
    const rig = createRig({ listItems: 'thin' })
    rig.emulator.control.fault({ on: 'create', kind: 'lost-after-create' })
    await expect(rig.replicate.submit(boat)).rejects.toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN' })
    expect(rig.requests('create')).toHaveLength(1)
  })
})

describe('pages of a search', () => {
  const start = Date.UTC(2026, 0, 1)

  test('an address of somebody else’s is not followed, only its parameters are used', async () => {
    const { replicate, sent } = stub(({ method, url }) => {
      if (method === 'POST') return undefined
      const next = 'https://evil.example/steal?cursor=cD0x'
      return url.searchParams.has('cursor')
        ? { json: { results: [], next: null } }
        : { json: { results: [], next } }
    })
    await replicate.submit(boat).catch(() => undefined)
    const reads = sent.filter(({ method }) => method === 'GET')
    for (const [index, { url }] of reads.entries()) {
      expect([url.origin, url.pathname]).toEqual(['https://api.replicate.com', '/v1/predictions'])
      expect(url.searchParams.get('created_after')).toBe(new Date(start - 15 * minute - 5_000).toISOString())
      expect(url.searchParams.get('cursor')).toBe(index % 2 ? 'cD0x' : null)
    }
  })

  test.each<[string, object, found: boolean]>([
    ['names its model', { model: 'kwaivgi/kling-v3-video' }, true],
    ['names no model', { model: undefined }, true],
    ['has an internal name', { model: 'replicate-internal/kling' }, true],
    ['is of another model', { model: 'kwaivgi/kling-v3-omni-video' }, false],
    ['was made in the browser', { source: 'web' }, false],
    ['has lost its input', { input: {}, data_removed: true }, false],
    ['does not show its input', { input: undefined }, false],
  ])('a prediction that %s', async (_name, more, found) => {
    const { replicate } = stub(({ method, json, url }) => {
      if (method === 'POST') {
        input = json.input
        return undefined
      }
      const item = { ...created, source: 'api', input, ...more }
      return { json: url.search ? { results: [item], next: null } : item }
    })
    let input: unknown
    const answer = await replicate.submit(boat).catch((thrown) => thrown)
    if (found) expect(answer).toMatchObject({ id: created.id, status: 'queued' })
    else expect(ReelayError.isInstance(answer) && answer.outcome).toBe('unknown')
  })
})

describe('rejected for sure', () => {
  test('no credit: one request, no prediction', async () => {
    const { replicate, emulator, requests } = createRig()
    emulator.control.setBalance(0.1, { provider: 'replicate' })
    const error = { code: 'ERR_FUNDS', outcome: 'rejected', retryable: false }
    await expect(replicate.submit(boat)).rejects.toMatchObject(error)
    expect([requests('create').length, emulator.control.ledger().length]).toEqual([1, 0])
  })

  test('low credit: throttled, with the time to wait', async () => {
    const { replicate, emulator } = createRig({ limits: 'low-credit' })
    await replicate.submit(boat)
    const error = { code: 'ERR_RATE_LIMIT', outcome: 'rejected', retryable: true, retryAfterMs: 10_000 }
    await expect(replicate.submit(boat)).rejects.toMatchObject(error)
    expect(emulator.control.ledger()).toHaveLength(1)
  })
})

test('what every kind of request costs here is what was quoted', async () => {
  const { replicate, emulator } = createRig()
  const startImage = 'https://example.com/start.png'
  for (const { kind, model, mode, limits } of replicate.catalog.offers.filter(isVideoOffer)) {
    const fields = { model, mode, prompt: 'A boat', duration: 10, generateAudio: limits.audio === 'optional' }
    const request = kind === 'text-to-video' ? { kind, ...fields } : { kind, ...fields, startImage }
    const quote = replicate.quote(request)
    emulator.control.reset()
    await replicate.submit(request)
    expect(emulator.control.ledger()[0]?.microUsd, `${kind} ${model} ${mode}`).toBe(
      quote.type === 'exact' ? quote.microUsd : 'exact',
    )
  }
})
