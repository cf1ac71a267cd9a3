const loopback = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

// Literal addresses no result can legitimately live at: unspecified, private, link-local and metadata, carrier-grade
// NAT (RFC 1918, 3927, 6598, 4193, 4291). URL parsing has already turned octal and decimal spellings into dotted ones.
const internal =
  /^(0\.|10\.|127\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)|^\[(::|fe[89ab]|f[cd]|64:ff9b:)/

/**
 * Why a result's address must not be followed, or `undefined` when it may. Addresses come from a provider's reply, so
 * they are not ours: only https, no credentials, nothing inside the caller's network.
 */
export function checkedAddress(address: string, allowLoopback: boolean): string | undefined {
  if (!URL.canParse(address)) return 'it is not a URL'
  const { protocol, hostname, username, password } = new URL(address)
  if (username || password) return 'it carries a user name or password'
  if (loopback.test(hostname)) {
    return allowLoopback ? undefined : 'it is on this machine (allow it with allowLoopback)'
  }
  if (protocol !== 'https:') return `it is ${protocol} and not https:`
  return internal.test(hostname) ? 'it is an internal address' : undefined
}
