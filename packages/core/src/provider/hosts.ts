import { ReelayError } from '../model/error.ts'
import type { Owned } from '../model/handle.ts'
import { isName } from '../model/name.ts'
import { isInternal, isLoopback } from './http/address.ts'

/**
 * Whose host an instance talks to. A promise (an external id that is taken once, a list price) belongs to the host that
 * documents it, not to the adapter that speaks its language.
 *
 * @example
 * ```ts
 * import type { ProviderHost } from '@reelay/core'
 * const warning = ({ standing, name }: ProviderHost): string | undefined =>
 *   standing === 'relay' ? `${name} is a relay: its prices are yours to give, and a lost answer is not sent again` : undefined
 * ```
 */
export interface ProviderHost {
  /**
   * - `official`: the provider's own, by its address or because the caller says so (`official: true`)
   * - `loopback`: somebody on this machine, an emulator or a relay, and nobody said which: prices and handles are the
   *   provider's own, and no paid request is sent twice
   * - `relay`: somebody else, who keeps the provider's promises or not: no paid request is sent twice, prices are unknown
   *   until given, and handles name it
   */
  readonly standing: 'official' | 'loopback' | 'relay'
  /** The relay's name; elsewhere the host of the base URL, with its port. */
  readonly name: string
  /** Where it is, whatever its standing: on this machine, inside a private network, or on the internet. */
  readonly network: 'loopback' | 'private' | 'public'
}

/**
 * One of a provider's own hosts, where it has more than one address or versions its paths.
 *
 * @example
 * ```ts
 * import { type OwnHost, resolveHosts } from '@reelay/core/adapter'
 * const api: OwnHost = { urls: ['https://api.example.com', 'https://api.eu.example.com'], version: '/v1' }
 * export const hosting = resolveHosts('mine', { api }, {})
 * ```
 */
export interface OwnHost {
  /** Its addresses, regions and former ones included; the first is used unless another is given. */
  readonly urls: readonly [string, ...string[]]
  /** What every path there begins with, `/v1` for instance: often given as the end of a base URL too, by mistake. */
  readonly version?: string
}

/**
 * Where an instance sends its requests, and what it may rely on there.
 *
 * @example
 * ```ts
 * import { type Hosting, resolveHosts } from '@reelay/core/adapter'
 * const hosting: Hosting = resolveHosts('mine', { api: 'https://api.example.com' }, { baseURL: 'http://localhost:4010' })
 * console.log(hosting.host.standing) // 'loopback'
 * ```
 */
export interface Hosting {
  /** Base URL of each host, without a final slash; the first is the main one. */
  readonly hosts: Readonly<Record<string, string>>
  readonly host: ProviderHost
  /** The header by which the relay documents that a create is made once. */
  readonly idempotencyHeader?: string
}

/** Whose a provider's tasks are. */
export function ownerOf({
  id,
  account,
  host,
}: {
  readonly id: string
  readonly account: string
  readonly host?: ProviderHost
}): Owned {
  return { provider: id, account, ...(host?.standing === 'relay' && { host: host.name }) }
}

type Place = 'own' | 'loopback' | 'foreign'

const ownHostOf = (own: string | OwnHost): OwnHost => (typeof own === 'string' ? { urls: [own] } : own)

/** A base URL that a path can be added to: no slash at its end, and no version that the paths carry themselves. */
function trimmed(url: string, { version }: OwnHost): string {
  const base = url.replace(/\/+$/, '')
  return version && base.endsWith(version) ? base.slice(0, -version.length).replace(/\/+$/, '') : base
}

function placeOf(base: string, own: OwnHost): Place {
  const { origin, pathname, hostname } = new URL(base)
  const isOwn = own.urls.some((url) => {
    const known = new URL(trimmed(url, own))
    return known.origin === origin && (pathname === known.pathname || pathname === '/')
  })
  return isOwn ? 'own' : isLoopback(hostname) ? 'loopback' : 'foreign'
}

function networkOf(base: string): ProviderHost['network'] {
  const { hostname } = new URL(base)
  return isLoopback(hostname) ? 'loopback' : isInternal(hostname) ? 'private' : 'public'
}

interface Relay {
  readonly name?: string
  readonly idempotencyHeader?: string
}

// What a create carries anyway.
const ownHeaders = ['accept', 'authorization', 'content-length', 'content-type', 'cookie', 'host']

/** What the caller says about the host, checked. */
function saidOf(options: HostOptions, fail: (why: string) => ReelayError): Relay & { official: boolean } {
  const { relay, official } = options
  if (official !== undefined && typeof official !== 'boolean') throw fail('official is true, or left out.')
  if (relay === undefined) return { official: official === true }
  if (official) {
    throw fail(
      'both relay and official are given. A relay has the first; your own proxy before one account, the second.',
    )
  }
  const { name, idempotencyHeader } = typeof relay === 'object' && relay ? relay : { name: relay }
  if (!isName(name)) {
    throw fail(
      'relay is its name, or { name, idempotencyHeader }: give it a name of 1 to 100 printable characters.',
    )
  }
  if (idempotencyHeader === undefined) return { official: false, name }
  const usable = typeof idempotencyHeader === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(idempotencyHeader)
  if (!usable || ownHeaders.includes(idempotencyHeader.toLowerCase())) {
    throw fail(
      'relay.idempotencyHeader is the name of a header that the relay documents, such as Idempotency-Key.',
    )
  }
  return { official: false, name, idempotencyHeader }
}

