import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createEmulator, createEmulatorClock, type EmulatorServer } from '../src/index.ts'

const servers: EmulatorServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function listening(options: Parameters<typeof createEmulator>[0]) {
  const emulator = createEmulator(options)
  const server = await emulator.listen()
  servers.push(server)
  return { emulator, server }
}

describe('the clock of an emulator in another process', () => {
  it("tells the emulator's time, and sleeps emulated seconds", async () => {
    const { emulator, server } = await listening({ speed: 10_000 })
    const clock = await createEmulatorClock(server.providers.kling.baseURL)
    // Half an hour at this speed is 180 ms: whoever slept real seconds would time out here.
    const before = emulator.control.now()
    await clock.sleep(1_800_000)
    expect(emulator.control.now() - before).toBeGreaterThanOrEqual(1_800_000)
    // It was told the time after it had asked, and hears of it after it was told.
    const told = clock.now()
    expect(told).toBeGreaterThan(before)
    expect(told).toBeLessThanOrEqual(emulator.control.now())
  })

  it('wakes when a clock that stands still is pushed', async () => {
    const { emulator, server } = await listening({ speed: 0 })
    const clock = await createEmulatorClock(server.url)
    let awake = false
    const sleeping = clock.sleep(60_000).then(() => {
      awake = true
    })
    emulator.control.advance(59_000)
    await clock.sleep(0)
    expect(awake).toBe(false)
    emulator.control.advance(1_000)
    await sleeping
  })

  it("ends a sleep with the signal's reason, also one that has not begun", async () => {
    const { server } = await listening({ speed: 0 })
    const clock = await createEmulatorClock(server.url)
    const stop = new AbortController()
    const reason = new Error('enough')
    const sleeping = clock.sleep(60_000, stop.signal)
    stop.abort(reason)
    await expect(sleeping).rejects.toBe(reason)
    await expect(clock.sleep(1, stop.signal)).rejects.toBe(reason)
  })

  it('says so where there is no emulator', async () => {
    const other = createServer((_request, response) => response.end('{}'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    await expect(createEmulatorClock(url)).rejects.toThrow(/is no emulator/)
    await new Promise((resolve) => other.close(resolve))
    await expect(createEmulatorClock(url)).rejects.toThrow(/No emulator answers/)
  })
})

describe('the access data', () => {
  it('carry the clock, which JSON leaves out', () => {
    const emulator = createEmulator({ speed: 0 })
    const { kling } = emulator.providers('http://emulator.test')
    const before = kling.clock.now()
    emulator.control.advance(5_000)
    expect(kling.clock.now() - before).toBe(5_000)
    expect(JSON.parse(JSON.stringify(kling))).not.toHaveProperty('clock')
  })

  it('name the secrets that its webhooks are signed with', () => {
    const account = { accessKey: 'a', secretKey: 's', webhookSecret: 'whsec_c2VjcmV0' }
    const { kling, replicate, fal } = createEmulator({ kling: { accounts: [account] } }).providers(
      'http://e.test',
    )
    expect(kling.env.KLING_WEBHOOK_SECRET).toBe('whsec_c2VjcmV0')
    expect(replicate.env.REPLICATE_WEBHOOK_SIGNING_SECRET).toMatch(/^whsec_/)
    expect(fal.webhook?.userId).toMatch(/^user_/)
    expect(createEmulator().providers('http://e.test').kling.env).not.toHaveProperty('KLING_WEBHOOK_SECRET')
  })
})
