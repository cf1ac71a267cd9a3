import { ReelayError } from '../../model/error.ts'

const loopback = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

// What no result can legitimately live at, by IANA's special-purpose registries (as of 2026-11): unspecified, private,
// shared, link-local and metadata, documentation, benchmarks, multicast, reserved; of IPv6 all but 2000::/3, so mapped
// and translated forms too. URL parsing has already turned octal, decimal and hexadecimal spellings into dotted ones.
const internal = [
  /^(0|10|127|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168|198\.1[89]|22[4-9]|2[3-5]\d)\.[\d.]+$/,
  // The last is where Azure's machines find their own metadata.
  /^(192\.0\.[02]|192\.88\.99|198\.51\.100|203\.0\.113)\.\d+$|^168\.63\.129\.16$/,
  /^\[(?![23][\da-f]{3}:)|^\[(2002|2001:(1?[\da-f]{1,2}|db8)?|3fff):/,
  // Names that only mean something inside a network.
  /^[^.[]+$|\.(internal|local|localdomain|lan|home|corp|intranet|home\.arpa)$/,
]

// A final dot only ends the search for a name.
const plain = (hostname: string): string => hostname.replace(/\.+$/, '')

/** Whether a host is this machine, by its name alone. */
export const isLoopback = (hostname: string): boolean => loopback.test(plain(hostname))

/** Whether a host is inside a network of the caller's, by its name alone. */
export const isInternal = (hostname: string): boolean => internal.some((names) => names.test(plain(hostname)))

/**
 * Why a result's address must not be followed, or `undefined` when it may. Addresses come from a provider's reply, so
 * they are not ours: only https, no credentials, nothing inside the caller's network.
 */
export function checkedAddress(address: string, allowLoopback: boolean): string | undefined {
  if (!URL.canParse(address)) return 'it is not a URL'
  const { protocol, hostname, username, password } = new URL(address)
  if (username || password) return 'it carries a user name or password'
  const web = protocol === 'https:' || protocol === 'http:'
  if (web && isLoopback(hostname)) {
    return allowLoopback ? undefined : 'it is on this machine (allow it with allowLoopback)'
  }
  if (protocol !== 'https:') return `it is ${protocol} and not https:`
  return isInternal(hostname) ? 'it is an internal address' : undefined
}

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

/**
 * An address out of a reply: checked; a loopback one is ours only if a host of ours is.
 *
 * @throws ReelayError `ERR_UNEXPECTED_REPLY`, outcome `none`, for one that must not be followed.
 */
export function replyAddress(bases: readonly string[], address: string): URL {
  const local = bases.some((base) => checkedAddress(base, true) === undefined && checkedAddress(base, false))
  const refused = checkedAddress(address, !!local)
  if (refused) {
    const message = `An address out of a reply was not followed: ${refused}.`
    throw new ReelayError('ERR_UNEXPECTED_REPLY', message, { outcome: 'none' })
  }
  return new URL(address)
}

/** @throws ReelayError `ERR_CONFIG`, outcome `none`, for a port that the runtime's `fetch` never opens. */
export function assertOpenable(url: URL): void {
  const port = blockedPort(url)
  if (port === undefined) return
  const message = `Port ${port} of ${url.hostname} is one that fetch never opens (the bad ports of the fetch standard). Nothing was sent; serve it on another port, and set baseURL to that.`
  throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
}
