import ipaddr from 'ipaddr.js'
import { ReelayError } from '../../../model/error.ts'

type Address = ReturnType<typeof ipaddr.parse>
type Range = ReturnType<typeof ipaddr.parseCIDR>

/** What may be reached although it is not public. */
export interface Allowed {
  /** Addresses of this machine. */
  readonly loopback?: boolean
  /** Ranges that a name may lead to; literal addresses in them stay refused. */
  readonly resolved?: readonly Range[]
}

// Where Azure's machines find their own metadata, in the middle of public addresses.
const metadata: ReadonlySet<string> = new Set(['168.63.129.16'])
// RFC 6052: the one prefix of translators that stands for the public Internet. RFC 8215's is for local use.
const wellKnownNat64 = ipaddr.parseCIDR('64:ff9b::/96')
// RFC 4291, section 2.4: what is routed in public.
const globalUnicast = ipaddr.parseCIDR('2000::/3')
// RFC 2544 set it aside for benchmarks; proxies and VPNs give names made-up addresses out of it, as of 2026-11.
const fakeIp = ipaddr.parseCIDR('198.18.0.0/15')

/** The family of a plain IP address, 0 for anything else: shorthands are not plain, and a zone names an interface. */
export function familyOf(text: string): 0 | 4 | 6 {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return 4
  return !text.includes('%') && ipaddr.IPv6.isValid(text) ? 6 : 0
}

/** The IPv4 address that an IPv6 one leads to, where that is what decides. */
function inner(address: Address): Address {
  if (address.kind() === 'ipv4') return address
  const six = address as ipaddr.IPv6
  if (six.isIPv4MappedAddress()) return six.toIPv4Address()
  return six.match(wellKnownNat64) ? ipaddr.fromByteArray(six.toByteArray().slice(12)) : address
}

const within = (address: Address, range: Range): boolean =>
  address.kind() === range[0].kind() && address.match(range)

/**
 * Reads `allowResolved`.
 *
 * @throws ReelayError `ERR_CONFIG` for what is no range in CIDR notation.
 */
export function rangesOf(texts: readonly string[]): readonly Range[] {
  return texts.map((text) => {
    if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
    const message = `allowResolved takes ranges such as '198.18.0.0/15'; ${JSON.stringify(text)} is none.`
    throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
  })
}

/**
 * Why nothing must be fetched from an IP address, or `undefined` when it may be. What is not plainly public is refused:
 * private, loopback, link-local, unique-local, shared (carrier-grade NAT), metadata, multicast, reserved, and IPv6 forms
 * that lead to any of these.
 */
export function refusedAddress(text: string, { loopback, resolved = [] }: Allowed = {}): string | undefined {
  if (familyOf(text) === 0) return 'it is no plain IP address'
  const address = inner(ipaddr.parse(text))
  if (resolved.some((range) => within(address, range))) return undefined
  const range = address.range()
  if (range === 'loopback') {
    return loopback
      ? undefined
      : 'it is an internal address (loopback; allow this machine with allowLoopback)'
  }
  if (within(address, fakeIp)) {
    return "it is an internal address (198.18.0.0/15). A proxy or VPN that answers names with fake IPs does this; if you run one, pass allowResolved: ['198.18.0.0/15'], or a `fetch` of your own"
  }
  const isPublic = address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(globalUnicast)
  if (range === 'unicast' && isPublic && !metadata.has(address.toString())) return undefined
  const kind = range === 'unicast' ? (isPublic ? 'metadata' : 'not routed in public') : range
  return `it is an internal address (${kind}). If results really lie there, allow its range with allowResolved, or pass a \`fetch\` of your own`
}
