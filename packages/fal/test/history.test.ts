import {
  createEmulator,
  demoCredentials,
  type FalEmulatorOptions,
  type FaultSpec,
  type RequestRecord,
} from '@reelay/emulator'
import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { describe, expect, test } from 'vitest'
import { type Offer, type TaskHandle, type VideoProvider, wait } from '../../core/src/index.ts'
import { readPage } from '../src/history.ts'
import { createFal } from '../src/index.ts'
import { list } from '../src/routes.ts'
import { fixture, reply, replyOf } from './world.ts'

const { key } = demoCredentials.fal

interface World {
  readonly clock: VirtualClock
  readonly provider: VideoProvider
  readonly reads: (op: RequestRecord['op']) => number
  readonly fault: (spec: FaultSpec) => void
  buy(count: number): Promise<TaskHandle[]>
  /** When a task ended, milliseconds since the epoch. */
  endOf(id: string): number
}

function createWorld(fal: FalEmulatorOptions = {}, account: { apiScope?: boolean } = {}): World {
  const clock = createVirtualClock()
  const ends = new Map<string, number>()
  const { fetch, control } = createEmulator({
    clock: clock.server,
    seed: 1,
    fal: {
      queuedMs: 0,
      outputFile: 'url-only',
      processingMs({ id }) {
        const ms = 60_000 + 1_000 * ((37 * ends.size) % 180)
        ends.set(id, clock.server.now() + ms)
        return ms
      },
      accounts: [{ key, usd: 100_000, concurrency: 10_000, ...account }],
      ...fal,
    },
  })
  const provider = createFal({ apiKey: key, fetch: clock.track(fetch), clock })
  return {
    clock,
    provider,
    reads: (op) => control.requests().filter((request) => request.op === op).length,
    fault: (spec) => void control.fault(spec),
    async buy(count) {
      const handles: TaskHandle[] = []
      for (let number = 0; number < count; number++) {
        const prompt = `boat ${number}`
        handles.push((await provider.submit({ kind: 'text-to-video', prompt, duration: 5 })).handle)
      }
      return handles
    },
    endOf: (id) => ends.get(id) ?? Number.NaN,
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

function inTime(late: readonly number[]): void {
  expect(mean(late)).toBeLessThanOrEqual(5_000)
  expect([...late].sort((one, other) => one - other)[Math.floor(0.95 * late.length)]).toBeLessThanOrEqual(
    10_000,
  )
}

/** How late each end was seen, milliseconds. */
async function lateness(
  { clock, provider, endOf }: World,
  handles: readonly TaskHandle[],
): Promise<number[]> {
  return Promise.all(
    handles.map(async (handle) => {
      expect((await wait(provider, handle)).status).toBe('succeeded')
      return clock.server.now() - endOf(handle.id)
    }),
  )
}

describe('the request history', () => {
  test.each([
    ['requests_by_endpoint', [{ status: 'COMPLETED', updatedAt: Date.UTC(2026, 10, 26, 9, 1, 44, 310) }]],
    ['requests_by_endpoint_empty', []],
    ['requests_by_endpoint_running', [{ status: 'IN_PROGRESS' }]],
  ])('%s is read', (file, tasks) => {
    expect(readPage(replyOf(fixture(file)))).toMatchObject({ tasks, next: undefined })
  })

  test('leaves out what it cannot use and refuses what is no page', () => {
    const items = [null, 7, {}, { request_id: 'a', ended_at: 'soon' }, { request_id: 'b', ended_at: null }]
    expect(readPage(reply(200, { items, has_more: true, next_cursor: 'c' }))).toMatchObject({
      tasks: [{ id: 'b', status: 'IN_PROGRESS' }],
      next: 'c',
    })
    for (const body of [undefined, [], { detail: 'Not Found' }, { items: {} }])
      expect(readPage(reply(200, body))).toBeUndefined()
  })

  test('is asked as the platform reference says, and for no page after the last', () => {
    const { request } = fixture('requests_by_endpoint')
    const url = new URL(request.url)
    const oldest = Date.parse(url.searchParams.get('start') ?? '')
    const page = { route: '', number: 1, size: 100, oldest, newest: oldest, handles: [] }
    const nativeModel = url.searchParams.get('endpoint_id') ?? ''
    const offers = [{ route: 'kling-video', nativeModel }] as unknown as readonly Offer[]
    const handles = [{ route: 'kling-video' }] as unknown as readonly TaskHandle[]
    const asked = list(offers, { ...page, handles })
    expect([asked?.method, asked?.host, asked?.path]).toEqual([request.method, 'api', url.pathname])
    const { start, ...query } = asked?.query ?? {}
    expect(Date.parse(String(start))).toBe(oldest)
    for (const [name, value] of Object.entries(query)) expect(String(value)).toBe(url.searchParams.get(name))
    const previous = replyOf(fixture('requests_by_endpoint'))
    expect(list([], { ...page, previous })).toBeUndefined()
  })
})

describe('many tasks at fal', () => {
  test('are seen to end by the history, a page at a time, and each is read little more than its result', async () => {
    const world = createWorld()
    inTime(await lateness(world, await world.buy(120)))
    expect(world.reads('result')).toBe(120)
    expect(world.reads('list')).toBeLessThanOrEqual(60)
    // Nothing but a doubt asks for a task itself.
    expect(world.reads('query')).toBeLessThanOrEqual(120)
  }, 60_000)

  test.each([-3_600_000, 3_600_000])(
    'are seen to end in time though the host’s clock is set by %i ms meanwhile',
    async (ms) => {
      const world = createWorld()
      const handles = await world.buy(60)
      for (const at of [30_000, 100_000]) void world.clock.sleep(at).then(() => world.clock.stepWall(ms))
      inTime(await lateness(world, handles))
      expect(world.reads('result')).toBe(60)
    },
    60_000,
  )

  test('are read alike when the history shows those in progress too', async () => {
    const world = createWorld({ historyOfRunning: true })
    inTime(await lateness(world, await world.buy(150)))
    expect(world.reads('result')).toBe(150)
    expect(world.reads('query')).toBeLessThanOrEqual(150)
  }, 60_000)

  test('are read side by side with a key that may not read it, and it is not asked for again soon', async () => {
    const world = createWorld({}, { apiScope: false })
    inTime(await lateness(world, await world.buy(60)))
    expect(world.reads('list')).toBe(1)
  }, 60_000)

  test('are read side by side once it is seen to lag, or when it is out of order', async () => {
    const lagging = createWorld({ historyLagMs: 60_000 })
    const handles = await lagging.buy(60)
    const late = await lateness(lagging, handles)
    const inOrder = handles
      .map(({ id }, index) => ({ endedAt: lagging.endOf(id), late: late[index] ?? Number.NaN }))
      .sort((one, other) => one.endedAt - other.endedAt)
    // The rows of the first come a minute late, and are the lesson.
    inTime(inOrder.slice(-35).map((task) => task.late))
    const broken = createWorld()
    broken.fault({ kind: 'status', status: 500, on: 'list', times: Number.POSITIVE_INFINITY })
    inTime(await lateness(broken, await broken.buy(60)))
  }, 60_000)

  test('that failed are found in it, with their reason', async () => {
    const world = createWorld({ processingMs: () => 30_000 })
    const { handle } = await world.provider.submit({
      kind: 'text-to-video',
      prompt: 'a forbidden boat',
      duration: 5,
    })
    const [other] = await world.buy(1)
    const [failed, ended] = await Promise.all([
      wait(world.provider, handle),
      wait(world.provider, other as TaskHandle),
    ])
    expect(failed).toMatchObject({ status: 'failed', failure: { reason: 'content' } })
    expect(ended.status).toBe('succeeded')
  })

  test('that ended long ago, resumed beside others, are found at once', async () => {
    const world = createWorld()
    const old = await world.buy(5)
    await world.clock.sleep(10 * 60_000)
    const young = await world.buy(5)
    const first = Promise.all(young.map((handle) => wait(world.provider, handle)))
    await world.clock.sleep(20_000)
    const resumedAt = world.clock.now()
    await Promise.all(old.map((handle) => wait(world.provider, handle)))
    expect(world.clock.now() - resumedAt).toBeLessThanOrEqual(6_000)
    await first
  })
})
