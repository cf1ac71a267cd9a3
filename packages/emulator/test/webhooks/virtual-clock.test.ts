import { createVirtualClock, type VirtualClockOptions } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { createEmulator } from '../../src/index.ts'
import { creates, HOOK, type Rig, sendBy } from './rig.ts'

/** An emulator, its client and its receiver on one clock that moves by itself when nothing happens. */
function createWorld(options: VirtualClockOptions = {}) {
  const clock = createVirtualClock(options)
  const arrived: { readonly at: number; readonly status: unknown }[] = []
  const receive: typeof fetch = async (input, init) => {
    const text = await new Request(input, init).text()
    arrived.push({ at: clock.now() - start, status: JSON.parse(text).task_status })
    return new Response()
  }
  const start = clock.now()
  const emulator = createEmulator({
    clock: clock.server,
    seed: 1,
    webhooks: { clock, fetch: clock.track(receive) },
  })
  const rig = { send: sendBy(clock.track(emulator.fetch as typeof fetch)) }
  return { clock, emulator, arrived, rig, start }
}

describe('webhooks on a virtual clock', () => {
  it('arrive in the very millisecond, while the client sleeps', async () => {
    const { clock, arrived, rig } = createWorld()
    await creates.kling(rig)
    await clock.sleep(60 * 60_000)
    expect(arrived).toEqual([
      { at: 3000, status: 'processing' },
      { at: 30_000, status: 'succeed' },
    ])
  })

  it('take no time to be written, also where a clip is encoded for them', async () => {
    const { clock, arrived, rig } = createWorld()
    for (let count = 0; count < 3; count += 1) {
      await creates.fal(rig, HOOK, { prompt: `Take ${count}` })
    }
    for (let second = 0; second < 300; second += 1) await clock.sleep(1000)
    expect(arrived.map(({ at }) => at)).toEqual([93_000, 93_000, 183_000])
  })

  it('arrive on a clock that is pushed by hand', async () => {
    const { clock, arrived, rig } = createWorld({ auto: false })
    await creates.kling(rig)
    await creates.replicate(rig)
    await clock.advance(2999)
    expect(arrived).toEqual([])
    await clock.advance(100_000)
    expect(arrived.map(({ at }) => at)).toEqual([3000, 30_000, 92_000, 92_000])
  })

  it('arrive while the answer to their create hangs, until the client gives up', async () => {
    const { clock, arrived, emulator, rig, start } = createWorld()
    emulator.control.fault({ on: 'create', kind: 'hang', created: true })
    const patience = new AbortController()
    const send: Rig['send'] = (url, init) => rig.send(url, { ...init, signal: patience.signal })
    const ended = creates.kling({ send }).catch(() => clock.now() - start)
    await clock.sleep(90_000)
    patience.abort(new Error('enough'))
    expect(await ended).toBe(90_000)
    expect(arrived.map(({ at }) => at)).toEqual([3000, 30_000])
  })

  it('have failed when a receiver does not answer in time, with timeouts', async () => {
    const clock = createVirtualClock()
    const arrivals: number[] = []
    const silent: typeof fetch = async (_input, init) => {
      arrivals.push(clock.now())
      await clock.server.sleep(Number.POSITIVE_INFINITY, init?.signal ?? undefined)
      return new Response()
    }
    const emulator = createEmulator({
      clock: clock.server,
      fal: { outputFile: 'url-only' },
      webhooks: { clock, fetch: clock.track(silent), timeouts: true },
    })
    await creates.fal({ send: sendBy(clock.track(emulator.fetch as typeof fetch)) })
    await clock.sleep(300_000)
    const [start = 0, ...others] = arrivals
    expect(others.map((at) => at - start)).toEqual([20_000, 150_000])
    expect(emulator.control.webhooks.sent().map(({ failure }) => failure)).toEqual([
      'no answer within 15 s',
      'no answer within 120 s',
      undefined,
    ])
  })
})
