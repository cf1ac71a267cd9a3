import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const child = fileURLToPath(new URL('child-no-eval.ts', import.meta.url))

// A cold process of its own: slow on a busy machine.
const timeout = 60_000

it('no schema asks for eval: a strict content security policy has nothing to report', { timeout }, () => {
  const { stdout, stderr } = spawnSync(process.execPath, [child], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({ asked: 0, ids: ['826932620670750021', 't1', 't1', 't1'] })
})

it('with code generation forbidden, as on workerd, all four sell and read', { timeout }, () => {
  const flags = ['--disallow-code-generation-from-strings', child]
  const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toMatchObject({ ids: ['826932620670750021', 't1', 't1', 't1'] })
})
