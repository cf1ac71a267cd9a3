import { ReelayError } from '../../model/error.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import type { UsageOptions, UsageReader, UsageReport } from '../../provider/usage.ts'
import type { NoUsage } from './reconciliation.ts'

/** The reader of a provider's books, where it has one. */
function readerOf(provider: Pick<VideoProvider, 'id'>): UsageReader | undefined {
  const usage = (provider as { readonly usage?: unknown }).usage
  return typeof usage === 'function' ? (usage as UsageReader) : undefined
}

// What somebody else threw may hold a key, so that its words stay out.
const brokenReader = 'its usage() threw: call that alone to see the error.'

/**
 * Asks providers for their books, one after the other; what cannot be read is told and stops nobody.
 *
 * @throws ReelayError `ERR_ABORTED`, outcome `none`, when `abortSignal` told it to stop.
 *
 * @example
 * ```ts
 * import { type Journal, readUsages, reconcile, type VideoProvider } from '@reelay/core'
 * async function audit(journal: Journal, providers: readonly VideoProvider[]) {
 *   const from = Date.parse('2026-11-01')
 *   return reconcile(journal, { from, usage: await readUsages(providers, { from }) })
 * }
 * ```
 */
export async function readUsages(
  providers: readonly Pick<VideoProvider, 'id' | 'account'>[],
  options: UsageOptions = {},
): Promise<readonly (UsageReport | NoUsage)[]> {
  const read: (UsageReport | NoUsage)[] = []
  for (const provider of providers) {
    const of = { provider: provider.id, account: provider.account }
    const usage = readerOf(provider)
    if (!usage) {
      read.push({
        ...of,
        why: 'it has no books that can be asked; what its tasks say of themselves is all there is.',
      })
      continue
    }
    try {
      read.push(await usage(options))
    } catch (error) {
      if (options.abortSignal?.aborted) throw error
      read.push({ ...of, why: ReelayError.isInstance(error) ? error.message : brokenReader })
    }
  }
  return read
}
