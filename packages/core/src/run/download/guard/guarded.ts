import { emulatorHere } from '../../../model/emulated.ts'
import type { ReelayError } from '../../../model/error.ts'
import { networkCode } from '../../../provider/http/never-sent.ts'
import { type DownloadOptions, failure } from '../options.ts'
import { nodeParts } from './node.ts'

/** What a guard is chosen by. */
export type AddressChecks = Pick<
  DownloadOptions,
  'fetch' | 'allowLoopback' | 'allowResolved' | 'provider' | 'handle'
>

/** Whether results may lie on this machine: where it is said, or where the provider itself is. */
export const reachesLoopback = ({ allowLoopback, provider }: AddressChecks): boolean =>
  allowLoopback ?? provider?.host?.network === 'loopback'

const wayOut = 'Pass a `fetch` of your own, which then does the checking.'

type Fetch = typeof globalThis.fetch

/**
 * The `fetch` that every door downloads with: the caller's own, which is the caller's responsibility; else the emulator's
 * for what it serves, in a program that was started on it; else one that checks the address it connects to; else the
 * runtime's, where its platform is the guard.
 *
 * @throws ReelayError `ERR_DOWNLOAD` where there is no guard: nothing is fetched without one; `ERR_CONFIG` for ranges that
 * are none.
 */
export async function guardedFetch(options: AddressChecks): Promise<Fetch> {
  if (options.fetch) return options.fetch
  // A program on the emulator meets its results there, and not at the hosts that they name.
  const ask = emulatorHere().fetch
  if (!ask) return checking(options)
  return async (...call) => ask(...call) ?? (await checking(options))(...call)
}

async function checking(options: AddressChecks): Promise<Fetch> {
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

/** What tells runtimes apart; only what is read here. */
export interface Host {
  readonly navigator?: { readonly userAgent?: string }
  readonly EdgeRuntime?: unknown
  readonly document?: unknown
  readonly WorkerGlobalScope?: unknown
  readonly process?: unknown
}

interface Platform {
  readonly name: string
  readonly is: (host: Host) => boolean
}

/**
 * Runtimes whose own `fetch` a name cannot lead into a private network, so that the check of the address as it is written
 * is the guard (sources as of 2026-11-26):
 * - Workers have no private network; workerd's `internet` service allows `public` addresses only unless configured
 *   otherwise, and looks at what it connects to (workerd.capnp, `Network.allow`).
 * - Vercel's Edge runtime is that platform.
 * - Browsers hand nothing to a page that the other host does not share with it (CORS), and ask the user before a page may
 *   reach the local network (wicg.github.io/local-network-access).
 */
const platforms: readonly Platform[] = [
  { name: 'workerd', is: ({ navigator }) => navigator?.userAgent === 'Cloudflare-Workers' },
  { name: 'edge', is: ({ EdgeRuntime }) => typeof EdgeRuntime === 'string' },
  {
    name: 'browser',
    is: ({ document, WorkerGlobalScope, process }) =>
      process === undefined && (document !== undefined || WorkerGlobalScope !== undefined),
  },
]

/** The runtime whose platform is the guard, or `undefined`. */
export const guardingPlatform = (host: Host = globalThis as Host): string | undefined =>
  platforms.find(({ is }) => is(host))?.name
