// Kills processes at random times, which no list of instants can cover, until there are enough deaths:
//   node bench/crash.ts [kills] [seed] [postgres]
// Prints what they had last been seen doing. Ends with 1 when a clip was lost or paid for twice.
import process from 'node:process'
import { campaign, report, type Tally } from '../packages/rig/test/crash/campaign.ts'
import { postgresServer } from '../packages/sql/test/postgres-server.ts'

const [kills = 2_000, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number)
// What is seen of a life that nobody disturbs, and how long it is until the next thing is.
const most = { seen: 60, thenMs: 30 }

const server = process.argv[4] === 'postgres' ? await postgresServer() : undefined

const run = (provider: 'kling' | 'fal', target: number): Promise<Tally> =>
  campaign(provider, {
    target,
    seed,
    postgres: server?.url,
    choose: (_kills, random) => ({
      seen: Math.floor(random() * most.seen),
      thenMs: random() * most.thenMs,
    }),
  })

console.log(`${kills} kills at random times, seed ${seed}`)
const half = Math.ceil(kills / 2)
const [kling, fal] = await Promise.all([run('kling', half), run('fal', kills - half)])
await server?.stop()
console.log(report({ kling, fal }))
for (const promise of [...kling.broken, ...fal.broken]) console.log(promise)
process.exitCode = kling.broken.length + fal.broken.length === 0 ? 0 : 1
