// Buys a clip at each of four providers, and learns from their callbacks alone when it is done.
import { setTimeout as delay } from 'node:timers/promises'
import { memoryJournal, type TaskEvent } from '@reelay/core'
import { serveHono } from './hono.ts'
import { openInbox } from './inbox.ts'
import { serveNode } from './node.ts'
import { type Options, readOptions, UsageError } from './options.ts'
import { buy, follow, purchasesAt } from './purchases.ts'
import { describeEvent, describeRefusal, narrator, printSummary, printTricks } from './report.ts'
import { openStudio, speed } from './studio.ts'
import { plantTricks, playTricks } from './tricks.ts'

const servers = { hono: serveHono, node: serveNode } as const
const folder = 'renders'
const patienceMs = 90_000

async function main({ server, port }: Options): Promise<number> {
  const { journal, storyOf } = follow(memoryJournal())
  const studio = await openStudio(journal)
  const { emulator, wire, providers, receivers } = studio
  const say = narrator(emulator.clock)

  const purchases = purchasesAt(providers)
  const events: TaskEvent[] = []
  const inbox = openInbox({
    receivers,
    providers,
    journal,
    clock: emulator.clock,
    purchases,
    folder,
    allowLoopback: true,
    async onEvent(event, { id }) {
      events.push(event)
      say(...describeEvent(event, id))
      const story = storyOf(id)
      if (story.includes('unknown')) say(event.provider, id, 'journal', '', '', story.join(', '))
    },
    onSaved: ({ id, provider }, { bytes }) =>
      say(provider.id, id, 'saved', '', '', `${folder}/${id}.mp4, ${bytes} bytes`),
    onRefused: (error) => say(...describeRefusal(error)),
  })
  try {
    const web = await servers[server](inbox.handler, port).catch((error: Error) => {
      throw new UsageError(`There is no listening on port ${port}: ${error.message}.`)
    })
    console.log(`Deliveries go to ${web.url}/reelay/<provider>.`)
    console.log(`The emulator is ${wire.url}, where time runs ${speed} times as fast.\n`)
    plantTricks(emulator)
    await Promise.all(
      purchases.map(async (purchase) => {
        const [state, detail] = await buy(purchase, `${web.url}/reelay`)
        say(purchase.provider.id, purchase.id, state, '', '', detail)
      }),
    )

    // A callback that never comes must not keep this running for ever.
    const allCame = await Promise.race([
      inbox.allEnded.then(() => true),
      delay(patienceMs, false, { ref: false }),
    ])
    await emulator.control.webhooks.idle()
    if (allCame) printTricks(await playTricks(emulator, events))
    const allWell = await printSummary(studio, inbox, purchases, storyOf)
    await web.close()
    return allWell ? 0 : 1
  } finally {
    await wire.close()
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options) process.exitCode = await main(options)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
