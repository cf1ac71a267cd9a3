import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { binaries, type PostgresServer, postgresServer } from './postgres-server.ts'
import { race } from './races/arena.ts'
import type { Place } from './races/round.ts'
import { temporary } from './support.ts'

vi.setConfig({ testTimeout: 600_000 })

// The full thousand is bench/races.ts.
const seed = 20_261_126
const some = [
  { workers: 2, rounds: 24 },
  { workers: 8, rounds: 8 },
] as const

const unshare = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
const mayUnshare = spawnSync('unshare', [...unshare.slice(1), 'true']).status === 0

function races(placeOf: (name: string) => Place): void {
  it.each(some)(
    '$workers processes buy no order twice and keep to the budget, $rounds times',
    async (one) => {
      const outcome = await race({ ...one, place: placeOf(`race_${one.workers}`), seed })
      expect(outcome).toEqual({ ...outcome, rounds: one.rounds, twice: 0, overBudget: 0, broken: [] })
      expect(outcome.posts).toBeGreaterThanOrEqual(one.rounds)
    },
  )

  it.skipIf(!mayUnshare)(
    'and so they do in PID namespaces of their own, with one host name (skipped where unshare is not allowed)',
    async () => {
      const asked = { place: placeOf('race_apart'), workers: 3, rounds: 6, seed, within: unshare }
      expect((await race(asked)).broken).toEqual([])
    },
  )
}

describe('on SQLite', () => races((name) => ({ file: join(temporary(), `${name}.db`) })))

describe.skipIf(!binaries())('on PostgreSQL (skipped where no binaries of it are)', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await postgresServer()
  }, 120_000)
  afterAll(async () => server.stop(), 60_000)
  races((schema) => ({ url: server.url, schema }))
})
