import type { EmulatedProvider } from './providers.ts'

/** Where a port lists the real host names that it answers to. It is the emulator's own, and no provider's. */
export const hostsPath = '/emulator/hosts'

// What follows is a real host with its path: the way of a request that an interceptor in another process has caught.
const throughPath = '/emulator/through/'

export const hostsOf = (providers: readonly EmulatedProvider[]): readonly string[] =>
  providers.flatMap(({ sites }) => sites.flatMap(({ hosts }) => hosts))

/** The address on the port at `origin` under which a real URL is answered as if it had been asked itself. */
export const throughURL = (origin: string, { host, pathname, search }: URL): string =>
  `${origin}${throughPath}${host}${pathname}${search}`

/** The real URL behind such an address; any other URL as it is. */
export function realURL(url: URL): URL {
  const { pathname, search } = url
  const text = `https://${pathname.slice(throughPath.length)}${search}`
  return pathname.startsWith(throughPath) && URL.canParse(text) ? new URL(text) : url
}
