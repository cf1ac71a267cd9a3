// A process of its own for the test beside: how many bytes a finished task leaves behind, by what it went through.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { guard, type Journal, journaled, type VideoProvider } from '@reelay/core'
import { createKling } from '@reelay/kling'
import { sqliteJournal } from '../src/index.ts'
import { orderOf } from './support-order.ts'

setFlagsFromString('--expose_gc')
const gc = runInNewContext('gc') as () => void
const request = {
  kind: 'text-to-video',
  model: 'kling-v3',
  mode: 'std',
  prompt: 'a boat',
  duration: 5,
} as const

let tasks = 0
const fetch: typeof globalThis.fetch = async () => {
  tasks += 1
  const task_result = { videos: [{ url: 'https://x.example/y.mp4' }] }
  return Response.json({ code: 0, data: { task_id: `id-${tasks}`, task_status: 'succeed', task_result } })
}
const leaf = createKling({ apiKey: 'key-12345678', baseURL: 'http://127.0.0.1:9', fetch })

const nothing: Journal = {
  writers: 'one',
  order: async () => undefined,
  named: async () => [],
  change: async (_, at, transition) => transition(undefined, at).result,
  async *open() {},
  async *orders() {},
  prune: async () => 0,
  reserve: async ({ id, budget, key, amount, at }) => ({
    state: 'reserved',
    reserved: { id, budget, key, amount, at, spent: false },
  }),
  amend: async () => true,
  reservations: async () => [],
  async *reserved() {},
}

async function keptBy(times: number, run: (index: number) => Promise<unknown>): Promise<number> {
  const settled = async (): Promise<number> => {
    // Signals go with a finalizer, some rounds after what held them.
    for (let round = 0; round < 8; round += 1) {
      gc()
      await new Promise((done) => setTimeout(done, 50))
    }
    return process.memoryUsage().heapUsed
  }
  for (let index = 0; index < times / 5; index += 1) await run(-1 - index)
  const before = await settled()
  for (let index = 0; index < times; index += 1) await run(index)
  return Math.round(((await settled()) - before) / times)
}

const buying = (provider: VideoProvider) => (): Promise<unknown> => provider.submit(request)
const budget = { amount: 1e15, windowMs: Number.POSITIVE_INFINITY }
const journal = sqliteJournal(process.argv[2] ?? '')
const kept = {
  leaf: await keptBy(6_000, buying(leaf)),
  journaled: await keptBy(6_000, buying(journaled(leaf, nothing))),
  guard: await keptBy(6_000, buying(guard(leaf, { budget, journal: nothing }))),
  sqliteJournal: await keptBy(4_000, async (index) => {
    const key = `order-${index}`
    await journal.change(key, 1, (_, now) => ({ order: orderOf(key, now), result: undefined }))
    await journal.order(key)
  }),
}
await journal.close()
console.log(JSON.stringify(kept))
