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
