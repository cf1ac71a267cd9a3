import { type Problem, problem } from '../../model/problem.ts'
import { isInternal, isLoopback } from '../http/address.ts'

/**
 * Whether an address leads to this machine, or into the network it stands in; `undefined` for what everybody can reach,
 * as far as a name tells, and for what is no http(s) address.
 */
function insideOf(address: string): 'machine' | 'network' | undefined {
  // Not parsed for nothing: a data URI may be megabytes long.
  if (!/^\s*https?:/i.test(address) || !URL.canParse(address)) return undefined
  const { hostname } = new URL(address)
  if (isLoopback(hostname)) return 'machine'
  return isInternal(hostname) ? 'network' : undefined
}

const places = { machine: 'this machine', network: 'the network it stands in' } as const

/**
 * Whether a provider stands where the caller does: at a loopback or private address, as an emulator and a self-hosted
 * relay do. Then it reaches what the caller reaches.
 *
 * @param hosts As of `resolveHosts`: the first is the main one.
 */
export function isNear(hosts: Readonly<Record<string, string>>): boolean {
  const [main = ''] = Object.values(hosts)
  return insideOf(main) !== undefined
}

/** What is wrong with an address that a provider is to fetch or to call, and that only the caller's network can reach. */
export function reachProblems(
  field: string,
  url: string,
  near: boolean,
  insteadDo: string,
): readonly Problem[] {
  const inside = near ? undefined : insideOf(url)
  if (inside === undefined) return []
  const message = `${new URL(url).host} can be reached from ${places[inside]} only, and not by the provider.`
  return [problem(field, 'unreachable', message, insteadDo)]
}
