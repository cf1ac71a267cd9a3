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
