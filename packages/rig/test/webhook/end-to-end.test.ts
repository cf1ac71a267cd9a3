import {
  type DeliveryContext,
  failover,
  generate,
  govern,
  journaled,
  memoryJournal,
  openPurchases,
  type RenderEvent,
  type TaskEvent,
  webhooks,
} from '@reelay/core'
import { describe, expect, it } from 'vitest'
import { rejection, story } from '../../../core/test/compose/journaled-support.ts'
import { boat, createWorld, names, webhookUrl } from './world.ts'

const minutes = 60_000
const key = { idempotencyKey: 'order-1', webhookUrl }

function running() {
  const world = createWorld()
  const journal = memoryJournal()
  const events: TaskEvent[] = []
  const errors: unknown[] = []
  const { receivers, clock } = world
  const onEvent = (event: TaskEvent) => void events.push(event)
  world.serve(webhooks({ receivers, journal, clock, onEvent, onError: (error) => void errors.push(error) }))
  const creates = () => world.emulator.control.requests().filter(({ op }) => op === 'create').length
  return { ...world, journal, events, errors, creates }
}

describe.each(['fal', 'piapi'] as const)(
  'a submit at %s whose answer was lost',
  { timeout: 20_000 },
  (name) => {
    it('is settled by the callback, and the next submit under its key returns the task: one charge', async () => {
      const { create, emulator, journal, events, pass, creates, clock } = running()
      emulator.control.fault({ provider: name, on: 'create', kind: 'lost-after-create' })
      // It is looked for once more, two seconds later.
      const [lost] = await Promise.all([
        rejection(journaled(create(name), journal).submit(boat, key)),
        pass(5_000),
      ])
      expect([lost.code, lost.outcome]).toEqual(['ERR_SUBMISSION_UNKNOWN', 'unknown'])
      expect((await openPurchases(journal)).map(({ state }) => state)).toEqual(['unknown'])

      await pass(5 * minutes)
      expect(events.at(-1)).toMatchObject({ verified: true, status: 'succeeded' })
      expect(await openPurchases(journal)).toEqual([])
      expect(await story(journal)).toEqual([`${name} accepted`, 'succeeded'])

      // Another process, with the same journal.
      const [again] = await Promise.all([
        journaled(create(name), journal).submit(boat, key),
        clock.advance(1_000),
      ])
      expect(again).toMatchObject({ id: events.at(-1)?.taskId, status: 'succeeded' })
      expect([creates(), emulator.control.tasks().length, emulator.control.ledger().length]).toEqual([
        1, 1, 1,
      ])
    })

    it('and whose callback is forged stays unknown until the genuine one', async () => {
      const { create, emulator, journal, pass } = running()
      emulator.control.fault({ provider: name, on: 'create', kind: 'lost-after-create' })
      await Promise.all([rejection(journaled(create(name), journal).submit(boat, key)), pass(5_000)])
      emulator.control.webhooks.fault({ kind: 'forged', provider: name, times: 1 })
      await pass(5 * minutes)
      const told = await story(journal)
      expect(told).toEqual([`${name} accepted`, 'succeeded'])
      expect(emulator.control.webhooks.sent().map(({ status }) => status)).toEqual([401, 200])
    })
  },
)

it('a callback that comes before the answer of the create settles the purchase once', async () => {
  const { create, emulator, journal, pass, events } = running()
  emulator.control.fault({ provider: 'kling', on: 'create', kind: 'slow', ms: 20_000 })
  const [task] = await Promise.all([journaled(create('kling'), journal).submit(boat, key), pass(30_000)])
  expect(events[0]).toMatchObject({ taskId: task.id, status: 'queued' })
  expect((await story(journal)).slice(0, 1)).toEqual(['kling accepted'])
  const [purchase] = await openPurchases(journal)
  expect(purchase).toMatchObject({ state: 'bought', handle: { id: task.id } })
  expect(emulator.control.tasks()).toHaveLength(1)
})

it('one webhookUrl does for a failover: the callback finds its receiver by what was bought', async () => {
  const { create, emulator, journal, pass, events, errors } = running()
  emulator.control.fault({ provider: 'kling', on: 'create', kind: 'refuse', as: 'funds' })
  const provider = journaled(failover([create('kling'), create('fal')]), journal)
  const task = await provider.submit(boat, key)
  await pass(5 * minutes)
  expect(errors).toEqual([])
  expect(events.at(-1)).toMatchObject({ provider: 'fal', taskId: task.id, status: 'succeeded' })
  expect(await openPurchases(journal)).toEqual([])
})

