import type { ReelayError } from '../../../model/error.ts'
import { networkCode } from '../../../provider/http/never-sent.ts'
import { type DownloadOptions, failure } from '../options.ts'
import { nodeParts } from './node.ts'
import { guardingPlatform } from './platform.ts'

/** What a guard is chosen by. */
export type GuardOptions = Pick<
  DownloadOptions,
  'fetch' | 'allowLoopback' | 'allowResolved' | 'provider' | 'handle'
>

/** Whether results may lie on this machine: where it is said, or where the provider itself is. */
export const reachesLoopback = ({ allowLoopback, provider }: GuardOptions): boolean =>
  allowLoopback ?? provider?.host?.network === 'loopback'

const wayOut = 'Pass a `fetch` of your own, which then does the checking.'

/**
 * The `fetch` that every door downloads with: the caller's own, which is the caller's responsibility; else one that checks
 * the address it connects to; else the runtime's, where its platform is the guard.
 *
 * @throws ReelayError `ERR_DOWNLOAD` where there is no guard: nothing is fetched without one; `ERR_CONFIG` for ranges that
 * are none.
 */
export async function guardedFetch(options: GuardOptions): Promise<typeof globalThis.fetch> {
  if (options.fetch) return options.fetch
  if (guardingPlatform()) return globalThis.fetch
  const fail = (why: string): ReelayError =>
    failure(options, `Nothing was fetched: ${why} ${wayOut}`, { retryable: false })
  if (!nodeParts()) {
    throw fail('this runtime does not let us see what address it connects to (no process.getBuiltinModule).')
  }
  let made: typeof import('./checked-fetch.ts')
  try {
    // Only when something is fetched, and never in a bundle for browsers that downloads nothing.
    made = await import('./checked-fetch.ts')
  } catch (error) {
    throw fail(
      `the guard of downloads, a part of @reelay/core, could not be loaded (${networkCode(error)}). A bundle must hold all of its files.`,
    )
  }
  const { allowResolved } = options
  const guarded = made.checkedFetch({ allowLoopback: reachesLoopback(options), allowResolved })
  if (await made.canCheck()) return guarded
  throw fail('this runtime connects by itself and does not let us see where.')
}
