import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ALL_FORMATS, FilePathSource, Input } from 'mediabunny'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOptions } from '../options.ts'

const run = promisify(execFile)
const program = join(import.meta.dirname, '../server.ts')

const purchases = [
  ['kling', 'boat'],
  ['piapi', 'hat'],
  ['fal', 'crane'],
  ['replicate', 'plane'],
] as const

/** Cells of a line: two spaces or more between them. */
const cellsOf = (line: string): readonly string[] => line.trim().split(/ {2,}/)

describe.each(['hono', 'node'])('the webhook server on %s', (server) => {
  let folder = ''
  let lines: readonly (readonly string[])[] = []
  let stdout = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reelay-webhooks-'))
    // Rejects unless it ends by itself, with 0.
    const ended = await run(process.execPath, [program, '--server', server], {
      cwd: folder,
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
    })
    expect(ended.stderr).toBe('')
    stdout = ended.stdout
    lines = stdout.split('\n').map(cellsOf)
  }, 120_000)

  afterAll(() => rm(folder, { recursive: true }))

  const having = (...wanted: readonly string[]): readonly (readonly string[])[] =>
    lines.filter((cells) => wanted.every((cell) => cells.includes(cell)))

  it('saves four clips, each a whole MP4 of five seconds', async () => {
    const names = await readdir(join(folder, 'renders'))
    expect(names.sort()).toEqual(purchases.map(([, id]) => `${id}.mp4`).sort())
    for (const name of names) {
      const source = new FilePathSource(join(folder, 'renders', name))
      expect(await new Input({ formats: ALL_FORMATS, source }).computeDuration()).toBeCloseTo(5, 1)
    }
  })

  it.each(purchases)('pays for one task at %s, and takes its end for news once', (provider, id) => {
    const [paid] = having(provider, id, '1')
    expect(paid?.[3]).toBe('1')
    expect(paid?.[4]).toContain(`${id}.mp4`)
    expect(having(provider, id, 'succeeded', 'verified')).toHaveLength(1)
    expect(having(provider, id, 'saved')).toHaveLength(1)
  })

  it('asks nobody how far a task is', () => {
    expect(stdout).toMatch(/\n4 clips, 4 paid tasks, \$\d\.\d\d, 0 status reads\n$/)
  })

  it('settles the purchase whose answer was lost by its callback', () => {
    expect(having('fal', 'crane', 'unknown', 'ERR_SUBMISSION_UNKNOWN')).toHaveLength(1)
    expect(having('fal', 'crane', 'bought')).toEqual([])
    expect(having('fal', 'crane', 'unknown, succeeded', '1')).toHaveLength(1)
  })

  it.each([
    ['forged, then genuine', 'replicate', '401, 200'],
    ['sent twice', 'piapi', '200, 200'],
    ['replayed', 'kling', '200'],
    ['replayed after ten minutes', 'kling', '401'],
    ['sent to the address of another purchase', 'kling', '403'],
  ])('takes a delivery that is %s for news once', (...trick) => {
    expect(having(...trick)).toEqual([[...trick, 'taken once']])
  })

  it('fits a terminal of 100 columns', () => {
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100)
  })
})

describe('the command line of the webhook server', () => {
  it('has defaults', () => {
    expect(readOptions([])).toEqual({ server: 'hono', port: 0 })
    expect(readOptions(['--server', 'node', '--port', '8080'])).toEqual({ server: 'node', port: 8080 })
  })

  it.each([[['--server', 'express']], [['--port', 'x']], [['--port', '70000']], [['--live']]])(
    'is refused when it is %j',
    (args) => {
      expect(() => readOptions(args)).toThrow(/--/)
    },
  )
})
