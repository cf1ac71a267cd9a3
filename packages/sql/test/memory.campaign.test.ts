import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'

const script = join(import.meta.dirname, 'memory-child.ts')

it('a finished task leaves nothing behind in the memory of a process', async () => {
  // In memory where there is such a disk: 4,800 commits wait for it.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'reelay-memory-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { stdout } = await promisify(execFile)(process.execPath, [script, join(folder, 'reelay.db')])
  // A map of tasks, of handles or of orders takes more for each than this.
  for (const [what, bytes] of Object.entries(JSON.parse(stdout) as Record<string, number>))
    expect([what, bytes < 100]).toEqual([what, true])
}, 120_000)
