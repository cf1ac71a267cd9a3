import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { openPurchases } from '@reelay/core'
import { sqliteJournal } from '@reelay/sql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDesk, type Desk, type Ended } from './cli-process.ts'
import { createStudio, type Studio } from './cli-studio.ts'

let desk: Desk
let studio: Studio
beforeEach(async () => {
  desk = createDesk()
  studio = await createStudio()
})
afterEach(async () => {
  await desk.close()
  await studio.close()
})

const generate = (...more: readonly string[]): readonly string[] => [
  'generate',
  'A boat',
  '--live',
  '--yes',
  '--base-url',
  studio.url,
  ...more,
]
const clips = async (): Promise<number> => (await desk.files()).filter((file) => file.endsWith('.mp4')).length

/** Runs with an extra module that spoils the process at a given moment. */
const spoilt = (code: string): Promise<Ended> => {
  const env = { ...studio.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` }
  return desk.run(generate('--json'), { env })
}

describe('a reader that has gone', () => {
  it.each(['stdout', 'stderr', 'both'] as const)('of %s does not end a paid render', async (which) => {
    const child = desk.start(generate(), { env: studio.env })
    if (which !== 'stderr') child.stdout?.destroy()
    if (which !== 'stdout') child.stderr?.destroy()
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk))
    const [code] = await once(child, 'close')
    expect([code, await clips(), studio.posts()]).toEqual([0, 1, 1])
    expect(text).not.toContain('EPIPE')
  })

  it('is told apart from a result that could not be written', async () => {
    const full = openSync('/dev/full', 'w')
    const bin = join(import.meta.dirname, '../src/bin.ts')
    const child = spawn(process.execPath, [bin, '--version'], { stdio: ['ignore', full, 'pipe'] })
    closeSync(full)
    let err = ''
    child.stderr?.on('data', (chunk) => (err += chunk))
    const [code] = await once(child, 'close')
    expect([code, err]).toEqual([1, expect.stringContaining('could not be written to stdout (ENOSPC)')])
  })
})

describe('a warning of the runtime', () => {
  it('is printed, but for what Node 22 says about its SQLite', async () => {
    const warn = (text: string) => `process.emitWarning("${text}", "ExperimentalWarning");`
    const sqlite = 'SQLite is an experimental feature and might change at any time'
    const code = `process.once('beforeExit', () => { ${warn(sqlite)} ${warn('Something else')} })`
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` }
    const { err } = await desk.run(['--help'], { env })
    expect(err).toContain('Something else')
    expect(err).not.toContain('SQLite')
  })
})

describe('a bug of ours', () => {
  it.each([
    ['an exception', 'setTimeout(() => { throw new TypeError("boom " + "x".repeat(1e6)) }, 1)'],
    ['a rejection', 'setTimeout(() => { void Promise.reject(new TypeError("boom")) }, 1)'],
    ['no error at all', 'setTimeout(() => { throw "boom" }, 1)'],
  ])('%s that nobody catches is one screen, and the paid task is named', async (_what, wreck) => {
    studio.hold()
    const code = `const real = globalThis.fetch; globalThis.fetch = async (...all) => { const reply = await real(...all); if (all[1]?.method === 'POST') setTimeout(() => { ${wreck} }, 300); return reply }`
    const ended = await spoilt(code)
    expect(ended.code).toBe(1)
    expect(ended.err.length).toBeLessThan(4_000)
    expect(ended.err).toContain('something went wrong inside Reelay itself')
    expect(ended.err).toContain('go on with:  reelay resume --journal renders/journal.db')
    expect(ended.err).not.toMatch(/\n\s+at /)
    expect(JSON.parse(ended.out)).toMatchObject({
      error: { code: 'ERR_INTERNAL', outcome: 'accepted', handle: { id: 'task-1' } },
    })
  })
})

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s stops waiting, keeps the handle and says so', async (signal, expected) => {
    studio.hold()
    const child = desk.start(generate('--json'), { env: studio.env })
    let [out, err] = ['', '']
    child.stdout?.on('data', (chunk) => (out += chunk))
    child.stderr?.on('data', (chunk) => {
      err += chunk
      if (!child.killed && err.includes('accepted as task')) child.kill(signal)
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(expected)
    expect(err).toContain('The paid task goes on.')
    expect(JSON.parse(out)).toMatchObject({
      error: { code: 'ERR_ABORTED', outcome: 'accepted', handle: { id: 'task-1' } },
    })
    const open = await openPurchases(sqliteJournal(join(desk.folder, 'renders/journal.db')))
    expect(open).toMatchObject([{ state: 'bought', handle: { id: 'task-1' }, stored: { state: 'open' } }])
    expect(open[0]?.ended).toBeUndefined()
  })

  it('given twice ends at once, with one line about the purchase', async () => {
    studio.stall()
    const child = desk.start(generate('--json'), { env: studio.env })
    let [out, err] = ['', '']
    child.stdout?.on('data', (chunk) => (out += chunk))
    child.stderr?.on('data', (chunk) => (err += chunk))
    const closed = once(child, 'close')
    await studio.posted()
    // While the answer of the purchase is on its way, nothing is known yet. Both at once: after the first alone the
    // process ends by itself.
    child.kill('SIGINT')
    child.kill('SIGTERM')
    const [code] = await closed
    expect([130, 143]).toContain(code)
    expect(`${err}${out}`).toContain('reelay resume --journal renders/journal.db')
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'ERR_ABORTED', outcome: 'unknown' } })
  })
})
