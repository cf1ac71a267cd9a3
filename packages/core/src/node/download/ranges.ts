import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

type Address = ReturnType<typeof ipaddr.parse>

// Where Azure's machines find their own metadata, in the middle of public addresses.
const metadata: ReadonlySet<string> = new Set(['168.63.129.16'])
// RFC 6052: the one prefix of translators that stands for the public Internet. RFC 8215's is for local use.
const wellKnownNat64 = ipaddr.parseCIDR('64:ff9b::/96')
// RFC 4291, section 2.4: what is routed in public.
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/** The IPv4 address that an IPv6 one leads to, where that is what decides. */
function inner(address: Address): Address {
  if (address.kind() === 'ipv4') return address
  const six = address as ipaddr.IPv6
  if (six.isIPv4MappedAddress()) return six.toIPv4Address()
  return six.match(wellKnownNat64) ? ipaddr.fromByteArray(six.toByteArray().slice(12)) : address
}

/**
 * Why nothing must be fetched from an IP address, or `undefined` when it may be. What is not plainly public is refused:
 * private, loopback, link-local, unique-local, shared (carrier-grade NAT), metadata, multicast, reserved, and IPv6 forms
 * that lead to any of these.
 */
export function refusedAddress(text: string, allowLoopback: boolean): string | undefined {
  // A zone names an interface of this machine.
  if (isIP(text) === 0 || text.includes('%')) return 'it is no plain IP address'
  const address = inner(ipaddr.parse(text))
  const range = address.range()
  if (range === 'loopback' && allowLoopback) return undefined
  if (range !== 'unicast' || metadata.has(address.toString())) return `it is an internal address (${range})`
  const isPublic = address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(globalUnicast)
  return isPublic ? undefined : 'it is an internal address (not routed in public)'
}
