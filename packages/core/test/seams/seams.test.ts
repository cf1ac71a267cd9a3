import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Result } from './child.ts'
import { seams } from './seams.ts'

// In a process of its own: an exception or rejection that nobody hears ends it.
const child = fileURLToPath(new URL('child.ts', import.meta.url))
const { stdout, stderr, status } = spawnSync(process.execPath, ['--unhandled-rejections=strict', child], {
  encoding: 'utf8',
})
const results: readonly Result[] = status === 0 ? JSON.parse(stdout) : []

describe('whatever throws after a purchase', () => {
  it('leaves the process alive', () => {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(results).toHaveLength(3 * seams.length)
  })

  it.each(
    seams.flatMap(({ name, ends, cause }) =>
      (['generate', 'wait', 'watch'] as const).map((door) => ({ name, door, end: ends[door], cause })),
    ),
  )('$name, at $door: $end', ({ name, door, end, cause }) => {
    const result = results.find((one) => one.seam === name && one.door === door)
    expect(result).toMatchObject({ got: end, posts: 1 })
    if (end === 'clip') return
    expect(result).toMatchObject({ outcome: 'accepted', handle: 'r-1' })
    // What was thrown may hold credentials: the caller's own is the cause, anything else is left out.
    expect(result?.leaks).toBe(false)
    if (cause) expect(result?.cause).toBe(true)
  })
})
