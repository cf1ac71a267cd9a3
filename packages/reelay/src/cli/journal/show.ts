import {
  type Found,
  formatNative,
  formatQuote,
  formatUsd,
  isOpenPurchase,
  isReadable,
  type Order,
  type Purchase,
  type PurchaseAttempt,
} from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { refuseMistakes } from '../args.ts'
import { UsageError } from '../failure.ts'
import { paragraph, table } from '../table.ts'
import { answer, answerJson, widthOf } from '../terminal.ts'
import { type JournalFile, journalArg, withNamedJournal } from './open.ts'
import { localTime } from './words.ts'

const args = {
  key: {
    type: 'positional',
    required: true,
    description: 'The key of an order; or the id of a task, a purchase or an attempt of it',
  },
  journal: journalArg as typeof journalArg,
  json: { type: 'boolean', description: 'Print the order as it is kept, in one line of JSON' },
  debug: { type: 'boolean', description: 'Show where an internal error happened' },
} as const

const isCalled = (name: string, { purchases }: Order): boolean =>
  purchases.some(
    ({ id, handle, attempts }) =>
      [id, handle?.id].includes(name) || attempts.some(({ submission }) => submission.attempt === name),
  )

async function find(journal: JournalFile, name: string): Promise<Found> {
  const found = await journal.order(name)
  if (found) return found
  for await (const order of journal.orders()) if (isReadable(order) && isCalled(name, order)) return order
  throw new UsageError(
    `${journal.path} knows no order, task or purchase "${name}". reelay journal lists what it knows.`,
  )
}

const outcomes = {
  none: 'nothing was sent',
  rejected: 'refused',
  unknown: 'no verdict',
  accepted: 'accepted',
} as const

function attemptRow({ submission, at, outcome }: PurchaseAttempt): readonly [string, string] {
  const { attempt, externalId } = submission
  const came = outcome === undefined ? 'under way, or its process died' : outcomes[outcome]
  const id = externalId === undefined ? '' : `, external id ${externalId}`
  return ['attempt', `${localTime(at)}: ${came} (${attempt}${id})`]
}

function endOf({ handle, ended }: Purchase): string {
  if (!ended) return handle ? 'going on, as far as is known' : 'none is known'
  return `${ended.status} on ${localTime(ended.at)}${ended.free ? ', which its provider never charges' : ''}`
}

function costOf({ ended }: Purchase): readonly (readonly [string, string])[] {
  if (!ended?.cost) return []
  const { microUsd, native, basis } = ended.cost
  const dollars = microUsd === undefined ? undefined : formatUsd(microUsd)
  return [['cost', `${[dollars, formatNative(native)].filter(Boolean).join(', ')} (${basis})`]]
}

const states = {
  bought: 'bought',
  nothing: 'came to nothing',
  unknown: 'unknown: nobody knows whether it was bought',
} as const

function rowsOf(purchase: Purchase): readonly (readonly [string, string])[] {
  const { id, submission, state, handle, stored, quote, settled, attempts } = purchase
  const { provider, account, host, kind, model, mode } = submission
  const reason = stored.state === 'lost' ? `: ${stored.reason}` : ''
  return [
    ['purchase', id],
    ['provider', `${provider} (account ${account}${host === undefined ? '' : `, at the relay ${host}`})`],
    ['model', `${model} ${mode}, ${kind}`],
    ['state', `${states[state]}${settled === undefined ? '' : ` (settled by hand as ${settled})`}`],
    ...(handle ? [['task', handle.id] as const] : []),
    ...(state === 'bought' ? [['end', endOf(purchase)] as const] : []),
    ['quote', formatQuote(quote)],
    ...costOf(purchase),
    ...(state === 'bought' ? [['stored', `${stored.state.replace('-', ' ')}${reason}`] as const] : []),
    ...attempts.map(attemptRow),
  ]
}

function show(order: Found): void {
  const width = widthOf(process.stdout)
  if (!isReadable(order)) {
    const advice = 'It may have been paid for. Read it with the version that wrote it.'
    answer(paragraph(`The order "${order.key}" cannot be read. ${order.why} ${advice}`, width, 2))
    return
  }
  const { key, requestHash, began, at, purchases } = order
  const head = [
    ['order', key],
    ['request', requestHash],
    ['began', localTime(began)],
    ['changed', localTime(at)],
  ] as const
  answer([head, ...purchases.map(rowsOf)].map((rows) => table(rows, width)).join('\n\n'))
  if (purchases.some(isOpenPurchase)) answer('\n  It is open: reelay resume sees to it.')
}

/** `reelay journal show`: everything about one order. */
export const showCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'journal show', description: 'Show an order: its purchases, and each request that was sent' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args, 1)
    await withNamedJournal(flags.journal, async (journal) => {
      const order = await find(journal, flags.key)
      if (flags.json) answerJson(order)
      else show(order)
    })
  },
})
