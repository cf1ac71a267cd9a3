import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createEmulator, emulatorEnvironment } from '../../src/index.ts'
import { runFile, runNode, runRegistered } from './program.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const jsonLines = (text: string): readonly Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** Every credential variable, with a value as a person who pays has it. */
const realKeys = Object.fromEntries(
  Object.keys(emulatorEnvironment('http://127.0.0.1'))
    .filter((name) => !['NODE_OPTIONS', 'REELAY_EMULATOR'].includes(name))
    .map((name) => [name, `real-${name}:costs-money`]),
)

/** Stands where a provider would, and remembers the credentials that it is shown. */
async function openTrap(): Promise<{ readonly url: string; readonly shown: IncomingHttpHeaders[] }> {
  const shown: IncomingHttpHeaders[] = []
  const trap = createServer((request, answer) => {
    shown.push(request.headers)
    answer.end('{}')
  })
  await once(trap.listen(0, '127.0.0.1'), 'listening')
  closing.push(() => trap.close())
  return { url: `http://127.0.0.1:${(trap.address() as AddressInfo).port}`, shown }
}

// What a careless program does with every key it finds.
const spendAll = `
  import { request } from 'undici'
  for (const [name, key] of Object.entries(process.env)) {
    if (!/_(KEY|TOKEN|SECRET|KEY_ID)$/.test(name)) continue
    await request(process.env.TRAP, { method: 'POST', headers: { authorization: 'Bearer ' + key, 'x-api-key': key } })
  }`

