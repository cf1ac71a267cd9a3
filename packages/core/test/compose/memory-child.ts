// A process of its own for the test beside: renders many clips, and prints how many things stay in memory of each.
import { setImmediate as turn } from 'node:timers/promises'
import { getHeapSnapshot } from 'node:v8'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createReplicate } from '@reelay/replicate'
import type { Reserved } from '../../src/adapter.ts'
import {
  type Clock,
  failover,
  generate,
  govern,
  guard,
  isOpenOrder,
  type Journal,
  journaled,
  type Order,
  usd,
  type VideoProvider,
} from '../../src/index.ts'

const renders = Number(process.argv[2])

/** Hours go by; what would wait longer than a poll is a limit, and never comes. */
function createTime(): Clock & { pass(ms: number): void } {
  let now = Date.UTC(2026, 0, 1)
  return {
    now: () => now,
    elapsed: () => now,
    pass: (ms) => {
      now += ms
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => reject(signal?.reason)
        if (signal?.aborted) return onAbort()
        signal?.addEventListener('abort', onAbort, { once: true })
        if (ms > 10_000) return
        now += ms
        void turn().then(() => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        })
      }),
  }
}

/** A journal somewhere else: what is closed is not held here. */
function createElsewhere(clock: Clock): Journal & { held(): number } {
  const orders = new Map<string, Order>()
  const reserved = new Map<string, Reserved>()
  return {
    writers: 'machines',
    held: () => orders.size + reserved.size,
    order: async (key) => orders.get(key),
    named: async () => [],
    async change(key, _at, transition) {
      const { order, result } = transition(orders.get(key), clock.now())
      if (order && isOpenOrder(order)) orders.set(key, order)
      else if (order) orders.delete(key)
      return result
    },
    async *open() {
      yield* orders.values()
    },
    async *orders() {
      yield* orders.values()
    },
    prune: async () => 0,
    async reserve({ id, budget, key, amount }) {
      const one = { id, budget, key, amount, at: clock.now(), spent: false }
      reserved.set(id, one)
      return { state: 'reserved', reserved: one }
    },
    // Whatever is known of it stays where the journal is.
    async amend(id, { task, spent }) {
      return task === undefined && spent === undefined ? reserved.has(id) : reserved.delete(id)
    },
    async reservations(budget, of) {
      if ('key' in of) return [...reserved.values()].filter(({ key }) => key === of.key)
      return [{ id: of.task, budget, key: '', task: of.task, amount: 1, at: 0, spent: false }]
    },
    async *reserved() {
      yield* reserved.values()
    },
  }
}

const time = createTime()
const elsewhere = createElsewhere(time)
let paid = 0
const video = { id: 'v', url: 'https://cdn.example.com/a.mp4', duration: '5' }
const apiKey = 'key-0123456789abcdef'

/** The wires, in so few words that they hold nothing. */
const leaves = {
  kling: () =>
    createKling({
      clock: time,
      apiKey,
      fetch: async (url, init) => {
        if (init?.method === 'POST') {
          return Response.json({ code: 0, data: { task_id: `id-${paid++}`, task_status: 'submitted' } })
        }
        const task_id = String(url).split('/').at(-1)
        return Response.json({
          code: 0,
          data: { task_id, task_status: 'succeed', task_result: { videos: [video] } },
        })
      },
    }),
  replicate: () =>
    createReplicate({
      clock: time,
      apiKey,
      fetch: async (url, init) => {
        const shared = {
          model: 'kwaivgi/kling-v3-video',
          input: {},
          created_at: new Date(time.now()).toISOString(),
        }
        if (init?.method === 'POST')
          return Response.json({ ...shared, id: `id-${paid++}`, status: 'starting' }, { status: 201 })
        const id = String(url).split('/').at(-1)
        return Response.json({ ...shared, id, status: 'succeeded', output: video.url })
      },
    }),
  fal: () =>
    createFal({
      clock: time,
      apiKey: 'key-id-1:key-secret-1',
      fetch: async (url, init) => {
        if (init?.method === 'POST') return Response.json({ status: 'IN_QUEUE', request_id: `id-${paid++}` })
        const request_id = /requests\/([^/?]+)/.exec(String(url))?.[1]
        return String(url).includes('/status')
          ? Response.json({ request_id, status: 'COMPLETED' })
          : Response.json({ video: { url: video.url, content_type: 'video/mp4' } })
      },
    }),
}

const stacks = {
  stack: (leaf: VideoProvider) =>
    guard(journaled(govern(failover([leaf]), { concurrency: 5, rate: { perMinute: 60 } }), elsewhere), {
      maxCostPerTask: usd(100),
      allowUnknownPrice: true,
      budget: { amount: usd(1_000_000_000), windowMs: Number.POSITIVE_INFINITY },
      journal: elsewhere,
    }),
  inside: (leaf: VideoProvider) =>
    failover([govern(guard(journaled(leaf, elsewhere), { maxCostPerTask: usd(100) }), {})]),
}

/** How many things there are in memory, once what nobody holds is gone: objects, texts, closures, entries of tables. */
async function things(): Promise<number> {
  await turn()
  // Taken after a collection of its own. Its head, which says how much there is, comes first.
  let head = ''
  for await (const chunk of getHeapSnapshot()) if (head.length < 10_000) head += String(chunk)
  const [, count] = /"node_count":(\d+)/.exec(head) ?? []
  if (count === undefined) throw new Error(`a snapshot that begins ${head.slice(0, 100)}`)
  return Number(count)
}

const request = { kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v3', duration: 5 } as const
const kept: Record<string, number> = {}
const rows = [
  ['stack', 'replicate'],
  ['inside', 'kling'],
  ['stack', 'fal'],
] as const
const made = rows.map(([name, seller]) => {
  const provider = stacks[name](leaves[seller]())
  async function render(): Promise<void> {
    for (let n = 0; n < renders; n++) {
      // Whatever is remembered for a while is forgotten in time.
      time.pass(60_000)
      await generate(provider, request, { poll: { intervalMs: 5_000 } })
    }
  }
  return { name: `${name} of ${seller}`, render }
})
// What is compiled on the way comes once; what is kept of each task comes every time.
for (const { render } of made) await render()
for (const { name, render } of made) {
  const counts = [await things()]
  for (let stretch = 0; stretch < 5; stretch++) {
    await render()
    counts.push(await things())
  }
  kept[name] = Math.min(...counts.slice(1).map((count, at) => (count - (counts[at] ?? 0)) / renders))
}
console.log(JSON.stringify({ kept, held: elsewhere.held(), paid }))
