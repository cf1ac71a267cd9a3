import {
  type HttpReply,
  type HttpRequest,
  maybe,
  type Reader,
  ReelayError,
  readUsage,
  type UsageGap,
  type UsageOptions,
  type UsagePage,
  type UsageReport,
  type UsageRow,
  usagePeriod,
  usageReport,
  usd,
  wireId,
  wireReader,
  wireScalar,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { toNumber } from './outputs.ts'
import { unitPrices } from './tables.ts'

const text = maybe(z.string())

// Both ledgers list these; the last six belong to one of them each.
const entry = z.object({
  task_id: wireId,
  model_name: text,
  resolution: text,
  // Seconds of the file, a few hundredths over what is charged.
  duration: wireScalar,
  // Milliseconds since the epoch, as text.
  deduction_time: wireScalar,
  deduction_amount: wireScalar,
  package_id: text,
  product_type: text,
  unit_after_deduction: wireScalar,
  cash_type: text,
  balance_after_deduction: wireScalar,
  currency: text,
})
// The Chinese sample has the last two beside `result`, the English page inside (2026-09-20).
const more = { next_cursor: wireScalar, has_more: maybe(z.boolean()) }
const page = z.object({
  data: z.object({ result: z.object({ detail: maybe(z.array(z.unknown())), ...more }), ...more }),
})

type Entry = z.infer<typeof entry>

const readEntry = wireReader(entry)
const readPage = wireReader(page)

/** The two books: resource packs, which are charged in units, and the balance, which is charged in money. */
const ledgers = [
  { path: '/account/billing/package', books: 'the deductions from resource packs' },
  { path: '/account/billing/balance', books: 'the deductions from the balance' },
] as const

function moneyOf(charge: Entry, amount: number): Pick<UsageRow, 'native' | 'microUsd' | 'basis'> {
  const { currency, product_type: product } = charge
  if (currency !== undefined) {
    const native = { amount, unit: currency.toLowerCase() }
    return native.unit === 'usd'
      ? { native, microUsd: usd(amount), basis: 'reported' }
      : { native, basis: 'reported' }
  }
  const native = { amount, unit: 'unit' }
  const price = unitPrices[product ?? 'video']
  return price === undefined
    ? { native, basis: 'reported' }
    : { native, microUsd: Math.round(amount * price), basis: 'derived' }
}

function rowOf(charge: Entry, shown: (text: string) => string): UsageRow | undefined {
  const [at, amount] = [toNumber(charge.deduction_time), toNumber(charge.deduction_amount)]
  if (at === undefined || amount === undefined) return undefined
  const { task_id: taskId, model_name: model, resolution } = charge
  const seconds = toNumber(charge.duration)
  const endpoint = [model, resolution].filter(Boolean).join(' ')
  return {
    ...(taskId !== undefined && { taskId }),
    ...(endpoint && { endpoint: shown(endpoint) }),
    at,
    ...moneyOf(charge, amount),
    ...(seconds !== undefined && { seconds }),
  }
}

/** One charge has one task, one moment, one pack, and leaves one rest. */
function keyOf(charge: Entry): string {
  const rest = charge.unit_after_deduction ?? charge.balance_after_deduction
  const pack = charge.package_id ?? charge.cash_type
  return JSON.stringify([charge.task_id, charge.deduction_time, charge.deduction_amount, pack, rest])
}

/** Reads a page of either ledger; `undefined` for what is none. */
export function readLedger(
  { body }: HttpReply,
  shown: (text: string) => string = (text) => text,
): UsagePage | undefined {
  const { data } = readPage(body) ?? {}
  if (!data) return undefined
  const found = (data.result.detail ?? []).map((one) => readEntry(one))
  const entries = found.flatMap((charge) => {
    const row = charge && rowOf(charge, shown)
    return charge && row ? [{ key: keyOf(charge), row }] : []
  })
  const hasMore = data.has_more ?? data.result.has_more
  const cursor = data.next_cursor ?? data.result.next_cursor
  // The pages show both side by side; where the cursor comes alone, it counts.
  const next = hasMore !== false && cursor !== undefined && cursor !== '' ? String(cursor) : undefined
  const brokenOff = hasMore === true && next === undefined
  return { entries, unread: found.length - entries.length, next, brokenOff }
}

// Largest page of both (2026-09-20).
const rowsPerPage = 500

function ledgerRequest(path: string, from: number, to: number, cursor: string | undefined): HttpRequest {
  // A cursor stands for all that was asked before it.
  const json = cursor === undefined ? { start_time: from, end_time: to, limit: rowsPerPage } : { cursor }
  return { method: 'POST', path, json }
}

// Units are taken when a task succeeds (recorded 2026-09); how soon the books show it is nowhere said, and what is left
// of a pack lags by up to 12 hours.
const lateMs = 3_600_000

/** Words of a refusal of one ledger, where the other can be read. */
const denied = (books: string, { message }: ReelayError): UsageGap => ({
  what: 'scope',
  message: `${books} could not be read: ${message}`,
})

/**
 * What the account was charged: from its resource packs, in units, and from its balance.
 *
 * @throws ReelayError outcome `none`, where neither can be read.
 */
export async function readBooks(
  read: Reader,
  options: UsageOptions,
  who: { readonly account: string; readonly now: number },
): Promise<UsageReport> {
  const period = usagePeriod(options, { ...who, provider: 'kling' })
  const { from, to } = period
  const rows: UsageRow[] = []
  const gaps: UsageGap[] = []
  const refused: ReelayError[] = []
  for (const { path, books } of ledgers) {
    try {
      const ledger = await readUsage(
        books,
        (cursor) => read(books, ledgerRequest(path, from, to, cursor), readLedger, options),
        options,
      )
      for (const row of ledger.rows) rows.push(row)
      gaps.push(...ledger.gaps)
    } catch (error) {
      const hides = ReelayError.isInstance(error) && ['ERR_FORBIDDEN', 'ERR_NOT_FOUND'].includes(error.code)
      if (!hides || refused.length > 0) throw error
      refused.push(error)
      gaps.push(denied(books, error))
    }
  }
  return usageReport(period, { rows, gaps }, lateMs)
}
