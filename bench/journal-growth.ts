// What a submit, a repeated key, a delivery, a resume and the list of open purchases cost as a journal grows, on SQLite:
//   node bench/journal-growth.ts [most]
// A table of ratios against the first row; ends with 1 when one is over the limit. Rows are put in by bulk, each measured
// operation is one of 200 on its own order, commits are on the disk (synchronous = FULL, an fsync each).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { namesOf } from '../packages/core/src/adapter.ts'
import {
  guard,
  isOpenOrder,
  type Journal,
  journaled,
  memoryJournal,
  type Order,
  type VideoProvider,
} from '../packages/core/src/index.ts'
import { createFal } from '../packages/fal/src/index.ts'
import { slotsOf } from '../packages/sql/src/budgets/sums.ts'
import { sqliteJournal } from '../packages/sql/src/index.ts'
import { toColumn } from '../packages/sql/src/text.ts'

const most = Number(process.argv[2] ?? 100_000)
const sizes = [1_000, 10_000, 100_000].filter((size) => size <= most)
const operations = 200
const opens = 20
const limit = 1.5
const start = Date.UTC(2026, 10, 26)
// One each 37 s: 100,000 are six weeks.
const everyMs = 37_000
const budget = 'default'
const limits = { amount: 1e15, windowMs: 24 * 3_600_000, name: budget }

const request = {
  kind: 'text-to-video',
  prompt: 'A paper boat',
  model: 'kling-v3',
  mode: 'std',
  duration: 5,
} as const
let tasks = 0
/** fal's queue, in process: so that what is measured is ours. */
const fetch: typeof globalThis.fetch = async (input, init) => {
  const request_id = /requests\/([^/]+)/.exec(input instanceof Request ? input.url : String(input))?.[1]
  if (init?.method !== 'POST') return Response.json({ status: 'IN_PROGRESS', request_id })
  tasks += 1
  return Response.json({ status: 'IN_QUEUE', request_id: `fresh-${tasks}` })
}
const fal = createFal({ apiKey: 'key-id-1:key-secret-1', fetch })
const stack = (journal: Journal): VideoProvider => journaled(guard(fal, { budget: limits, journal }), journal)

/** An order as a submit leaves it, to make the others of. */
async function bought(): Promise<string> {
  const journal = memoryJournal()
  await stack(journal).submit(request, { idempotencyKey: 'the-key' })
  return JSON.stringify(await journal.order('the-key')).replaceAll(`fresh-${tasks}`, 'the-task')
}
const template = await bought()

/** One of many orders: its task runs, or has ended. */
function orderOf(index: number, state: 'bought' | 'ended', name = 'order'): Order {
  const key = `${name}-${index}`
  const at = start + index * everyMs
  const made = JSON.parse(template.replaceAll('the-key', key).replaceAll('the-task', `task-${key}`)) as Order
  const ended = state === 'ended' ? { ended: { status: 'succeeded', at } as const } : {}
  const purchases = made.purchases.map((one) => ({
    ...one,
    ...ended,
    id: `${key}/1`,
    attempts: one.attempts.map((attempt) => ({
      ...attempt,
      submission: { ...attempt.submission, attempt: `${key}/1` },
    })),
    at,
  }))
  return { ...made, purchases, began: at, at }
}

const put = (journal: Journal, order: Order): Promise<void> =>
  journal.change(order.key, order.at, () => ({ order, result: undefined }))

/** Puts rows in without a transaction each, as the journal would have left them. */
function fill(file: string, size: number): void {
  const database = new DatabaseSync(file)
  const order = database.prepare(
    'INSERT INTO reelay_orders (key, began, at, open, doc) VALUES (?, ?, ?, ?, ?)',
  )
  const name = database.prepare('INSERT INTO reelay_names (name, key) VALUES (?, ?)')
  const reservation = database.prepare(
    'INSERT INTO reelay_reservations (id, budget, key, task, amount, at, spent) VALUES (?, ?, ?, ?, ?, ?, 1)',
  )
  const sum = database.prepare(
    'INSERT INTO reelay_sums (budget, level, slot, amount) VALUES (?, ?, ?, ?) ON CONFLICT (budget, level, slot) DO UPDATE SET amount = amount + excluded.amount',
  )
  database.exec('BEGIN')
  for (let index = 0; index < size; index += 1) {
    const one = orderOf(index, index % (size / opens) === 0 ? 'bought' : 'ended')
    order.run(one.key, one.began, one.at, isOpenOrder(one) ? 1 : 0, JSON.stringify(one))
    for (const text of namesOf(one)) name.run(toColumn(text), one.key)
    reservation.run(`r-${index}`, budget, one.key, `task-${index}`, 420_000, one.at)
    for (const [level, slot] of slotsOf(one.at).entries()) sum.run(budget, level, slot, 420_000)
  }
  database.prepare("INSERT INTO reelay_meta (name, value) VALUES ('newest', ?)").run(start + size * everyMs)
  database.exec('COMMIT')
  database.close()
}

