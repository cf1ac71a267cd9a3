import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createEmulator, type Emulator, type EmulatorServer } from '@reelay/emulator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDesk, type Desk, emulatedTime } from './cli-process.ts'

const speed = 30

let desk: Desk
let emulator: Emulator
let server: EmulatorServer
let flags: readonly string[] = []
let env: Readonly<Record<string, string>> = {}

beforeEach(async () => {
  desk = createDesk()
  emulator = createEmulator({ speed })
  server = await emulator.listen()
  env = { ...server.providers.kling.env, ...emulatedTime(server.url, speed) }
  flags = ['--live', '--yes', '--base-url', server.providers.kling.baseURL]
})
afterEach(async () => {
  await desk.close()
  await server.close()
})

const bought = (): number => emulator.control.requests().filter(({ op }) => op === 'create').length
const clips = async (): Promise<readonly string[]> =>
  (await desk.files()).filter((file) => file.endsWith('.mp4'))

describe('a purchase from the command line', () => {
  it('spends nothing where nobody can be asked, or nothing can be written', async () => {
    const [live, , ...where] = flags
    const asked = await desk.run(['generate', 'A boat', live ?? '', ...where], { env })
    expect(asked).toMatchObject({ code: 2, err: expect.stringContaining('Add --yes') })
    await writeFile(join(desk.folder, 'a-file'), '')
    const blocked = await desk.run(['generate', 'A boat', ...flags, '--out', 'a-file'], { env })
    expect(blocked).toMatchObject({
      code: 2,
      err: expect.stringContaining('--out: cannot write to a-file'),
    })
    expect(`${asked.err}${blocked.err}`).not.toContain('This spends')
    expect(bought()).toBe(0)
  })

  it('buys nothing for bytes on stdin that are no text', async () => {
    const input = Buffer.from([...Buffer.from('A boat '), 0xff, 0xfe])
    const ended = await desk.run(['generate', '-', ...flags], { env, input })
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining('not a text in UTF-8') })
    expect(bought()).toBe(0)
  })

  it('is finished by resume when its first waiter gave up, sidecar and all', async () => {
    const short = ['--deadline', '0.01', '--duration', '3']
    const first = await desk.run(['generate', 'A lighthouse', ...flags, ...short, '--json'], { env })
    expect(first).toMatchObject({ code: 1, err: expect.stringContaining('ERR_TIMEOUT') })
    for (const part of [
      'provider  kling, with credentials from the environment',
      'account   default',
      `host      ${new URL(server.url).host} (on this machine)`,
      'model     kling-v3, mode std',
      'length    3 s',
      'price     $0.25',
    ])
      expect(first.err).toContain(part)
    // With everything that says where: without it another provider would be asked.
    const next = `reelay resume --journal renders/journal.db ${flags.slice(2).join(' ')}`
    expect(first.err).toContain(`go on with:  ${next}`)
    expect(JSON.parse(first.out)).toMatchObject({
      error: {
        code: 'ERR_TIMEOUT',
        outcome: 'accepted',
        handle: { provider: 'kling' },
        next,
      },
    })
    const where = flags.slice(2)
    const second = await desk.run(['resume', ...where, '--json'], { env })
    expect(second.code).toBe(0)
    const record = JSON.parse(second.out)
    expect(record).toMatchObject({
      prompt: 'A lighthouse',
      request: { duration: 3 },
      estimated: { microUsd: 252_000 },
      command: expect.stringContaining('--duration 3'),
    })
    expect((await desk.files()).filter((file) => file.endsWith('.order.json'))).toEqual([])
    expect(await clips()).toHaveLength(1)
    expect((await desk.run(['resume', ...where], { env })).out).toContain('Nothing is open')
    expect(bought()).toBe(1)
  })

  it('names a paid task when it is interrupted, and says that it goes on', async () => {
    // In real time: it must not have its clip before the signal reaches it.
    const child = desk.start(['generate', 'A boat', ...flags], { env: server.providers.kling.env })
    let err = ''
    child.stderr?.on('data', (chunk) => {
      err += chunk
      // Once: a second signal kills at once, as everywhere.
      if (!child.killed && err.includes('accepted as task')) child.kill('SIGINT')
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(130)
    expect(err).toContain('The paid task goes on.')
    expect(err).toContain('go on with:  reelay resume')
  })
})

