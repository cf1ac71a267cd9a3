import { mkdtempSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentialVariables } from '@reelay/core/adapter'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { main } from '../src/cli/main.ts'
import { adapters } from '../src/config/registry.ts'

const here = process.cwd()
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reelay-doctor-'))
  process.chdir(folder)
  // The developer's own keys are none of ours.
  for (const { manifest } of Object.values(adapters))
    for (const name of credentialVariables(manifest)) vi.stubEnv(name, '')
})
afterEach(async () => {
  process.chdir(here)
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  vi.useRealTimers()
  vi.restoreAllMocks()
  process.exitCode = undefined
  await rm(folder, { recursive: true, force: true })
})

interface Check {
  readonly name: string
  readonly state: string
  readonly message: string
}

async function doctor(...args: readonly string[]) {
  const texts = ['', '']
  for (const [at, stream] of [process.stdout, process.stderr].entries())
    vi.spyOn(stream, 'write').mockImplementation((chunk, ...rest) => {
      texts[at] += String(chunk)
      const done = rest.find((one) => typeof one === 'function') as (() => void) | undefined
      done?.()
      return true
    })
  const code = await main(['doctor', ...args])
  vi.restoreAllMocks()
  process.exitCode = undefined
  const [out = '', err = ''] = texts
  const checks = (): readonly Check[] => JSON.parse(out).checks
  const found = (name: string): readonly Check[] => checks().filter((check) => check.name === name)
  return { code, out, err, found }
}

it('is content with a machine without keys, sends nothing, and shows no key', async () => {
  const fetch = vi.fn()
  vi.stubGlobal('fetch', fetch)
  vi.stubEnv('FAL_KEY', 'id:very-secret')
  const { code, out, err, found } = await doctor('--json')
  expect(code).toBe(0)
  expect(found('key of fal')).toEqual([{ name: 'key of fal', state: 'ok', message: 'set' }])
  expect(found('key of kling')[0]).toMatchObject({ state: 'note', message: expect.stringContaining('KLING') })
  expect(found('journal')[0]?.state).toBe('note')
  expect(out + err).not.toContain('very-secret')
  expect(fetch).not.toHaveBeenCalled()
  const plain = await doctor()
  expect(plain.out).toMatch(/^ {2}key of fal +ok {2}set$/m)
  expect(plain.out).not.toContain('very-secret')
})

it('writes the same as CSV', async () => {
  const { checks } = JSON.parse((await doctor('--json')).out)
  const { code, out } = await doctor('--csv')
  const rows = parse(out, { columns: true })
  expect([code, rows]).toEqual([0, checks])
})

it('names rows and prices that are older than 90 days by today’s clock, with their source', async () => {
  const old = ({ message }: Check): boolean => message.startsWith('older than 90 days')
  vi.useFakeTimers({ now: Date.parse('2026-03-02'), toFake: ['Date'] })
  expect((await doctor('--json')).found('catalogue of piapi').filter(old)).toEqual([])
  vi.setSystemTime(Date.parse('2026-06-15'))
  const later = (await doctor('--json')).found('catalogue of piapi').filter(old)
  expect(later.length).toBeGreaterThan(0)
  for (const { message } of later) expect(message).toMatch(/\d+ (rows|prices) of 2026-03-01 from .*piapi/)
})

it('ends with 1 for a configuration that makes no sense, a key that it names and that is not set, and a broken journal', async () => {
  const file = join(folder, 'reelay.config.json')
  await writeFile(
    file,
    JSON.stringify({ providers: { main: { use: 'fal', apiKey: { env: 'STUDIO_KEY' } } } }),
  )
  const keyless = await doctor('--json')
  expect([keyless.code, keyless.found('key of main')[0]?.message]).toEqual([1, 'not set: STUDIO_KEY'])
  vi.stubEnv('STUDIO_KEY', 'id:secret')
  expect((await doctor('--json')).code).toBe(0)
  await writeFile(join(folder, 'journal.db'), 'no database at all, and rather long for that '.repeat(40))
  const journal = await doctor('--json', '--journal', 'journal.db')
  expect([journal.code, journal.found('journal')[0]?.state]).toEqual([1, 'broken'])
  await writeFile(join(folder, 'wrong.json'), JSON.stringify({ providers: { main: { use: 'fall' } } }))
  const wrong = await doctor('--json', '--config', 'wrong.json')
  expect([wrong.code, wrong.found('configuration')[0]?.state]).toEqual([1, 'broken'])
})

it('asks the root of each host with --online, without a key, and takes any status for an answer', async () => {
  const seen: unknown[][] = []
  const server = createServer(({ method, url, headers }, response) => {
    seen.push([method, url, headers.authorization])
    response.writeHead(403).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const main = { use: 'kling', baseURL: `${origin}/kling`, apiKey: { env: 'STUDIO_KEY' } }
  await writeFile(join(folder, 'reelay.config.json'), JSON.stringify({ providers: { main } }))
  vi.stubEnv('STUDIO_KEY', 'secret')
  const there = await doctor('--json', '--online')
  expect(there.found('host of main')).toEqual([
    { name: 'host of main', state: 'ok', message: `${origin} answers (403)` },
  ])
  expect([there.code, seen[0]]).toEqual([0, ['HEAD', '/', undefined]])
  // What the account has left is asked with the key, and refused here: a note, no more.
  const asked = new Set(seen.slice(1).map(([method, url]) => `${method} ${String(url).split('?')[0]}`))
  expect([...asked]).toEqual(['GET /kling/account/costs'])
  expect(there.found('account of main')[0]?.state).toBe('note')
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  const gone = await doctor('--json', '--online')
  expect([gone.code, gone.found('host of main')[0]?.state]).toEqual([1, 'broken'])
})
