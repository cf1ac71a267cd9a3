import { assertAmounts } from '../../model/amount.ts'
import { ownerKey, ownerText, taskKey } from '../../model/handle.ts'
import type { UsageReport } from '../../provider/usage.ts'
import type { Journal } from '../journal/journal.ts'
import { isReadable, type Purchase } from '../journal/order.ts'
import { accountOf, bookedOf, buyerOf, isCovered, type Ledgers, ledgersOf, toldOf } from './bill.ts'
import { type Drift, driftsOf, isComparable } from './drift.ts'
import type { NoUsage, ReconcileOptions, Reconciliation, Stranger, Unchecked } from './reconciliation.ts'
import { type Spent, spendGroups } from './spend-groups.ts'

const usualTolerance = 0.01

type Doubt = Pick<Unchecked, 'what'> & { readonly key: string; readonly purchase: Purchase }

const doubts: { readonly [what in Unchecked['what']]?: string } = {
  open: 'not seen to end yet: reelay resume, or resume(), finishes them.',
  unknown: 'without a verdict: nobody knows whether they were bought.',
  unnamed: 'bought, as a person says, under an id that nobody knows.',
  price: 'quoted without a price, so that there is nothing to hold the charge against.',
  currency: 'charged in a unit that their quote is not in.',
  late: 'not in the books yet; what the task itself says counts meanwhile.',
  untold: 'charged nobody says what: neither the task nor any books do.',
}

/** Doubts of one sort about one account in one sentence. */
function told(all: readonly Doubt[]): readonly Unchecked[] {
  const keyOf = ({ what, purchase }: Doubt): string => `${what} ${ownerKey(buyerOf(purchase))}`
  return [...Map.groupBy(all, keyOf).values()].flatMap((same): readonly Unchecked[] => {
    const [first] = same
    if (!first) return []
    const { what, purchase } = first
    const { provider, account } = buyerOf(purchase)
    const count = `${same.length} ${same.length === 1 ? 'purchase' : 'purchases'}`
    const message = `${count} at ${ownerText(buyerOf(purchase))} ${doubts[what] ?? what}`
    return [{ what, provider, account, message, keys: same.map(({ key }) => key) }]
  })
}

interface Judged extends Spent {
  readonly drifts: readonly Drift[]
  readonly doubts: readonly Doubt['what'][]
}

function judged(key: string, purchase: Purchase, books: Ledgers, tolerance: number): Judged {
  const { state, handle, ended, quote } = purchase
  const seconds = purchase.seconds ?? secondsIn(books, purchase)
  const booked = bookedOf(books, purchase)
  const said = toldOf(purchase)
  const isStep = purchase.submission.step !== undefined
  // Books name tasks.
  const covered = !isStep && isCovered(books, purchase)
  // Ledgers that are complete and do not name it charged nothing, unless it succeeded.
  const nothing = covered && !booked && ended?.status !== 'succeeded'
  const bill =
    booked ?? said ?? (nothing ? ({ microUsd: 0, basis: 'reported', by: 'books' } as const) : undefined)
  const isMissing = covered && !booked && ended?.status === 'succeeded'
  const drifts = driftsOf(key, purchase, { bill, told: said, booked, isMissing, tolerance })
  const about = (): readonly Doubt['what'][] => {
    if (state === 'unknown') return ['unknown']
    if (isStep && !bill) return ['untold']
    if (!handle && !isStep) return ['unnamed']
    if (!ended && !bill) return ['open']
    const asked = books.ofOwner.has(ownerKey(buyerOf(purchase)))
    const late = asked && !isStep && !booked && !covered && !ended?.free ? (['late'] as const) : []
    if (!bill) return isMissing ? [] : ['untold', ...late]
    const isFree = bill.microUsd === 0 || bill.native?.amount === 0
    if (isFree || isComparable(quote, bill)) return late
    return [quote.type === 'unknown' ? 'price' : 'currency', ...late]
  }
  return { purchase, bill, seconds, drifts, doubts: about() }
}

/** Seconds of a clip by the books: files are a few hundredths longer than what is charged. */
function secondsIn(books: Ledgers, { handle }: Purchase): number | undefined {
  const [row] = (handle && books.ofTask.get(taskKey(handle))) ?? []
  return row?.seconds === undefined ? undefined : Math.round(row.seconds)
}