const taskName = (index: number): string =>
  namesOf(orderOf(index, 'ended')).find((name) => name.startsWith('task ')) ?? ''

/** One thing that is done; `index` counts them, `order` is spread over all there are. */
type Operation = (journal: Journal, size: number, index: number, order: number) => Promise<void>

async function found(journal: Journal, name: string): Promise<Order> {
  const [one] = await journal.named(name)
  if (one?.v !== 1) throw new Error(`nothing goes by the name ${name}`)
  return one
}

const operationsOf: Readonly<Record<string, Operation>> = {
  async submit(journal, _, index) {
    await stack(journal).submit(request, { idempotencyKey: `new-${index}` })
  },
  async 'repeated key'(journal, _, __, order) {
    const task = await stack(journal).submit(request, { idempotencyKey: `order-${order}` })
    if (task.id !== `task-order-${order}`) throw new Error(`order-${order} was bought again`)
  },
  async delivery(journal, _, __, order) {
    const one = await found(journal, taskName(order))
    await put(journal, { ...one, at: one.at + 1 })
    const [reserved] = await journal.reservations(budget, { task: `task-${order}` })
    await journal.amend(reserved?.id ?? '', { spent: 400_000 })
  },
  async 'resume of one'(journal, _, __, order) {
    const one = await found(journal, `attempt order-${order}/1`)
    await put(journal, { ...one, at: one.at + 2 })
  },
  async 'listing the open'(journal) {
    let open = 0
    for await (const _ of journal.open()) open += 1
    if (open !== opens) throw new Error(`${open} open orders, not ${opens}`)
  },
}

async function open(folder: string, size: number): Promise<Required<Journal>> {
  const file = join(folder, `journal-${size}.db`)
  const empty = sqliteJournal(file)
  await empty.order('none')
  await empty.close()
  fill(file, size)
  return sqliteJournal(file)
}

/** The medians, in ms, by size; in turns, so that whatever else the machine does falls on all of them. */
async function medians(
  journals: ReadonlyMap<number, Journal>,
  run: Operation,
): Promise<ReadonlyMap<number, number>> {
  const took = new Map([...journals.keys()].map((size) => [size, [] as number[]]))
  for (let index = 0; index < operations; index += 1) {
    for (const [size, journal] of journals) {
      const order = Math.floor((index * size) / operations) + 1
      const from = performance.now()
      await run(journal, size, index, order)
      took.get(size)?.push(performance.now() - from)
    }
  }
  return new Map([...took].map(([size, all]) => [size, all.sort((a, b) => a - b)[operations / 2] ?? 0]))
}

const folder = mkdtempSync(join(tmpdir(), 'reelay-growth-'))
const names = Object.keys(operationsOf)
const rows = new Map(sizes.map((size) => [size, [] as string[]]))
let over = 0
try {
  const journals = new Map<number, Required<Journal>>()
  for (const size of sizes) journals.set(size, await open(folder, size))
  for (const [name, run] of Object.entries(operationsOf)) {
    const took = await medians(journals, run)
    const first = took.get(sizes[0] ?? 0) ?? 0
    for (const [size, ms] of took) {
      const ratio = ms / first
      if (ratio > limit) over += 1
      rows.get(size)?.push(`${ratio.toFixed(2)}${ratio > limit ? '!' : ' '} (${ms.toFixed(3)} ms)`)
    }
    if (name !== 'submit') continue
    // As many open ones as before.
    for (const journal of journals.values())
      for (let index = 0; index < operations; index += 1) await put(journal, orderOf(index, 'ended', 'new'))
  }
  for (const journal of journals.values()) await journal.close()
} finally {
  rmSync(folder, { recursive: true })
}
const line = (first: string, cells: readonly string[]): string =>
  `${first.padStart(9)}  ${cells.map((cell) => cell.padEnd(22)).join('')}`
console.log(line('purchases', names))
for (const [size, cells] of rows) console.log(line(String(size), cells))
console.log(
  `ratios of medians of ${operations} against the first row, at most ${limit}; an fsync a commit; ${opens} open`,
)
process.exitCode = over > 0 ? 1 : 0
