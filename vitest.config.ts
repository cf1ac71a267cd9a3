import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import projects from './vitest.workspace.ts'

// Programs that tests start compile our sources once and not each time.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled')

// Against a test that hangs, and nothing else: a machine under load may take as long as it likes.
const hangsAfterMs = 300_000

export default defineConfig({
  test: {
    projects,
    // Vitest leaves one processor to itself, which on a machine with two of them is half.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: hangsAfterMs,
    hookTimeout: hangsAfterMs,
  },
})
