import { ReelayError } from '../../model/error.ts'
import { checkedAddress } from './address.ts'
import type { HttpRequest } from './message.ts'

/**
 * Ports that no `fetch` opens, whatever listens there: the bad ports of the fetch standard, section 2.9 "Port blocking"
 * (https://fetch.spec.whatwg.org/#bad-port, as of 2026-11).
 */
const blocked: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
])

/** The port of an address if `fetch` refuses to open it. */
export function blockedPort({ port }: URL): number | undefined {
  return port !== '' && blocked.has(Number(port)) ? Number(port) : undefined
}

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
