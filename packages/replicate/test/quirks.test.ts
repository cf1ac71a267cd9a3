import { generate, type TaskHandle, wait } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { boat, createRig, png } from './world.ts'

const minute = 60_000
const hour = 60 * minute

test('a clip, with its length, its price and the end of its life', async () => {
  const { replicate, clock, emulator } = createRig()
  const task = await generate(replicate, { ...boat, generateAudio: true })
  expect(task).toMatchObject({
    status: 'succeeded',
    nativeStatus: 'succeeded',
    cost: { microUsd: 1_270_080, basis: 'derived' },
    outputs: [
      { kind: 'video', mediaType: 'video/mp4', duration: 5.04, expiresAt: (task.updatedAt ?? 0) + hour },
    ],
  })
  await clock.sleep(hour)
  const later = await replicate.get(task.handle)
  expect(later).toMatchObject({ status: 'expired', nativeStatus: 'succeeded', cost: { microUsd: 1_270_080 } })
  expect(emulator.control.ledger()).toHaveLength(1)
})

test('keys without a value may be absent, and created_at may move', async () => {
  const { replicate } = createRig({ emptyKeys: 'absent', createdAtDriftMs: 30 })
  const one = await replicate.submit(boat)
  const two = await replicate.submit({ ...boat, prompt: 'Two' })
  expect((await wait(replicate, one.handle)).status).toBe('succeeded')
  const answers = await replicate.getMany([one.handle, two.handle])
  expect([...answers.values()].map((answer) => 'status' in answer && answer.status)).toEqual([
    'succeeded',
    'succeeded',
  ])
})

test('finished, yet processing, after the caller’s own Prefer: wait', async () => {
  const { replicate, create } = createRig({ processingMs: 3_000 })
  const waiting = create({ headers: { prefer: 'wait=30' } })
  const task = await waiting.submit(boat)
  expect(task).toMatchObject({ status: 'running', nativeStatus: 'processing' })
  expect(await replicate.get(task.handle)).toMatchObject({ status: 'succeeded', cost: { microUsd: 846_720 } })
})

describe('deadlines', () => {
  const until = (cancel_after: string) => ({ ...boat, providerOptions: { replicate: { cancel_after } } })

  test('before the start: aborted, which is canceled and free', async () => {
    const { replicate } = createRig({ queuedMs: minute })
    const { handle } = await replicate.submit(until('5s'))
    expect(await wait(replicate, handle)).toMatchObject({
      status: 'canceled',
      nativeStatus: 'aborted',
      cost: { microUsd: 0, basis: 'derived' },
    })
  })

  test('while it runs: canceled, at a cost nobody tells', async () => {
    const { replicate } = createRig()
    const { handle } = await replicate.submit(until('10s'))
    const task = await wait(replicate, handle)
    expect(task).toMatchObject({ status: 'canceled', nativeStatus: 'canceled' })
    expect(task.cost).toBeUndefined()
  })
})

describe('cancel', () => {
  test('stops what has not ended', async () => {
    const { replicate, requests } = createRig()
    const { handle } = await replicate.submit(boat)
    expect(await replicate.cancel(handle)).toBe('canceled')
    expect(await replicate.get(handle)).toMatchObject({ status: 'canceled', cost: { microUsd: 0 } })
    expect(await replicate.cancel(handle), 'asked again').toBe('canceled')
    expect(requests('cancel')).toHaveLength(2)
  })

  test('comes too late', async () => {
    const { replicate, emulator } = createRig()
    const { handle } = await generate(replicate, boat)
    expect(await replicate.cancel(handle)).toBe('too-late')
    emulator.control.failNext({ provider: 'replicate' })
    const failed = await replicate.submit({ ...boat, prompt: 'Two' })
    await wait(replicate, failed.handle)
    expect(await replicate.cancel(failed.handle)).toBe('too-late')
  })

  test('of what is not there keeps the handle', async () => {
    const { replicate } = createRig()
    const { handle } = await replicate.submit(boat)
    const gone = { ...handle, id: 'zzzzzzzzzzzzzzzzzzzzzzzzzz' }
    await expect(replicate.cancel(gone)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND', handle: gone })
  })
})

describe('getMany', () => {
  async function manyTasks(count: number, options: Parameters<typeof createRig>[0] = {}) {
    const rig = createRig({ limits: 'off', ...options })
    const handles: TaskHandle[] = []
    for (let n = 0; n < count; n++) {
      handles.push((await rig.replicate.submit({ ...boat, prompt: `boat ${n}` })).handle)
      await rig.clock.advance(1)
    }
    return { ...rig, handles }
  }

  test('250 take three pages', async () => {
    const { replicate, handles, requests } = await manyTasks(250)
    const answers = await replicate.getMany(handles)
    expect(answers.size).toBe(250)
    for (const [handle, answer] of answers) expect(answer).toMatchObject({ id: handle.id, status: 'queued' })
    expect([requests('list').length, requests('query').length]).toEqual([3, 0])
  })

  test('ended items of a thin list are asked for one by one', async () => {
    const { replicate, handles, requests, clock } = await manyTasks(3, { listItems: 'thin' })
    await clock.sleep(10 * minute)
    const answers = await replicate.getMany(handles)
    for (const answer of answers.values()) expect(answer).toMatchObject({ status: 'succeeded' })
    expect([requests('list').length, requests('query').length]).toEqual([1, 3])
  })

  test('a prediction that is not there is an error of its own', async () => {
    const { replicate, handles } = await manyTasks(2)
    const [first] = handles as [TaskHandle]
    const gone = { ...first, id: 'zzzzzzzzzzzzzzzzzzzzzzzzzz' }
    const answers = await replicate.getMany([first, gone])
    expect(answers.get(first)).toMatchObject({ id: first.id })
    expect(answers.get(gone)).toMatchObject({ code: 'ERR_NOT_FOUND', outcome: 'accepted', handle: gone })
  })
})

describe('images', () => {
  const image = { kind: 'image-to-video', prompt: 'A boat', model: 'kling-v3' } as const

  test.each([
    ['inline', 1_000],
    ['uploaded', 300_000],
  ])('%s', async (form, bytes) => {
    const { replicate, requests } = createRig()
    const task = await generate(replicate, { ...image, startImage: png(640, 480, bytes) })
    expect(task.status).toBe('succeeded')
    expect(requests('upload')).toHaveLength(form === 'uploaded' ? 1 : 0)
  })
})

test('a failure is told in the provider’s words', async () => {
  const { replicate, emulator } = createRig()
  emulator.control.failNext({ provider: 'replicate' })
  const { handle } = await replicate.submit(boat)
  expect(await wait(replicate, handle)).toMatchObject({
    status: 'failed',
    failure: {
      reason: 'content',
      flagged: true,
      retryable: false,
      message: expect.stringMatching(/^The input.*E005/),
    },
  })
})
