import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

const run = promisify(execFile)
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-extend-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('makes about ten seconds out of five, at the price it named before', async () => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, '..', 'index.ts')], {
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
  })
  expect(stdout).toContain('Warning: Whether kling still sells kling-v1-6 is unverified')
  const most = /At most (\$[\d.]+) for 2 clips/.exec(stdout)?.[1]
  expect(stdout).toContain(`paid ${most} for 2 steps`)
  const [, seconds] = /2: task \S+, ([\d.]+) s/.exec(stdout) ?? []
  expect(Number(seconds)).toBeGreaterThan(9)
  const clip = await readFile(join(folder, 'renders/extended.mp4'))
  expect(clip.subarray(4, 8).toString()).toBe('ftyp')
}, 60_000)
