// One order, submitted by two journals on one file, as by two processes: bought once. Its own fake Kling is on loopback.
import { generate, journaled, ReelayError } from '@reelay/core'
import { createKling } from '@reelay/kling'
import { sqliteJournal } from '@reelay/sql'

const [baseURL, file] = process.argv.slice(2)
const request = { kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v2-6', duration: 5 }
const options = { idempotencyKey: 'order-77', deadlineMs: 60_000, poll: { intervalMs: 1_000 } }

async function order() {
  const journal = sqliteJournal(file)
  const kling = createKling({ apiKey: 'key-0123456789', baseURL, official: true })
  try {
    return await generate(journaled(kling, journal), request, options)
  } finally {
    await journal.close()
  }
}

async function twice() {
  try {
    const first = await order()
    const second = await order()
    return first.id === second.id ? { status: second.status } : { status: 'two tasks' }
  } catch (error) {
    if (!ReelayError.isInstance(error)) return { status: 'foreign', message: String(error) }
    const { code, outcome, message } = error
    return { status: 'error', code, outcome, message }
  }
}

console.log(JSON.stringify(await twice()))
