import {
  type Drift,
  formatNative,
  formatShare,
  formatUsd,
  type Reconciliation,
  readUsages,
  reconcile,
  type SpendGroup,
  type Stranger,
  type Unchecked,
} from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { refuseMistakes, refuseTwoAnswers } from './args.ts'
import { columnsIn } from './columns.ts'
import { openConfig } from './config.ts'
import { csvOf } from './csv.ts'
import { UsageError } from './failure.ts'
import { type JournalFile, journalArg, withNamedJournal } from './journal/open.ts'
import { sinceFlag } from './journal/when.ts'
import { sellersOf } from './sellers.ts'
import { paragraph } from './table.ts'
import { answer, answerJson, say, widthOf } from './terminal.ts'

const args = {
  journal: journalArg as typeof journalArg,
  since: {
    type: 'string',
    description: 'Only what was bought since then: 2026-11-01, or 7d ago',
    valueHint: 'date',
  },
  until: {
    type: 'string',
    description: 'Only what was bought before then: 2026-12-01, or 1d ago',
    valueHint: 'date',
  },
  usage: {
    type: 'boolean',
    description: 'Also ask the providers for their books, and hold the charges against those',
  },
  config: {
    type: 'string',
    description: 'With --usage: configuration file; the nearest reelay.config.* when left out',
    valueHint: 'file',
  },
  json: { type: 'boolean', description: 'Print everything as one JSON document' },
  csv: { type: 'boolean', description: 'Print one line of CSV per day, account, model and mode' },
  debug: { type: 'boolean', description: 'Show where an internal error happened' },
} as const

interface Asked {
  readonly from: number | undefined
  readonly to: number | undefined
}

/** Reads the books of every account that the journal has bought from, as far as there are keys for it. */
async function withBooks(
  journal: JournalFile,
  asked: Asked,
  config: string | undefined,
): Promise<Reconciliation> {
  const { groups } = await reconcile(journal, asked)
  const buyers = new Set(groups.filter(({ host }) => host === undefined).map(buyerOf))
  const sellers = await sellersOf(await openConfig(config), undefined)
  const wanted = sellers
    .map(({ provider }) => provider)
    .filter(
      ({ id, account, host }) => host?.standing !== 'relay' && buyers.has(buyerOf({ provider: id, account })),
    )
  const [{ day } = { day: undefined }] = groups
  // Charges come after their purchases: the books are read up to now.
  const first = asked.from ?? (day === undefined ? undefined : Date.parse(day))
  // What was bought at the very beginning may be earlier by the provider's clock.
  const from = first === undefined ? undefined : first - 3_600_000
  const usage = await readUsages(wanted, { from })
  return reconcile(journal, { ...asked, usage })
}

const buyerOf = ({ provider, account }: Pick<SpendGroup, 'provider' | 'account'>): string =>
  JSON.stringify([provider, account])

const sellerText = ({ provider, account, host }: Pick<SpendGroup, 'provider' | 'account' | 'host'>): string =>
  [provider, account === 'default' ? '' : account, host === undefined ? '' : `at ${host}`]
    .filter(Boolean)
    .join(' ')

const columns = [
  ...['day', 'provider', 'account', 'host', 'model', 'mode', 'purchases', 'succeeded', 'billed'],
  ...['quoted_micro_usd', 'billed_micro_usd', 'billed_seconds', 'per_second_micro_usd', 'drift_share'],
] as const

const csv = (groups: readonly SpendGroup[]): string =>
  csvOf(
    columns,
    groups.map((group) => ({
      ...group,
      quoted_micro_usd: group.quotedMicroUsd,
      billed_micro_usd: group.billedMicroUsd,
      billed_seconds: group.billedSeconds,
      per_second_micro_usd: group.perSecondMicroUsd,
      drift_share: group.driftShare === undefined ? undefined : Number(group.driftShare.toFixed(6)),
    })),
  )

function table(groups: readonly SpendGroup[]): string {
  const cells = (of: (group: SpendGroup) => string): readonly string[] => groups.map(of)
  return columnsIn(
    [
      { title: 'day', cells: cells(({ day }) => day) },
      { title: 'provider', cells: cells(sellerText), least: 8 },
      { title: 'model', cells: cells(({ model, mode }) => `${model} ${mode}`), least: 9 },
      {
        title: 'billed',
        cells: cells(({ billed, purchases }) =>
          billed === purchases ? String(billed) : `${billed} of ${purchases}`,
        ),
      },
      { title: 'quoted', cells: cells(({ quotedMicroUsd }) => formatUsd(quotedMicroUsd)) },
      { title: 'charged', cells: cells(({ billedMicroUsd }) => formatUsd(billedMicroUsd)) },
      {
        title: 'a second',
        cells: cells(({ perSecondMicroUsd: each }) => (each === undefined ? '' : formatUsd(each))),
      },
      {
        title: 'drift',
        cells: cells(({ driftShare: share }) => (share === undefined ? '' : formatShare(share))),
      },
    ],
    widthOf(process.stdout),
  ).join('\n')
}

const strangerLine = ({ provider, taskId, endpoint, microUsd, native, at }: Stranger): string => {
  const amount = microUsd === undefined ? formatNative(native) : formatUsd(microUsd)
  const what = endpoint === undefined ? '' : ` (${endpoint})`
  return `Task ${taskId} at ${provider}${what} was charged ${amount} on ${new Date(at).toISOString().slice(0, 10)}, and the journal does not know it.`
}

/** Sentences under a heading. */
function list(title: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  const width = widthOf(process.stdout)
  answer(['', `${title}:`, ...lines.map((line) => paragraph(`  ${line}`, width))].join('\n'))
}

const messages = (all: readonly (Drift | Unchecked)[]): readonly string[] => all.map(({ message }) => message)

function show(found: Reconciliation, path: string): void {
  const { groups, drifts, elsewhere, unchecked, purchases, quotedMicroUsd, billedMicroUsd } = found
  if (purchases === 0) answer(`Nothing of the kind was bought by ${path}.`)
  else answer(table(groups))
  list('Not as quoted', messages(drifts))
  list('Bought elsewhere', elsewhere.map(strangerLine))
  if (purchases > 0) {
    const count = `${purchases} ${purchases === 1 ? 'purchase' : 'purchases'}`
    say(
      `\n${count}, quoted at ${formatUsd(quotedMicroUsd)} at the most, charged ${formatUsd(billedMicroUsd)}.`,
    )
  }
  for (const message of messages(unchecked)) say(`Not checked: ${message}`)
}

/** `reelay spend`: what was spent, held against what was quoted. */
export const spendCommand: CommandDef<typeof args> = defineCommand({
  meta: {
    name: 'spend',
    description: 'What was spent, by day, provider and model; quotes held against bills',
  },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args, 0)
    const { journal: path, usage, config, json } = flags
    refuseTwoAnswers(flags)
    if (config !== undefined && !usage) throw new UsageError('--config counts only with --usage.')
    const now = Date.now()
    const moment = (name: 'since' | 'until'): number | undefined =>
      flags[name] === undefined ? undefined : sinceFlag(name, flags[name], now)
    const asked = { from: moment('since'), to: moment('until') }
    if (asked.from !== undefined && asked.to !== undefined && asked.from >= asked.to)
      throw new UsageError('--since is not before --until.')
    await withNamedJournal(path, async (journal) => {
      const found = usage ? await withBooks(journal, asked, config) : await reconcile(journal, asked)
      if (json) answerJson(found)
      else if (flags.csv) answer(csv(found.groups))
      else show(found, path)
    })
  },
})