/** Whose requests these are, and where they go. */
export interface HostOptions {
  /** A name for this account, kept in handles; `default` when absent. Never derived from a key. */
  readonly account?: string | undefined
  /**
   * Where requests go, when not to the provider's own address. By host name where it has several. Anything else than one
   * of those addresses is a relay, named by its host, unless `official` says otherwise; see {@link ProviderHost}.
   */
  readonly baseURL?: string | Readonly<Record<string, string>> | undefined
  /**
   * The name of the relay at `baseURL`, for handles and messages. With `idempotencyHeader`, a header by which the relay
   * documents that a create under one key is made once: then a create whose answer was lost may be sent again.
   */
  readonly relay?:
    | string
    | { readonly name: string; readonly idempotencyHeader?: string | undefined }
    | undefined
  /**
   * `baseURL` is the provider itself in another place, an emulator or a proxy of one's own before one account: its
   * promises hold there.
   */
  readonly official?: true | undefined
}

/**
 * The base URL of each of a provider's hosts, its own or what the caller configured instead, and whose they are. One
 * string replaces the main host. Hosts that the caller does not name follow it, to `<main>/<host>`: a key meant for a
 * proxy must never reach the real service by another door.
 *
 * An instance is `official` where every host is one of the provider's own addresses with no path added, or where
 * `official: true` says so; a `relay` where one is anybody else's, or `relay` is given; else `loopback`.
 *
 * @param own The provider's own addresses by host; the first is the main one.
 * @throws ReelayError `ERR_CONFIG`, outcome `none`: for anything but http(s) URLs without user name and password, for
 * `relay` and `official` together, and for a relay without a usable name or header.
 *
 * @example
 * ```ts
 * import { type ProviderOptionsBase } from '@reelay/core'
 * import { type Auth, defineProvider, type ProviderSpec, resolveHosts } from '@reelay/core/adapter'
 * declare const spec: ProviderSpec
 * declare const auth: Auth
 * const define = defineProvider(spec)
 * export const createMine = (options: ProviderOptionsBase = {}) =>
 *   define({ ...options, auth, ...resolveHosts('mine', { api: 'https://api.example.com' }, options) })
 * ```
 */
export function resolveHosts(
  provider: string,
  own: Readonly<Record<string, string | OwnHost>>,
  options: HostOptions,
): Hosting {
  const { account, baseURL } = options
  const details = { provider, account, outcome: 'none' } as const
  const names = Object.keys(own)
  const [main = 'api'] = names
  const given = typeof baseURL === 'string' ? { [main]: baseURL } : (baseURL ?? {})
  const bases: Record<string, string> = {}
  for (const [host, value] of Object.entries(given)) {
    const fail = (why: string): ReelayError =>
      new ReelayError('ERR_CONFIG', `baseURL of ${provider} (${host}): ${why}`, details)
    const row = Object.hasOwn(own, host) ? own[host] : undefined
    if (row === undefined) throw fail(`there is no such host. Its hosts are ${names.join(', ')}.`)
    if (!URL.canParse(value))
      throw fail('it is not a URL. Pass an absolute one, such as http://127.0.0.1:4000/kling.')
    const { protocol, username, password, search, hash, origin, pathname } = new URL(value)
    if (protocol !== 'https:' && protocol !== 'http:') throw fail('it must be an http or https URL.')
    if (username || password)
      throw fail('it carries a user name or password. Pass credentials as options instead.')
    if (search || hash) throw fail('it carries a query or fragment. Pass the origin and path only.')
    // What was checked, and not the text: a stray newline or a bare `?` would lead elsewhere.
    bases[host] = trimmed(origin + pathname, ownHostOf(row))
  }
  const said = saidOf(options, (why) => new ReelayError('ERR_CONFIG', `${provider}: ${why}`, details))
  const moved = bases[main]
  const stays = moved === undefined || placeOf(moved, ownHostOf(own[main] ?? moved)) === 'own'
  const hosts: Record<string, string> = {}
  const places: [base: string, place: Place][] = []
  for (const [host, row] of Object.entries(own)) {
    const known = ownHostOf(row)
    const base = bases[host] ?? (stays ? trimmed(known.urls[0], known) : `${moved}/${host}`)
    hosts[host] = base
    places.push([base, placeOf(base, known)])
  }
  const [first = ''] = Object.values(hosts)
  const foreign = places.find(([, place]) => place === 'foreign')?.[0]
  const standing = ((): ProviderHost['standing'] => {
    if (said.official) return 'official'
    if (said.name !== undefined || foreign !== undefined) return 'relay'
    return places.some(([, place]) => place === 'loopback') ? 'loopback' : 'official'
  })()
  const at = standing === 'relay' ? (foreign ?? first) : first
  const name = said.name ?? new URL(at).host
  const { idempotencyHeader } = said
  return {
    hosts,
    host: { standing, name, network: networkOf(at) },
    ...(idempotencyHeader && { idempotencyHeader }),
  }
}
