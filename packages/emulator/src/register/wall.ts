import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import { isProviderHost, notEmulated } from '../provider-hosts.ts'

const why =
  'this HTTP client goes round the emulator. Use the global fetch or node:https, or give the client a base URL of the emulator'

type Callback = (...results: unknown[]) => void
type LookUp = (hostname: string, ...rest: unknown[]) => unknown

const names = ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny'] as const

/** The same function, which knows no provider's host; whatever Node keeps at it (`util.promisify`) stays. */
function walled<F extends object>(original: F, refuse: (hostname: string, rest: unknown[]) => unknown): F {
  const through: LookUp = (hostname, ...rest) =>
    typeof hostname === 'string' && isProviderHost(hostname)
      ? refuse(hostname, rest)
      : (original as LookUp)(hostname, ...rest)
  return Object.defineProperties(through, Object.getOwnPropertyDescriptors(original)) as F
}

/**
 * Lets nobody find a provider's host. What msw catches needs no look-up; what looks one up has gone round it: npm undici's
 * own `request` and `fetch`, HTTP/2, raw sockets.
 */
export function refuseProviderLookups(): void {
  const later = (hostname: string, rest: unknown[]): void => {
    const done = rest.at(-1) as Callback
    process.nextTick(done, notEmulated(hostname, why))
  }
  const rejected = (hostname: string): Promise<never> => Promise.reject(notEmulated(hostname, why))
  for (const name of names) {
    Object.assign(dns, { [name]: walled(dns[name], later) })
    Object.assign(dns.promises, { [name]: walled(dns.promises[name], rejected) })
  }
  // Named imports of Node's modules see what was put into them, also what msw put into node:https.
  syncBuiltinESMExports()
}
