import { ReelayError, withDetails } from '../../model/error.ts'
import { checkedAddress } from '../../provider/http/address.ts'
import { networkCode } from '../../provider/http/never-sent.ts'
import { type DownloadOptions, failure } from './options.ts'
import { InterruptedError, type Watch } from './watch.ts'

const maxHops = 5
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
  return new InterruptedError(`the connection broke (${networkCode(error)})`)
}

const handleOf = ({ provider, account }: NonNullable<DownloadOptions['handle']>) => ({ provider, account })

/**
 * One GET. Redirects are followed by hand, so that every hop is checked and none is given more than it needs.
 *
 * @throws ReelayError for an address that must not be followed; InterruptedError for what may be tried again.
 */
export async function openAt(
  url: string,
  headers: Readonly<Record<string, string>>,
  options: DownloadOptions,
  watch: Watch,
  signal: AbortSignal,
): Promise<Response> {
  const fetcher = options.fetch ?? globalThis.fetch
  let address = url
  for (let hop = 0; hop <= maxHops; hop++) {
    const refused = checkedAddress(address, options.allowLoopback === true)
    if (refused) {
      const message = `The result's address was not followed: ${refused}.`
      throw failure(options, message, { retryable: false })
    }
    let response: Response
    try {
      response = await watch.guard(fetcher(address, { headers, redirect: 'manual', signal }))
    } catch (error) {
      throw connectionError(error, options)
    }
    const location = response.headers.get('location')
    if (!redirects.has(response.status) || location === null) return response
    void response.body?.cancel().catch(() => undefined)
    if (!URL.canParse(location, address)) {
      throw failure(options, 'The result’s address redirects to something that is no URL.', {
        retryable: false,
      })
    }
    address = new URL(location, address).href
  }
  throw failure(options, `The result's address redirects more than ${maxHops} times.`, { retryable: false })
}