describe('a failure', () => {
  it.each([
    [
      'funds',
      1,
      { code: 'ERR_FUNDS', outcome: 'rejected' },
      () => emulator.control.setBalance(0, { provider: 'kling' }),
    ],
    [
      'a failed task',
      1,
      {
        code: 'ERR_TASK_FAILED',
        outcome: 'accepted',
        handle: { provider: 'kling' },
        task: { status: 'failed' },
      },
      () => emulator.control.failNext({ provider: 'kling', message: 'risk control\u001b[2J' }),
    ],
  ])('of %s is one JSON document, and words', async (_what, code, error, prepare) => {
    prepare()
    const ended = await desk.run(['generate', 'A boat', ...flags, '--json'], { env })
    expect(ended.code).toBe(code)
    expect(JSON.parse(ended.out)).toMatchObject({ error })
    expect(ended.err).toContain(`${error.code}: `)
    expect(ended.err).toContain('money spent: ')
    expect(ended.err).not.toContain('\u001b')
  })

  it('of which nobody knows whether it was paid names the purchase, and what to do', async () => {
    const { baseURL, env: keys } = server.providers.fal
    emulator.control.fault({ on: 'create', kind: 'lost-after-create' })
    const where = ['--live', '--yes', '--provider', 'fal', '--base-url', baseURL, '--json']
    const ended = await desk.run(['generate', 'A boat', ...where], { env: keys })
    expect(ended.code).toBe(1)
    const { error } = JSON.parse(ended.out)
    expect(error).toMatchObject({
      code: 'ERR_SUBMISSION_UNKNOWN',
      outcome: 'unknown',
      submission: { provider: 'fal' },
      next: `reelay resume --journal renders/journal.db --base-url ${baseURL}`,
    })
    expect(ended.err).toContain('do not run the command again before you have looked')
    const look = await desk.run(['resume', '--base-url', baseURL, '--json'], { env: keys })
    expect([look.code, JSON.parse(look.out)]).toMatchObject([
      1,
      { state: 'unknown', submission: error.submission },
    ])
  })
})

describe('reelay emulate', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s and then stops cleanly', async (signal) => {
    const child = desk.start(['emulate', '--json', '--speed', '30'])
    const [line] = await once(createInterface({ input: child.stdout ?? process.stdin }), 'line')
    const { baseURL, env: keys } = JSON.parse(line).providers.kling
    const headers = { authorization: `Bearer ${keys.KLINGAI_API_KEY}` }
    const list = await fetch(`${baseURL}/v1/videos/text2video?pageNum=1&pageSize=1`, { headers })
    expect(await list.json()).toMatchObject({ code: 0, data: [] })
    child.kill(signal)
    expect(await once(child, 'close')).toEqual([0, null])
  })

  it('prints for a shell what adapters and their webhook receivers read', async () => {
    const child = desk.start(['emulate', '--env'])
    const lines: string[] = []
    for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
      lines.push(line)
      if (line.startsWith('export REPLICATE_WEBHOOK_SIGNING_SECRET')) break
    }
    child.kill('SIGTERM')
    const printed = lines.join('\n')
    expect(printed).toMatch(/^export KLING_WEBHOOK_SECRET='whsec_[\w+/=]+'$/m)
    expect(printed).toMatch(/^export REPLICATE_WEBHOOK_SIGNING_SECRET='whsec_[\w+/=]+'$/m)
    expect(printed).toMatch(/^export REELAY_FAL_WEBHOOK_USER_ID='user_\d+'$/m)
    await once(child, 'close')
  })

  it('says what to do about a busy port', async () => {
    const { code, err } = await desk.run(['emulate', '--port', String(server.port)])
    expect([code, err]).toEqual([2, expect.stringContaining('is in use. Choose another with --port')])
  })
})
