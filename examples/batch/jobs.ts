import { mostOf, type ResumeItem, resume } from '@reelay/core'
import { dollars, type Ledger } from './ledger.ts'
import { isThere, type Job, type Kitchen } from './render.ts'
import type { Row } from './rows.ts'
import { isBuiltIn, type Target } from './target.ts'

/** What there is to do. */
export interface Plan {
  /** Ids whose clips are there. */
  readonly there: readonly string[]
  readonly jobs: readonly Job[]
}

/** Purchases that only a person can see to. */
function tell(items: readonly ResumeItem[], rows: readonly Row[]): void {
  const ids = new Set(rows.map(({ id }) => id))
  for (const item of items) {
    if (item.state === 'task') continue
    if (item.state === 'unreadable') {
      console.log(item.advice)
      continue
    }
    const { idempotencyKey: id, account } = item.purchase.submission
    // A row that is still in the CSV is looked for once more when its turn comes.
    if (item.state === 'foreign' ? isBuiltIn(account) : ids.has(id)) continue
    console.log(`${id}: ${item.advice}`)
  }
}

/** Everything that is bought and not on disk first, also what is no longer in the CSV; then the rows to buy. */
export async function plan(
  rows: readonly Row[],
  kitchen: Kitchen & { readonly ledger: Ledger },
): Promise<Plan> {
  const { out, target, journal, provider, ledger } = kitchen
  const { timeoutMs } = target.patience
  const items: ResumeItem[] = []
  for await (const item of resume(journal, [provider], { timeoutMs })) items.push(item)
  tell(items, rows)
  const handles = items.flatMap((item) => (item.state === 'task' ? [item.handle] : []))
  // Read once, so that they have taken their places in the queue before anything new is bought.
  await Promise.allSettled(handles.map((handle) => provider.get(handle, { timeoutMs })))

  const bought = new Set(handles.map(({ idempotencyKey }) => idempotencyKey))
  const there: string[] = []
  const jobs: Job[] = handles.map((handle) => ({ id: handle.idempotencyKey, handle }))
  for (const row of rows) {
    if (bought.has(row.id)) continue
    const handle = ledger.taskOf(row.id)
    if (await isThere(out, row.id)) there.push(row.id)
    else jobs.push(handle ? { id: row.id, handle } : row)
  }
  return { there, jobs }
}

/** A plan in one line. */
export function describePlan({ there, jobs }: Plan, { provider, name }: Target): string {
  const quotes = jobs.flatMap(({ request }) => (request ? [provider.quote(request)] : []))
  const price = `up to ${dollars(quotes.reduce((sum, quote) => sum + (mostOf(quote) ?? 0), 0))}`
  const bought = jobs.length - quotes.length
  return [
    `${there.length + jobs.length} clips at ${name}`,
    ...(there.length > 0 ? [`${there.length} are there`] : []),
    ...(bought > 0 ? [`${bought} bought by an earlier run`] : []),
    quotes.length > 0 ? `${quotes.length} to buy for ${price}` : 'nothing to buy',
  ].join(', ')
}
