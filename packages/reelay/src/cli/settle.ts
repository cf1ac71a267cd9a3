import { type Journal, openPurchases, type Purchase, printable, settle } from '@reelay/core'
import { UsageError } from './failure.ts'
import { answer, answerJson } from './terminal.ts'

/** A purchase in words. */
export const named = ({ submission, id }: Purchase): string =>
  `"${submission.idempotencyKey}" at ${submission.provider} (account ${submission.account}), purchase ${id}`

/** The one purchase that a person means. */
async function meant(journal: Journal, name: string): Promise<Purchase> {
  const unknown = (await openPurchases(journal)).filter(({ state }) => state === 'unknown')
  const found = unknown.filter(({ id, submission }) => id === name || submission.idempotencyKey === name)
  const [first, second] = found
  if (first && !second) return first
  const some = (found.length > 0 ? found : unknown).map(named)
  if (second) throw new UsageError(`Several purchases are called "${name}". Name one by its id:`, some)
  throw some.length === 0
    ? new UsageError('No purchase lacks a verdict.')
    : new UsageError(`No purchase "${name}" lacks a verdict. These do:`, some)
}

/**
 * Closes a purchase without a verdict by hand.
 *
 * @throws UsageError for a verdict or a purchase that there is not.
 */
export async function settleOne(
  journal: Journal,
  name: string,
  as: string,
  taskId: string | undefined,
  json: boolean,
): Promise<void> {
  if (as !== 'created' && as !== 'not-created') {
    throw new UsageError('Say what became of it: --as created, or --as not-created.')
  }
  if (taskId !== undefined && as === 'not-created')
    throw new UsageError('--task goes with --as created only.')
  const purchase = await meant(journal, name)
  await settle(journal, purchase.id, as, { taskId })
  if (json) return answerJson({ purchase: purchase.id, settled: as, taskId })
  const next =
    as === 'not-created'
      ? 'Its key may be used again, and will then be paid for.'
      : taskId === undefined
        ? 'Its key stays taken.'
        : 'Run reelay resume to wait for its task.'
  answer(printable(`Settled ${named(purchase)} as ${as}. ${next}`))
}
