import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createProgramClock } from '../../src/register/program-clock.ts'

const noon = Date.UTC(2026, 10, 27, 12)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the clock of a program on a fast emulator', () => {
  it('runs at the emulator’s speed while the program waits', async () => {
    const clock = createProgramClock(noon, 60)
    const waited = clock.sleep(60_000).then(() => clock.elapsed())
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await waited).toBe(60_000)
    expect(clock.now()).toBe(noon + 60_000)
  })

  it('gives a request all its real seconds', async () => {
    const clock = createProgramClock(noon, 60)
    const answer = Promise.withResolvers<Response>()
    const fetch = clock.track(() => answer.promise)
    let timedOut = false
    const timeout = clock.sleep(60_000).then(() => {
      timedOut = true
    })
    const asked = fetch('https://api.provider.example')
    await vi.advanceTimersByTimeAsync(59_000)
    expect([timedOut, clock.elapsed()]).toEqual([false, 59_000])
    answer.resolve(new Response('late'))
    await asked
    await vi.advanceTimersByTimeAsync(20)
    await timeout
    expect(timedOut).toBe(true)
  })

  it('counts no more than a moment of the time in which the process did not run', async () => {
    const clock = createProgramClock(noon, 60)
    // As if the machine had been busy with others.
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 500)
    expect(clock.elapsed()).toBe(600)
    vi.mocked(performance.now).mockRestore()
  })

  it('ends a sleep with the signal’s reason, and leaves no timer', async () => {
    const clock = createProgramClock(noon, 60)
    const stop = new AbortController()
    const sleeping = clock.sleep(60_000, stop.signal)
    stop.abort('enough')
    await expect(sleeping).rejects.toBe('enough')
    await expect(clock.sleep(1, stop.signal)).rejects.toBe('enough')
    expect(vi.getTimerCount()).toBe(0)
  })
})
