import { ReelayError } from '../../model/error.ts'
import { checkedAddress } from './address.ts'
import { blockedPort } from './blocked-ports.ts'
import type { HttpRequest } from './message.ts'

/** An address out of a reply: checked; a loopback one is ours only if a host of ours is. */
function foreign(bases: readonly string[], address: string): URL {
  const local = bases.some((base) => checkedAddress(base, true) === undefined && checkedAddress(base, false))
  const refused = checkedAddress(address, !!local)
  if (refused) {
    const message = `An address out of a reply was not followed: ${refused}.`
    throw new ReelayError('ERR_UNEXPECTED_REPLY', message, { outcome: 'none' })
  }
  return new URL(address)
}

function ownTarget(
  hosts: Readonly<Record<string, string>>,
  { host, path = '', query = {} }: HttpRequest,
): URL {
  const base = host === undefined ? Object.values(hosts)[0] : hosts[host]
  if (base === undefined) throw new TypeError(`no host ${host}`)
  const url = new URL(base.replace(/\/+$/, '') + path)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
  return url
}

/**
 * Where a request goes.
 *
 * @throws ReelayError `ERR_UNEXPECTED_REPLY`, outcome `none`, for an address out of a reply that must not be followed.
 */
export function targetOf(hosts: Readonly<Record<string, string>>, request: HttpRequest): URL {
  return request.url === undefined ? ownTarget(hosts, request) : foreign(Object.values(hosts), request.url)
}

/** @throws ReelayError `ERR_CONFIG`, outcome `none`, for a port that the runtime's `fetch` never opens. */
export function assertOpenable(url: URL): void {
  const port = blockedPort(url)
  if (port === undefined) return
  const message = `Port ${port} of ${url.hostname} is one that fetch never opens (the bad ports of the fetch standard). Nothing was sent; serve it on another port, and set baseURL to that.`
  throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
}
