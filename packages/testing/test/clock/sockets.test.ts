import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createVirtualClock, type VirtualClock } from '../../src/index.ts'

let server: Server | undefined

afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

async function listen(answer: (path: string, response: ServerResponse) => void): Promise<string> {
  server = createServer((request, response) => answer(request.url ?? '', response))
  const listening = server
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}

/** Answers in many small pieces, each written only when the one before has left. */
function trickle(response: ServerResponse): void {
  let left = 20
  const write = (): void => {
    if (left-- === 0) response.end()
    else response.write('piece ', () => setImmediate(write))
  }
  write()
}

/** Asks every second until the clock has seen ten of them. */
async function poll(clock: VirtualClock, fetch: typeof globalThis.fetch, url: string): Promise<number[]> {
  const seen: number[] = []
  for (let n = 0; n < 10; n++) {
    const text = await (await fetch(url)).text()
    expect(text).toBe('piece '.repeat(20))
    seen.push(clock.now())
    await clock.sleep(1_000)
  }
  return seen
}

describe('virtual time over real sockets', () => {
  it('waits for each answer to have arrived, whatever that takes', async () => {
    const origin = await listen((_path, response) => trickle(response))
    const clock = createVirtualClock({ start: 0 })
    const seen = await poll(clock, clock.track(globalThis.fetch), origin)
    expect(seen).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000])
  })

  it('keeps callers beside each other in step', async () => {
    const origin = await listen((_path, response) => trickle(response))
    const clock = createVirtualClock({ start: 0 })
    const fetch = clock.track(globalThis.fetch)
    const all = await Promise.all([0, 1, 2, 3].map(() => poll(clock, fetch, origin)))
    for (const seen of all) expect(seen).toEqual(all[0])
    expect(clock.now()).toBe(10_000)
  })

  it('times out a server that hangs, and then stands still for one that works', async () => {
    const clock = createVirtualClock({ start: 0 })
    const origin = await listen((path, response) => {
      if (path === '/busy') return trickle(response)
      const gone = new AbortController()
      response.on('close', () => gone.abort('closed'))
      clock.server.sleep(Number.POSITIVE_INFINITY, gone.signal).catch(() => response.destroy())
    })
    const fetch = clock.track(globalThis.fetch)
    const giveUp = new AbortController()
    const timeout = clock.sleep(60_000).then(() => giveUp.abort('timeout'))
    await expect(fetch(`${origin}/hang`, { signal: giveUp.signal })).rejects.toBe('timeout')
    await timeout
    const patience = new AbortController()
    const ticking = clock.sleep(5_000, patience.signal).catch(() => undefined)
    expect(await (await fetch(`${origin}/busy`)).text()).toContain('piece')
    expect(clock.now()).toBe(60_000)
    patience.abort()
    await ticking
  })
})
