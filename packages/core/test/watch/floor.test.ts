import { createEmulator, demoCredentials } from '@reelay/emulator'
import { createVirtualClock } from '@reelay/testing/clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKling } from '../../../kling/src/index.ts'
import { hint, type TaskHandle, wait, watch } from '../../src/index.ts'

const floorMs = 5_000

/** One who waits: from when, for which of the tasks, in which way. */
const somebody = fc.record({
  atMs: fc.nat({ max: 100_000 }),
  from: fc.nat({ max: 11 }),
  count: fc.integer({ min: 1, max: 12 }),
  how: fc.constantFrom('wait', 'watch', 'hint', 'other headers', 'short deadline'),
  everyMs: fc.constantFrom(undefined, 1, 4_000, 7_000),
  goneAfterMs: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
})

describe('one Kling task', () => {
  it('is read at most every 5 s, alone or in a list, whoever waits for it and in whatever way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(somebody, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 30 }),
        async (people, count, strangers) => {
          const clock = createVirtualClock()
          const { accessKey, secretKey, apiKey } = demoCredentials.kling
          let made = 0
          const emulator = createEmulator({
            clock: clock.server,
            seed: 1,
            kling: {
              queuedMs: 0,
              processingMs: () => 20_000 + 17_000 * (made++ % 7),
              accounts: [
                { accessKey, secretKey, apiKeys: [apiKey], units: 1_000_000, concurrency: { video: 1_000 } },
              ],
            },
          })
          // By task: when it was read, and until when it ran.
          const reads = new Map<string, number[]>()
          const fetch = clock.track(async (input: string | URL | Request, init?: RequestInit) => {
            const request = new Request(input, init)
            const reply = await emulator.fetch(request.clone())
            if (request.method !== 'GET') return reply
            const { data } = (await reply.clone().json()) as { data: Listed | Listed[] }
            for (const { task_id, task_status } of [data].flat()) {
              if (!['submitted', 'processing'].includes(task_status)) continue
              reads.set(task_id, [...(reads.get(task_id) ?? []), clock.now()])
            }
            return reply
          })
          const provider = createKling({ apiKey, fetch, clock })
          const handles: TaskHandle[] = []
          for (let number = 0; number < count + strangers; number++) {
            const prompt = `boat ${number}`
            const request = { kind: 'text-to-video', model: 'kling-v3', prompt, duration: 5 } as const
            const { handle } = await provider.submit(request)
            if (number % 2 === 0 || number >= 2 * strangers) handles.push(handle)
          }
          await Promise.all(
            people.map(async ({ atMs, from, count: some, how, everyMs, goneAfterMs }) => {
              await clock.sleep(atMs)
              const wanted = Array.from(
                { length: some },
                (_, index) => handles[(from + index) % handles.length],
              ).filter((handle) => handle !== undefined)
              if (how === 'hint') {
                for (const { id } of wanted) hint(provider, id)
                return
              }
              const stop = new AbortController()
              const gone = goneAfterMs && clock.sleep(goneAfterMs).then(() => stop.abort())
              const options = {
                abortSignal: stop.signal,
                ...(everyMs !== undefined && { poll: { intervalMs: everyMs } }),
                ...(how === 'other headers' && { headers: { 'x-trace': String(atMs % 2) } }),
                ...(how === 'short deadline' && { deadlineMs: everyMs ?? 3_000 }),
              }
              if (how === 'watch') {
                const loop = async (): Promise<void> => {
                  for await (const _event of watch(provider, wanted, options));
                }
                await loop().catch(() => undefined)
              } else {
                await Promise.allSettled(wanted.map((handle) => wait(provider, handle, options)))
              }
              await gone
            }),
          )
          for (const times of reads.values()) {
            for (const [index, at] of times.slice(1).entries())
              expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(floorMs)
          }
        },
      ),
      { numRuns: 25, endOnFailure: true },
    )
  }, 120_000)
})

interface Listed {
  readonly task_id: string
  readonly task_status: string
}
