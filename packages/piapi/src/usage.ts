import {
  type HttpReply,
  type HttpRequest,
  maybe,
  type Reader,
  readUsage,
  type UsageOptions,
  type UsagePage,
  type UsageReport,
  type UsageRow,
  usagePeriod,
  usageReport,
  wireId,
  wireNumber,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { costOf, dataOf, timeOf } from './read.ts'

const text = maybe(z.string())
const entry = z.object({
  id: wireId,
  task_id: wireId,
  task_model: text,
  // The task type.
  action: text,
  status: text,
  usage: maybe(wireNumber),
  // `point`, `llm`, `quota`: see a task's own usage.
  usage_type: text,
  created_at: text,
})
// Pages are counted from 1.
const page = z.object({
  data: z.array(z.unknown()),
  page: maybe(wireNumber),
  size: maybe(wireNumber),
  total: maybe(wireNumber),
})

const readEntry = wireReader(entry)
const readInner = wireReader(page)

// The history's own words for what has ended; no other is known.
const ended: ReadonlySet<string> = new Set(['finished', 'failed'])
const rowsPerPage = 100

function rowOf(charge: z.infer<typeof entry>, shown: (text: string) => string): UsageRow | undefined {
  const { task_id: taskId, action, task_model: model, usage, usage_type: type = 'point' } = charge
  const at = timeOf(charge.created_at)
  if (at === undefined || usage === undefined || taskId === undefined) return undefined
  const native = { amount: usage, unit: type === 'quota' ? type : 'point' }
  const microUsd = costOf({ id: taskId, status: '', raw: undefined, charged: native })?.microUsd
  return {
    taskId,
    endpoint: shown([model, action].filter(Boolean).join(' ')),
    at,
    native,
    ...(microUsd !== undefined && { microUsd }),
    basis: microUsd === undefined ? 'reported' : 'derived',
    ...(!ended.has(charge.status ?? '') && { open: true }),
  }
}

/** Reads a page of the task history for what it says of money, the first one unless told; `undefined` for what is none. */
export function readCharges(
  { body }: HttpReply,
  asked = '1',
  shown: (text: string) => string = (text) => text,
): UsagePage | undefined {
  // Two references show the inner object alone (2026-05, 2026-08), a client the envelope around it (2026-09).
  const found = readInner(dataOf(body)) ?? readInner(body)
  if (!found) return undefined
  const read = found.data.map((one) => readEntry(one))
  // Other products of PiAPI's are in the same history.
  const ours = read.filter((charge) => !charge || (charge.task_model ?? 'kling').startsWith('kling'))
  const entries = ours.flatMap((charge) => {
    const row = charge && rowOf(charge, shown)
    return charge && row ? [{ key: charge.id ?? JSON.stringify(row), row }] : []
  })
  // Two references leave out which page it is; pages may be smaller than what was asked for.
  const { page: number = Number(asked), size = rowsPerPage, total = 0, data } = found
  const seen = (number - 1) * size + data.length
  const isLast = data.length === 0 || (data.length < size && seen >= total)
  const next = isLast ? undefined : String(number + 1)
  return { entries, unread: ours.length - entries.length, next }
}

const chargesRequest = (from: number, to: number, cursor = '1'): HttpRequest => ({
  method: 'GET',
  path: '/api/open/tasks/histories',
  query: {
    page: Number(cursor),
    page_size: rowsPerPage,
    // Whole seconds of creation, both included by one reading.
    start_time: Math.floor(from / 1_000),
    end_time: Math.ceil(to / 1_000),
  },
})

// A row is of when its task was made, and holds what it took once that has ended: an hour is longer than renders take.
const longestMs = 3_600_000

/**
 * What the account was charged for Kling's tasks, by the task history.
 *
 * @throws ReelayError outcome `none`.
 */
export async function readBooks(
  read: Reader,
  options: UsageOptions,
  who: { readonly account: string; readonly now: number },
): Promise<UsageReport> {
  const period = usagePeriod(options, { ...who, provider: 'piapi' })
  const { from, to } = period
  const history = await readUsage('the rows of the task history', (cursor) =>
    read(
      'the task history',
      chargesRequest(from, to, cursor),
      (reply, shown) => readCharges(reply, cursor, shown),
      options,
    ),
  )
  // Whole seconds were asked for.
  const rows = history.rows.filter(({ at }) => at >= from && at < to)
  return usageReport(period, { rows, gaps: history.gaps }, longestMs)
}