describe('node --import @reelay/emulator/register', () => {
  it('leads unmodified clients to their clips, in the program, its child and its grandchild', async () => {
    const { code, out, err } = await runFile('clips.ts', { ...realKeys, REELAY_EMULATOR_SPEED: '200' })
    expect([code, err]).toEqual([0, ''])
    const lines = jsonLines(out)
    const at = lines[0]?.at
    expect(at).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    // The grandchild is the first to end, and all three bought at the same place.
    expect(lines).toEqual([3, 2, 1].map((generation) => ({ generation, clips: [true, true], known: 3, at })))
    await expect(fetch(String(at))).rejects.toThrow('fetch failed')
  })

  it('covers the threads of a program', async () => {
    const { out } = await runRegistered(`
      import { Worker } from 'node:worker_threads'
      const code = "fetch('https://queue.fal.run/x').then(({ status }) => console.log(status, process.env.FAL_KEY))"
      new Worker(code, { eval: true })`)
    expect(out).toBe('404 demo-key-id-not-real:demo-key-secret-not-real\n')
  })

  it('leaves a child whose NODE_OPTIONS are cleared no real key', async () => {
    const trap = await openTrap()
    const child = `
      import { execFileSync } from 'node:child_process'
      const env = { ...process.env, NODE_OPTIONS: '' }
      execFileSync(process.execPath, ['--input-type=module', '--eval', ${JSON.stringify(spendAll)}], { env, stdio: 'inherit' })`
    const { code, err } = await runRegistered(child, { ...realKeys, TRAP: trap.url })
    expect([code, err]).toEqual([0, ''])
    expect(trap.shown).toHaveLength(Object.keys(realKeys).length)
    expect(JSON.stringify(trap.shown)).not.toContain('costs-money')
    expect(JSON.stringify(trap.shown)).toContain('demo-api-key-not-real')
  })

  it('would be caught by that trap', async () => {
    const trap = await openTrap()
    await runNode(['--input-type=module', '--eval', spendAll], { ...realKeys, TRAP: trap.url })
    expect(JSON.stringify(trap.shown)).toContain('real-KLINGAI_API_KEY:costs-money')
  })

  it('lets no client go round it that msw does not see, and shows it no real key', async () => {
    const trap = await openTrap()
    const program = `${spendAll}
      import { fetch as undiciFetch } from 'undici'
      import { connect } from 'node:tls'
      import { lookup, promises } from 'node:dns'
      import { promisify } from 'node:util'
      const url = 'https://api-singapore.klingai.com/v1/videos/text2video'
      const headers = { authorization: 'Bearer ' + process.env.KLINGAI_API_KEY }
      const tls = () => new Promise((resolve, reject) => {
        const socket = connect(443, 'api.klingai.com', () => socket.write('hello')).on('error', reject)
      })
      const ways = [
        () => request(url, { method: 'POST', headers, body: '{}' }),
        () => undiciFetch(url, { headers }),
        tls,
        () => promisify(lookup)('api.klingai.com'),
        () => promises.resolve4('queue.fal.run.'),
      ]
      for (const way of ways) {
        const error = await way().then(() => 'reached', (error) => error.cause ?? error)
        console.log(JSON.stringify([error.code, error.message]))
      }
      console.log(JSON.stringify([typeof (await promisify(lookup)('localhost')).address, '']))`
    const { code, out, err } = await runRegistered(program, { ...realKeys, TRAP: trap.url })
    expect([code, err]).toEqual([0, ''])
    const refused = ['ERR_NOT_EMULATED', expect.stringContaining('goes round the emulator')]
    expect(jsonLines(out)).toEqual([refused, refused, refused, refused, refused, ['string', '']])
    expect(JSON.stringify(trap.shown)).not.toContain('costs-money')
  })

  it('is seen by named imports of node:https, and lets no other host be in the way', async () => {
    const trap = await openTrap()
    const { out } = await runRegistered(
      `
      import { get } from 'node:https'
      get('https://cdn.klingai.com/nothing', (answer) => console.log(answer.statusCode))
      console.log((await fetch(process.env.TRAP)).status)
      await fetch('https://api.segmind.com/v1/kling').catch(({ cause }) => console.log(cause.code))`,
      { TRAP: trap.url },
    )
    expect(out.trim().split('\n').sort()).toEqual(['200', '404', 'ERR_NOT_EMULATED'])
    expect(trap.shown).toHaveLength(1)
  })

  it('shares the emulator that the variable names, and it alone', async () => {
    const server = await createEmulator().listen()
    closing.push(() => server.close())
    const print = 'console.log(process.env.REELAY_EMULATOR)'
    const joined = await runRegistered(print, { REELAY_EMULATOR: server.url })
    expect(joined).toEqual({ code: 0, out: `${server.url}\n`, err: '' })
  })

  it.each([
    ['an address elsewhere', 'http://192.0.2.7:4010', 'no http address of this machine'],
    ['metadata', 'http://169.254.169.254', 'no http address of this machine'],
    ['no address', 'yes', 'no http address of this machine'],
    ['an emulator that has ended', 'http://127.0.0.1:9', 'the program that started it has ended'],
  ])('runs nothing when the variable names %s', async (_what, told, words) => {
    const { code, out, err } = await runRegistered("console.log('ran')", { REELAY_EMULATOR: told })
    expect([code, out, err]).toEqual([1, '', expect.stringContaining(words)])
  })

  it('runs nothing on something that is no emulator, at a speed that is none, or without msw', async () => {
    const trap = await openTrap()
    const print = "console.log('ran')"
    const elsewhere = await runRegistered(print, { REELAY_EMULATOR: trap.url })
    expect(elsewhere).toMatchObject({ code: 1, out: '', err: expect.stringContaining('is no emulator') })
    const still = await runRegistered(print, { REELAY_EMULATOR_SPEED: 'fast' })
    expect(still).toMatchObject({ code: 1, out: '', err: expect.stringContaining('takes a number above 0') })
    const withoutMsw = `data:text/javascript,${encodeURIComponent(`
      import { registerHooks } from 'node:module'
      const resolve = (name, context, next) => {
        if (name !== 'msw/node') return next(name, context)
        throw Object.assign(new Error('not there'), { code: 'ERR_MODULE_NOT_FOUND' })
      }
      registerHooks({ resolve })`)}`
    const args = ['--import', withoutMsw, '--import', '@reelay/emulator/register', '--eval', print]
    expect(await runNode(args)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('npm install --save-dev msw'),
    })
  })

  it.each(['Bun', 'Deno'])('runs nothing in %s, whose fetch it cannot answer', async (name) => {
    const runtime = `data:text/javascript,globalThis.${name}={}`
    const args = [
      '--import',
      runtime,
      '--import',
      '@reelay/emulator/register',
      '--eval',
      "console.log('ran')",
    ]
    expect(await runNode(args)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(`the fetch of ${name} would go to the real hosts`),
    })
  })
})