/** What the books themselves lack, and accounts that have none. */
function gapsOf(
  reports: readonly (UsageReport | NoUsage)[],
  judgedOnes: readonly Judged[],
  isAsked: boolean,
): readonly Unchecked[] {
  const found: Unchecked[] = []
  for (const report of reports) {
    const { provider, account } = report
    if ('why' in report) {
      found.push({
        what: 'books',
        provider,
        account,
        message: `${ownerText({ provider, account })}: ${report.why}`,
        keys: [],
      })
      continue
    }
    for (const { what, message } of report.gaps) {
      found.push({
        what: what === 'summed' ? 'summed' : 'gap',
        provider,
        account,
        message: `${provider}: ${message}`,
        keys: [],
      })
    }
  }
  if (!isAsked) return found
  const known = new Set(reports.map((report) => ownerKey(accountOf(report))))
  const buyers = Map.groupBy(judgedOnes, ({ purchase }) => ownerKey(buyerOf(purchase)))
  for (const [owner, [first]] of buyers) {
    if (known.has(owner) || !first) continue
    const { provider, account, host } = buyerOf(first.purchase)
    const why = host === undefined ? 'no books of this account were given' : 'a relay keeps books of its own'
    const message = `${ownerText(buyerOf(first.purchase))}: ${why}, so that what its tasks say of themselves is all there is.`
    found.push({ what: 'books', provider, account, message, keys: [] })
  }
  return found
}

/** Charges that the books count, of tasks that the journal does not know. */
function strangersIn(
  reports: readonly UsageReport[],
  { ofTask }: Ledgers,
  ours: ReadonlySet<string>,
): readonly Stranger[] {
  return [...new Set(reports)].flatMap((report) => {
    const { provider, account } = report
    return report.rows.flatMap((row): readonly Stranger[] => {
      if (row.taskId === undefined || row.native.amount === 0) return []
      const key = taskKey({ ...accountOf(report), id: row.taskId })
      const counts = !ours.has(key) && ofTask.get(key)?.includes(row)
      return counts ? [{ ...row, provider, account }] : []
    })
  })
}

/**
 * Holds what purchases were quoted at against what they were charged, by the finished tasks themselves and by the
 * providers' books, for each provider account, model and day; says what differs, what was bought elsewhere, and what it
 * could not check. Reads the journal and changes nothing.
 *
 * @throws what the journal throws; ReelayError `ERR_CONFIG`, outcome `none`, for times and a tolerance that are none.
 *
 * @example
 * ```ts
 * import { type Journal, reconcile } from '@reelay/core'
 * import { createFal } from '@reelay/fal'
 * async function audit(journal: Journal): Promise<void> {
 *   const from = Date.parse('2026-11-01')
 *   const usage = await createFal({ adminKey: 'key-id:key-secret' }).usage({ from })
 *   const { drifts, unchecked } = await reconcile(journal, { from, usage: [usage] })
 *   for (const { message } of [...drifts, ...unchecked]) console.log(message)
 * }
 * ```
 */
export async function reconcile(
  journal: Pick<Journal, 'orders'>,
  options: ReconcileOptions = {},
): Promise<Reconciliation> {
  const { usage: given = [], from, to, tolerance = usualTolerance } = options
  assertAmounts('moment', { from, to })
  assertAmounts('weight', { tolerance })
  const reports = given.filter((report): report is UsageReport => !('why' in report))
  const books = ledgersOf(reports)
  const all: Judged[] = []
  const about: Doubt[] = []
  const ours = new Set<string>()
  const unreadable: string[] = []
  for await (const order of journal.orders()) {
    if (!isReadable(order)) {
      unreadable.push(order.key)
      continue
    }
    for (const purchase of order.purchases) {
      if (purchase.handle) ours.add(taskKey(purchase.handle))
      const { startedAt } = purchase.submission
      if (
        purchase.state === 'nothing' ||
        startedAt < (from ?? startedAt) ||
        startedAt >= (to ?? Number.POSITIVE_INFINITY)
      )
        continue
      const one = judged(order.key, purchase, books, tolerance)
      all.push(one)
      about.push(...one.doubts.map((what) => ({ what, key: order.key, purchase })))
    }
  }
  const groups = spendGroups(all)
  const elsewhere = strangersIn(reports, books, ours).filter(
    ({ at }) => at >= (from ?? at) && at < (to ?? Number.POSITIVE_INFINITY),
  )
  const unread: readonly Unchecked[] =
    unreadable.length === 0
      ? []
      : [
          {
            what: 'unreadable',
            message: `${unreadable.length} orders cannot be read by this version, and may have been paid for.`,
            keys: unreadable,
          },
        ]
  return {
    purchases: all.filter(({ purchase }) => purchase.submission.step === undefined).length,
    quotedMicroUsd: groups.reduce((sum, { quotedMicroUsd }) => sum + quotedMicroUsd, 0),
    billedMicroUsd: groups.reduce((sum, { billedMicroUsd }) => sum + billedMicroUsd, 0),
    groups,
    drifts: all.flatMap(({ drifts }) => drifts),
    elsewhere,
    unchecked: [...told(about), ...gapsOf(given, all, options.usage !== undefined), ...unread],
  }
}
