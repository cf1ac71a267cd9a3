import { ReelayError } from '../model/error.ts'

/**
 * The base URL of each of a provider's hosts: its own, or what the caller configured instead. One string replaces the
 * main host. Hosts that the caller does not name follow the main one, to `<main>/<host>`: a key meant for a proxy must
 * never reach the real service by another door.
 *
 * @throws ReelayError `ERR_CONFIG` for anything but http(s) URLs without user name and password.
 */
export function resolveHosts(
  provider: string,
  defaults: Readonly<Record<string, string>>,
  baseURL: string | Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const [main = 'api'] = Object.keys(defaults)
  const given = typeof baseURL === 'string' ? { [main]: baseURL } : (baseURL ?? {})
  for (const [host, value] of Object.entries(given)) {
    const fail = (why: string): ReelayError =>
      new ReelayError('ERR_CONFIG', `baseURL of ${provider} (${host}): ${why}`, { provider, outcome: 'none' })
    if (!Object.hasOwn(defaults, host)) {
      throw fail(`there is no such host. Its hosts are ${Object.keys(defaults).join(', ')}.`)
    }
    if (!URL.canParse(value))
      throw fail('it is not a URL. Pass an absolute one, such as http://127.0.0.1:4000/kling.')
    const { protocol, username, password, search, hash } = new URL(value)
    if (protocol !== 'https:' && protocol !== 'http:') throw fail('it must be an http or https URL.')
    if (username || password)
      throw fail('it carries a user name or password. Pass credentials as options instead.')
    if (search || hash) throw fail('it carries a query or fragment. Pass the origin and path only.')
  }
  const base = given[main]?.replace(/\/+$/, '')
  const moved = base === undefined ? [] : Object.keys(defaults).map((host) => [host, `${base}/${host}`])
  return { ...defaults, ...Object.fromEntries(moved), ...given }
}
