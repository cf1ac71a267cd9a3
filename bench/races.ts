// Two and eight long-lived processes race on one key and one budget, through guard and journaled in both orders, on SQLite and
// on PostgreSQL, with a barrier before each round:
//   node bench/races.ts [rounds per database] [seed]
// Three quarters of the rounds are between two, a quarter between eight; some of them in PID namespaces of their own, where
// `unshare` is allowed. Ends with 1 when an order was bought twice, a budget overspent, or money left aside for nothing.
// Without binaries of PostgreSQL (see postgres-server.ts) it fails.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { postgresServer } from '../packages/sql/test/postgres-server.ts'
import { race } from '../packages/sql/test/races/arena.ts'
import type { Place } from '../packages/sql/test/races/round.ts'

const [rounds = 1_000, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number)
const unshare = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
const mayUnshare = spawnSync('unshare', [...unshare.slice(1), 'true']).status === 0
const apart = mayUnshare ? Math.ceil(rounds / 10) : 0
const eight = Math.ceil(rounds / 4)
const plan = [
  { workers: 2, rounds: rounds - eight - apart, within: [] },
  { workers: 2, rounds: apart, within: unshare },
  { workers: 8, rounds: eight, within: [] },
].filter((one) => one.rounds > 0)

console.log(`${rounds} rounds per database, seed ${seed}`)
if (!mayUnshare) console.log('No PID namespaces: unshare is not allowed here.')
const folder = mkdtempSync(join(tmpdir(), 'reelay-races-'))
const server = await postgresServer()
const places: Readonly<Record<string, (index: number) => Place>> = {
  SQLite: (index) => ({ file: join(folder, `${index}.db`) }),
  PostgreSQL: (index) => ({ url: server.url, schema: `races_${index}` }),
}
try {
  for (const [name, placeOf] of Object.entries(places)) {
    for (const [index, one] of plan.entries()) {
      const startedAt = performance.now()
      const { posts, twice, overBudget, broken } = await race({ ...one, place: placeOf(index), seed })
      const where = one.within.length > 0 ? ' in PID namespaces of their own' : ''
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0)
      console.log(
        `${name}: ${one.rounds} rounds between ${one.workers} processes${where}: ${posts} bought, ${twice} twice, ${overBudget} over the budget, ${broken.length} broken promises, ${seconds} s`,
      )
      for (const what of broken) console.log(`  ${what}`)
      if (broken.length > 0) process.exitCode = 1
    }
  }
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
