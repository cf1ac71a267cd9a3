// Spoils recorded replies to creates in every way that a seed can think of, and submits through each adapter:
//   node bench/mutations.ts [replies] [first seed]
// Prints the verdicts. Ends with 1 when one was missing or wrong, or when anything but a ReelayError was thrown.
import process from 'node:process'
import { campaign } from '../packages/core/test/replies/mutations.ts'

const [replies = 20_000, first = 1] = process.argv.slice(2).map(Number)
let unhandled = 0
process.on('unhandledRejection', (reason) => {
  unhandled += 1
  console.log('unhandled:', reason)
})
const startedAt = performance.now()
const { verdicts, broken } = await campaign(replies, first)
console.log(`${replies} replies from seed ${first}, ${Math.round((performance.now() - startedAt) / 1_000)} s`)
for (const [what, count] of [...verdicts].sort()) console.log(`${what}: ${count}`)
for (const what of broken.slice(0, 20)) console.log(what)
console.log(`${broken.length} broken promises, ${unhandled} unhandled rejections`)
process.exitCode = broken.length + unhandled === 0 ? 0 : 1
