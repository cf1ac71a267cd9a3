// Loses answers in seeded histories of an account, and looks for their tasks by input:
//   node bench/adoption.ts [histories] [first seed]
// Prints what was found and named. Ends with 1 when a purchase was given another's task, or any without soleSubmitter.
import process from 'node:process'
import { campaign, report } from '../packages/core/test/adoption/campaign.ts'

const [histories = 20_000, first = 1] = process.argv.slice(2).map(Number)
const startedAt = performance.now()
const sums = await campaign(histories, first)
console.log(
  `${histories} histories from seed ${first}, ${Math.round((performance.now() - startedAt) / 1_000)} s`,
)
console.log(report(sums))
const wrong = [...sums.values()].flatMap((sum) => sum.wrong)
const unproved = [...sums].filter(([name, { found }]) => name.includes('not claimed') && found > 0)
for (const what of wrong) console.log(what)
for (const [name, { found }] of unproved) console.log(`${name}: ${found} adopted`)
process.exitCode = wrong.length + unproved.length === 0 ? 0 : 1
