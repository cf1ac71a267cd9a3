import type { CommandDef } from 'citty'
import { defineCommand } from 'citty'
import { refuseMistakes } from '../args.ts'
import { columnsIn } from '../columns.ts'
import { UsageError } from '../failure.ts'
import { answer, answerJson, say, widthOf } from '../terminal.ts'
import { type JournalFile, journalArg, withNamedJournal } from './open.ts'
import { sinceFlag } from './when.ts'
import { type Line, linesOf, localTime, moneyOf, stateOf, states } from './words.ts'

const args = {
  journal: journalArg as typeof journalArg,
  open: { type: 'boolean', description: 'Only what somebody still has to see to' },
  state: {
    type: 'string',
    description: 'Only these: bought, nothing, unknown or unreadable',
    valueHint: 'state',
  },
  provider: { type: 'string', description: 'Only those at this provider', valueHint: 'id' },
  since: {
    type: 'string',
    description: 'Only what something happened to since then: 2026-11-01, or 7d ago',
    valueHint: 'date',
  },
  json: { type: 'boolean', description: 'Print one line of JSON per purchase' },
  debug: { type: 'boolean', description: 'Show where an internal error happened' },
} as const

interface Filter {
  readonly open: boolean
  readonly state: string | undefined
  readonly provider: string | undefined
  /** Milliseconds since the epoch. */
  readonly since: number | undefined
}

function passes(line: Line, { open, state, provider, since }: Filter): boolean {
  const { purchase } = line
  return (
    (!open || line.open) &&
    (state === undefined || stateOf(line) === state) &&
    // Nobody can say of what cannot be read where it was bought, and when: it is shown rather than hidden.
    (provider === undefined || !purchase || purchase.submission.provider === provider) &&
    (since === undefined || !purchase || purchase.at >= since)
  )
}

async function* lines(journal: JournalFile, filter: Filter): AsyncGenerator<Line> {
  // The open ones have an index of their own.
  for await (const order of filter.open ? journal.open() : journal.orders())
    for (const line of linesOf(order)) if (passes(line, filter)) yield line
}

/** A line as a script wants it. */
function documentOf({ order, purchase, open }: Line): Readonly<Record<string, unknown>> {
  if (!purchase) return { key: order.key, state: 'unreadable', open, why: order.why }
  const { id, number, submission, state, ended, stored, quote, handle, at } = purchase
  const { provider, account, host, kind, model, mode } = submission
  const names = { key: order.key, purchase: id, number, provider, account, host, kind, model, mode }
  return { ...names, state, open, ended, stored, quote, handle, began: submission.startedAt, at }
}

/** A mark beside what is open, in a column without words. */
const mark = ({ open }: Line): string => (open ? '*' : '')

function show(all: readonly Line[]): void {
  const cells = (of: (purchase: NonNullable<Line['purchase']>) => string): readonly string[] =>
    all.map(({ purchase }) => (purchase ? of(purchase) : ''))
  const table = columnsIn(
    [
      { title: 'key', cells: all.map(({ order }) => order.key), least: 12 },
      { title: 'provider', cells: cells(({ submission }) => submission.provider), least: 8 },
      {
        title: 'model',
        cells: cells(({ submission }) => `${submission.model} ${submission.mode}`),
        least: 9,
      },
      { title: 'state', cells: all.map((line) => `${stateOf(line)}${mark(line)}`) },
      { title: 'task', cells: cells(({ handle, ended }) => ended?.status ?? (handle ? 'going on' : '')) },
      { title: 'stored', cells: cells(({ stored }) => stored.state.replace('-', ' ')) },
      { title: 'money', cells: cells(moneyOf) },
      { title: 'when', cells: cells(({ at }) => localTime(at)) },
    ],
    widthOf(process.stdout),
  )
  answer(table.join('\n'))
}

/** `reelay journal`: what was bought. */
export const listCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'journal', description: 'List what was bought, and what became of it' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args, 0)
    const { state, provider, json } = flags
    if (state !== undefined && !(states as readonly string[]).includes(state))
      throw new UsageError(`--state takes ${states.join(', ')}, not "${state}".`)
    const since = flags.since === undefined ? undefined : sinceFlag('since', flags.since, Date.now())
    const filter = { open: flags.open === true, state, provider, since }
    await withNamedJournal(flags.journal, async (journal) => {
      const all: Line[] = []
      for await (const line of lines(journal, filter)) {
        if (json) answerJson(documentOf(line))
        else all.push(line)
      }
      if (json) return
      if (all.length === 0) {
        const what = filter.open ? 'Nothing is open' : 'There is nothing of the kind'
        answer(`${what} in ${journal.path}.`)
        return
      }
      show(all)
      const open = all.filter((line) => line.open).length
      const count = `${all.length} ${all.length === 1 ? 'purchase' : 'purchases'}`
      say(open === 0 ? `\n${count}, none open.` : `\n${count}, ${open} open (*): reelay resume sees to them.`)
    })
  },
})
