import { ReelayError, withDetails } from '../../model/error.ts'
import { checkedAddress, isLoopback } from '../../provider/http/address.ts'
import { noStore } from '../../provider/http/client.ts'
import { networkCode } from '../../provider/http/never-sent.ts'
import { reachesLoopback } from './guard/guarded.ts'
import { localFault } from './local-fault.ts'
import { type DownloadOptions, failure } from './options.ts'
import { InterruptedError, type Watch } from './watch.ts'

// The limit of the Fetch standard, and so of every browser.
const maxHops = 20
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** One of our own errors inside of what a `fetch` rejected with: a check of its own, which no other attempt passes. */
function ownError(error: unknown): ReelayError | undefined {
  let current = error
  for (let depth = 0; depth < 6 && typeof current === 'object' && current !== null; depth++) {
    if (ReelayError.isInstance(current)) return current
    current = (current as Error).cause
  }
  return undefined
}

/** What came of a connection, as something that either ends the transfer or may be tried again. */
export function connectionError(error: unknown, { handle }: DownloadOptions): Error {
  if (error instanceof InterruptedError) return error
  const own = ownError(error)
  if (own) return handle && !own.handle ? withDetails(own, { handle, ...handleOf(handle) }) : own
  const code = networkCode(error)
  // As zlib, brotli and zstd name what they cannot read.
  if (/^(Z_|ERR_BROTLI|ERR__|ZSTD_)/.test(code)) {
    return new InterruptedError(`what it sent could not be decoded (${code})`)
  }
  return localFault(error, { handle }) ?? new InterruptedError(`the connection broke (${code})`)
}

const handleOf = ({ provider, account }: NonNullable<DownloadOptions['handle']>) => ({ provider, account })

/** Field values are Latin-1 by their standard; an address in one is UTF-8 in the field, and browsers read it so. */
function locationOf(value: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(value, (unit) => unit.charCodeAt(0)),
    )
    return text.replaceAll(/\P{ASCII}/gu, encodeURIComponent)
  } catch {
    return value
  }
}

/** Plain http is never spoken to a result's host: as browsers do, it is asked by https, if it stands at the usual port. */
function upgraded(address: string): string {
  if (!/^http:/i.test(address) || !URL.canParse(address)) return address
  const url = new URL(address)
  if (url.port !== '' || isLoopback(url.hostname)) return address
  url.protocol = 'https:'
  return url.href
}

/**
 * One GET. Redirects are followed by hand, so that every hop is checked and none is given more than it needs.
 *
 * @throws ReelayError for an address that must not be followed; InterruptedError for what may be tried again.
 */
export async function openAt(
  url: string,
  headers: Readonly<Record<string, string>>,
  options: DownloadOptions & Required<Pick<DownloadOptions, 'fetch'>>,
  watch: Watch,
  signal: AbortSignal,
): Promise<Response> {
  const { fetch: fetcher = globalThis.fetch } = options
  let address = upgraded(url)
  for (let hop = 0; hop <= maxHops; hop++) {
    const refused = checkedAddress(address, reachesLoopback(options))
    if (refused) {
      const advice = 'It stands in the task; whoever trusts it fetches it without us.'
      throw failure(options, `The result's address was not followed: ${refused}. ${advice}`, {
        retryable: false,
      })
    }
    let response: Response
    try {
      response = await watch.guard(fetcher(address, { headers, redirect: 'manual', signal, ...noStore() }))
    } catch (error) {
      throw connectionError(error, options)
    }
    const location = response.headers.get('location')
    if (!redirects.has(response.status) || location === null) return response
    void response.body?.cancel().catch(() => undefined)
    const next = locationOf(location)
    if (!URL.canParse(next, address)) {
      throw failure(options, 'The result’s address redirects to something that is no URL.', {
        retryable: false,
      })
    }
    address = upgraded(new URL(next, address).href)
  }
  throw failure(options, `The result's address redirects more than ${maxHops} times.`, { retryable: false })
}
