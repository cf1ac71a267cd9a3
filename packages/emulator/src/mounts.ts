import type { Site } from './engine/wire.ts'
import type { EmulatedProvider } from './providers.ts'

/** Where a URL leads: a provider's site, and the URL as that site would see it. */
export interface Mount {
  readonly provider: EmulatedProvider
  readonly site: Site
  readonly url: URL
  siteURL(name: string): string
}

const underPrefix = (path: string, prefix: string): boolean =>
  path === prefix || path.startsWith(`${prefix}/`)

/** A real hostname wins; on any other host the path's prefix decides, the longest first. */
export function findMount(providers: readonly EmulatedProvider[], url: URL): Mount | undefined {
  for (const provider of providers) {
    const site = provider.sites.find(({ hosts }) => hosts.includes(url.hostname))
    if (site) return { provider, site, url, siteURL: (name) => `https://${realHost(provider, name)}` }
  }
  for (const provider of providers) {
    const site = provider.sites
      .filter(({ prefix }) => underPrefix(url.pathname, prefix))
      .sort((a, b) => b.prefix.length - a.prefix.length)[0]
    if (!site) continue
    const inner = new URL(url)
    inner.pathname = url.pathname.slice(site.prefix.length) || '/'
    return { provider, site, url: inner, siteURL: (name) => url.origin + prefixOf(provider, name) }
  }
  return undefined
}

const siteNamed = (provider: EmulatedProvider, name: string): Site | undefined =>
  provider.sites.find((site) => site.name === name)

const realHost = (provider: EmulatedProvider, name: string): string =>
  siteNamed(provider, name)?.hosts[0] ?? provider.id

const prefixOf = (provider: EmulatedProvider, name: string): string =>
  siteNamed(provider, name)?.prefix ?? `/${provider.id}`
