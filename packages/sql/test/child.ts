// A process of its own for the tests beside. What escapes it ends it with an error.
import { writeSync } from 'node:fs'
import { type Journal, ReelayError } from '@reelay/core'
import { postgresJournal, sqliteJournal } from '../src/index.ts'
import { orderOf } from './support-order.ts'

const [command = '', file = '', ...rest] = process.argv.slice(2)
// A file that grows beyond a limit says so by a signal too, which ends Node by default.
process.on('SIGXFSZ', () => undefined)

function postgresOf({ url, schema }: { readonly url: string; readonly schema: string }): Required<Journal> {
  return postgresJournal(url, { schema, lockTimeoutMs })
}

const say = (text: string): void => void writeSync(1, `${text}\n`)
const lockTimeoutMs = command === 'hold' && rest[0] ? Number(rest[0]) : 60_000
// A file, or where the server is.
const journal = file.startsWith('{') ? postgresOf(JSON.parse(file)) : sqliteJournal(file, { lockTimeoutMs })
const budget = { budget: 'b', windowMs: Number.POSITIVE_INFINITY }

const failed = (error: unknown): string =>
  ReelayError.isInstance(error)
    ? `${error.code} ${error.outcome} ${error.message}`
    : `foreign ${String(error)}`

/** Writes orders and reservations without end, and says what it was promised. */
async function write(name: string): Promise<void> {
  for (let index = 0; ; index += 1) {
    const key = `${name}-${index}`
    await journal.reserve({ ...budget, id: key, key, amount: 7, limit: Number.MAX_SAFE_INTEGER, at: index })
    say(`reserved ${key}`)
    const names = Array.from({ length: 5 }, (_, attempt) => `${key}/${attempt}`)
    await journal.change(key, index, (_, now) => ({ order: orderOf(key, now, names), result: undefined }))
    await journal.amend(key, { spent: 3, task: `task of ${key}` })
    say(`ordered ${key}`)
  }
}

/** Adds an attempt to one order many times; says how many. */
async function add(name: string, times: string): Promise<void> {
  for (let index = 0; index < Number(times); index += 1) {
    await journal.change('shared', index, (order, now) => {
      const names = order?.purchases[0]?.attempts.map(({ submission }) => submission.attempt) ?? []
      return { order: orderOf('shared', now, [...names, `${name}/${index}`]), result: undefined }
    })
  }
  say(`added ${times}`)
}

/** Reserves until nothing fits; says how often it did. */
async function spend(name: string): Promise<void> {
  let count = 0
  for (;;) {
    const id = `${name}-${count}`
    const answer = await journal.reserve({ ...budget, id, key: id, amount: 1, limit: 90, at: 1 })
    if (answer.state === 'exceeded') break
    count += 1
  }
  say(`spent ${count}`)
}

/** Stops inside of a transaction, until somebody lets it go on. */
async function hold(): Promise<void> {
  await journal.order('warm')
  let stopped = false
  const changed = journal.change('held', 1, (_, now) => {
    if (!stopped) {
      stopped = true
      say('inside')
      process.kill(process.pid, 'SIGSTOP')
    }
    return { order: orderOf('held', now), result: 'done' }
  })
  say(await changed.catch((error: unknown) => `failed ${failed(error)}`))
}

/** Writes until it cannot, then says why; what it had written has to be there still. */
async function fill(): Promise<void> {
  let written = 0
  const key = (index: number): string => `order-${index}-${'x'.repeat(2_000)}`
  const put = async (): Promise<boolean> => {
    const at = written
    return journal
      .change(key(at), at, (_, now) => ({ order: orderOf(key(at), now), result: true }))
      .catch((error: unknown) => {
        say(`failed ${failed(error)}`)
        return false
      })
  }
  while (await put()) written += 1
  await put()
  let there = 0
  for (let index = 0; index < written; index += 1) if (await journal.order(key(index))) there += 1
  say(`written ${written} there ${there} more ${(await journal.order(key(written))) !== undefined}`)
}

/** Tries each method once; says what came of them. */
async function attempt(uid?: string): Promise<void> {
  if (uid) process.setuid?.(Number(uid))
  const calls: readonly ((one: Journal) => Promise<unknown>)[] = [
    (one) => one.order('held'),
    (one) => one.change('new', 1, (_, now) => ({ order: orderOf('new', now), result: 'changed' })),
    (one) => one.reserve({ ...budget, id: 'new', key: 'new', amount: 1, limit: 9, at: 1 }),
  ]
  for (const call of calls) say(await call(journal).then((value) => `ok ${JSON.stringify(value)}`, failed))
}

const commands: Readonly<Record<string, (...args: string[]) => Promise<void>>> = {
  write,
  add,
  spend,
  hold,
  fill,
  attempt,
}
await commands[command]?.(...rest)
