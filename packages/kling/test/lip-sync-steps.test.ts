import {
  clipOf,
  generate,
  guard,
  journaled,
  type LipSyncRequest,
  memoryJournal,
  openPurchases,
  type RecordEntry,
  ReelayError,
  reconcile,
  type SucceededTask,
  settle,
  usd,
} from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { createRig } from './world.ts'

const boat = { kind: 'text-to-video', prompt: 'A sailor looks up', model: 'kling-v2-6', duration: 5 } as const
const key = { idempotencyKey: 'voice-over' }

/** An emulated Kling with a finished clip of five seconds, and what says something else in it. */
async function setup(more: Partial<LipSyncRequest> = {}, emulated = {}) {
  const rig = createRig({}, emulated)
  const { kling, emulator } = rig
  const source = (await generate(kling, boat)) as SucceededTask
  const video = clipOf(source)
  const request: LipSyncRequest = {
    kind: 'lip-sync',
    video,
    text: 'The boats go out at six.',
    voice: 'uk_man2',
    ...more,
  }
  const made = (op: string): number => emulator.control.tasks().filter((task) => task.op === op).length
  return {
    ...rig,
    source,
    request,
    made,
    counts: () => ['identify-face', 'tts', 'advanced-lip-sync'].map(made),
  }
}

/** Dies, as far as anybody sees, when it is told something of a request of this step. */
const dying = (step: string | undefined, type: RecordEntry['type']) => ({
  ...key,
  record: async (entry: RecordEntry): Promise<void> => {
    if (entry.type === type && entry.submission.step === step) await new Promise(() => {})
  },
})

test('a clip says a text: a session, a sound and one task, whose ledger is what was quoted', async () => {
  const { kling, request, source, counts, emulator } = await setup()
  const journal = memoryJournal()
  const provider = journaled(kling, journal)
  const quote = provider.quote(request)
  const task = await generate(provider, request, key)
  expect(counts()).toEqual([1, 1, 1])
  expect(task.outputs).toMatchObject([{ kind: 'video', duration: expect.closeTo(5, 0) }])
  const charged = emulator.control
    .ledger()
    .slice(1)
    .reduce((sum, { microUsd }) => sum + microUsd, 0)
  expect(quote).toMatchObject({ type: 'exact', microUsd: charged, native: { amount: 0.6, unit: 'unit' } })
  const books = await reconcile(journal)
  expect(books).toMatchObject({
    purchases: 1,
    billedMicroUsd: charged,
    quotedMicroUsd: charged,
    drifts: [],
    unchecked: [],
  })
  expect(source.handle.id).not.toBe(task.handle.id)
})

describe('killed', () => {
  test.each([
    ['between the session and the sound', 'identify-face', 'verdict'],
    ['between the sound and the create', 'tts', 'verdict'],
  ] as const)('%s: another process goes on, and pays neither again', async (_, step, type) => {
    const { kling, request, create, counts } = await setup()
    const journal = memoryJournal()
    void journaled(kling, journal).submit(request, dying(step, type))
    await expect.poll(counts, { timeout: 5_000 }).toEqual(step === 'tts' ? [1, 1, 0] : [1, 0, 0])
    await generate(journaled(create(), journal), request, key)
    expect(counts()).toEqual([1, 1, 1])
  })

  test('inside identify-face: unknown, never sent again, and settled by a person', async () => {
    const { kling, request, create, counts, clock, emulator } = await setup()
    const journal = memoryJournal()
    emulator.control.fault({ provider: 'kling', on: 'step', kind: 'lost-after-create' })
    const lost = await journaled(kling, journal)
      .submit(request, key)
      .catch((error: unknown) => error)
    expect(lost).toMatchObject({
      code: 'ERR_SUBMISSION_UNKNOWN',
      outcome: 'unknown',
      submission: { step: 'identify-face' },
    })
    const again = await journaled(create(), journal)
      .submit(request, key)
      .catch((error: unknown) => error)
    expect(ReelayError.isInstance(again) && again.message).toContain('The step identify-face')
    expect(counts()).toEqual([1, 0, 0])
    const [open] = await openPurchases(journal)
    await settle(journal, open?.id ?? '', 'created', { clock })
    await generate(journaled(create(), journal), request, key)
    expect(counts()).toEqual([2, 1, 1])
  })

  test('at the create: found by its id, and nothing is paid again', async () => {
    const { kling, request, create, counts, emulator } = await setup()
    const journal = memoryJournal()
    emulator.control.fault({ provider: 'kling', on: 'create', kind: 'lost-after-create', times: 9 })
    void journaled(kling, journal).submit(request, dying(undefined, 'verdict'))
    await expect.poll(counts, { timeout: 5_000 }).toEqual([1, 1, 1])
    await generate(journaled(create(), journal), request, key)
    expect(counts()).toEqual([1, 1, 1])
  })
})

test('a session that is over is opened anew', async () => {
  const { kling, request, create, counts, clock, emulator } = await setup()
  const journal = memoryJournal()
  emulator.control.fault({ provider: 'kling', on: 'create', kind: 'refuse', as: 'concurrency' })
  await expect(journaled(kling, journal).submit(request, key)).rejects.toMatchObject({
    code: 'ERR_CONCURRENCY',
    outcome: 'rejected',
  })
  await clock.sleep(24 * 3_600_000)
  await generate(journaled(create(), journal), request, key)
  expect(counts()).toEqual([2, 1, 1])
})

test('a clip without a face costs one call, and says so', async () => {
  const { kling, counts } = await setup()
  const video = 'https://example.com/no-face.mp4'
  const wrong = kling.submit({ kind: 'lip-sync', video, text: 'Hello', voice: 'uk_man2' })
  await expect(wrong).rejects.toMatchObject({
    code: 'ERR_INVALID_REQUEST',
    outcome: 'rejected',
    problems: [{ field: 'video' }],
  })
  expect(counts()).toEqual([1, 0, 0])
})

test('under a budget the whole of it is set aside', async () => {
  const { kling, request, counts } = await setup()
  const poor = guard(kling, { budget: { amount: usd(0.08), windowMs: 3_600_000 } })
  await expect(poor.submit(request)).rejects.toMatchObject({ code: 'ERR_BUDGET', outcome: 'none' })
  expect(counts()).toEqual([0, 0, 0])
  await guard(kling, { budget: { amount: usd(0.084), windowMs: 3_600_000 } }).submit(request)
  expect(counts()).toEqual([1, 1, 1])
})

test('the form of 2025: one call, and a lost answer of it stays unknown', async () => {
  const { kling, request, made, emulator } = await setup({ model: 'kling-lip-sync-2025' })
  emulator.control.fault({ provider: 'kling', on: 'create', kind: 'lost-after-create' })
  await expect(kling.submit(request, key)).rejects.toMatchObject({
    code: 'ERR_SUBMISSION_UNKNOWN',
    outcome: 'unknown',
  })
  expect(made('lip-sync')).toBe(1)
  await generate(kling, request, { idempotencyKey: 'another' })
  expect([made('lip-sync'), made('identify-face')]).toEqual([2, 0])
})