it('a callback for one purchase, sent to the address of another, settles neither', async () => {
  const { create, journal, callbacks, delivered, receivers, clock, emulator, pass } = running()
  const piapi = journaled(create('piapi'), journal)
  const first = await piapi.submit(boat, key)
  emulator.control.fault({ provider: 'piapi', on: 'create', kind: 'lost-before-create' })
  const other = { ...boat, prompt: 'Another' }
  const lost = piapi.submit(other, { idempotencyKey: 'order-2', webhookUrl })
  await Promise.all([rejection(lost), pass(5_000)])
  await pass(5 * minutes)
  const [, theirs = ''] = callbacks
  const genuine = delivered.at(-1)?.request
  const handler = webhooks({ receivers, journal, clock })
  const body = await genuine?.text()
  const answer = await handler(
    new Request(theirs, { method: 'POST', headers: genuine?.headers ?? {}, body: body ?? '' }),
  )
  const [open] = await openPurchases(journal)
  expect([open?.submission.idempotencyKey, open?.state]).toEqual(['order-2', 'unknown'])
  expect([answer.status, first.id]).toEqual([403, JSON.parse(body ?? '').data.task_id])
})

describe.each(names)('a render at %s that is waited for', { timeout: 20_000 }, (name) => {
  it('is settled by its callback, once, without waiting for a look', async () => {
    const { create, clock, emulator, receivers, serve, pass } = createWorld()
    const provider = create(name)
    const told: string[] = []
    const onEvent = ({ type }: RenderEvent) => void told.push(type)
    serve(webhooks({ receivers, providers: [provider], clock }))
    // So rarely that only the callback can be in time.
    const rendering = generate(provider, boat, { webhookUrl, onEvent, poll: { intervalMs: 50 * minutes } })
    await pass(5 * minutes)
    const task = await rendering
    expect(task.outputs[0].kind).toBe('video')
    expect(told.filter((type) => type === 'finished')).toHaveLength(1)
    const reads = emulator.control.requests().filter(({ op }) => ['query', 'list', 'result'].includes(op))
    expect(reads.length).toBeLessThanOrEqual(1)
  })
})

describe('a delivery whose handling fails', { timeout: 20_000 }, () => {
  it('leaves the purchase open, with its task, until one is handled', async () => {
    const { create, emulator, journal, clock, receivers, serve, pass } = running()
    emulator.control.fault({ provider: 'piapi', on: 'create', kind: 'lost-after-create' })
    await Promise.all([rejection(journaled(create('piapi'), journal).submit(boat, key)), pass(5_000)])
    let full = true
    const told: unknown[] = []
    const onEvent = ({ status }: TaskEvent, { purchase, provider }: DeliveryContext): void => {
      told.push([status, purchase, provider?.id])
      if (full && status === 'succeeded') throw new Error('the disk is full')
    }
    serve(webhooks({ receivers, journal, clock, onEvent, providers: [create('piapi')] }))
    await pass(5 * minutes)
    expect(told).toContainEqual(['succeeded', 'accepted', 'piapi'])
    expect((await openPurchases(journal)).map(({ state, stored }) => [state, stored.state])).toEqual([
      ['bought', 'open'],
    ])

    full = false
    const { url, headers, body } = emulator.control.webhooks.sent().at(-1) ?? {}
    const again = new Request(url ?? '', { method: 'POST', headers: { ...headers }, body: body ?? '' })
    const handler = webhooks({ receivers, journal, clock, onEvent })
    expect((await handler(again)).status).toBe(200)
    expect(await openPurchases(journal)).toEqual([])
  })
})

describe('a governed provider', { timeout: 20_000 }, () => {
  it('frees the slot of a task whose end is delivered, without a single read', async () => {
    const { create, emulator, clock, receivers, serve, pass } = createWorld()
    const governed = govern(create('replicate'), { concurrency: 1 })
    const provider = failover([journaled(governed, memoryJournal())])
    serve(webhooks({ receivers, clock, providers: [provider] }))
    await provider.submit(boat, { webhookUrl })
    const second = provider.submit(boat, { webhookUrl })
    expect(emulator.control.ledger()).toHaveLength(1)
    await pass(3 * minutes)
    await second
    const reads = emulator.control.requests().filter(({ op }) => op === 'query' || op === 'list')
    expect([emulator.control.tasks().length, reads.length]).toEqual([2, 0])
  })
})
