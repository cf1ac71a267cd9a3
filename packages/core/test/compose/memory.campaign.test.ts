import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const child = new URL('memory-child.ts', import.meta.url).pathname
const renders = 250
// A kept key or id would be 1 at least; what is compiled on the way is a few dozen in all.
const most = 0.6

it('nothing is kept of a task that has ended, by an adapter or by what is around it', {
  timeout: 240_000,
}, async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    child,
    String(renders),
  ])
  const { kept, held, paid } = JSON.parse(stdout)
  expect([stderr, held]).toEqual(['', 0])
  expect(paid).toBeGreaterThan(renders)
  expect(Object.keys(kept)).toHaveLength(3)
  for (const [name, things] of Object.entries<number>(kept)) expect(things, name).toBeLessThan(most)
})
