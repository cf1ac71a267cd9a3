import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { buildConnector } from 'undici'
import { ReelayError } from '../../model/error.ts'
import { refusedAddress } from './ranges.ts'
import { responseOf } from './response.ts'

/** Options of {@link checkedFetch}. */
export interface CheckedFetchOptions {
  /** Allow loopback addresses, for an emulator on this machine. */
  readonly allowLoopback?: boolean | undefined
  /** Resolves names; `dns.lookup` when absent. */
  readonly lookup?: LookupFunction | undefined
}

function refusal(host: string, why: string): ReelayError {
  const message = `Nothing was fetched from ${host}: ${why}.`
  return new ReelayError('ERR_DOWNLOAD', message, { outcome: 'accepted' })
}

/** A lookup that gives away no address unless all of a name's are public: one of them would be enough to get inside. */
function checkedLookup(lookup: LookupFunction, allowLoopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    const answer = (
      error: NodeJS.ErrnoException | null,
      found: string | LookupAddress[],
      family?: number,
    ) => {
      if (error) return callback(error, [])
      const addresses = Array.isArray(found) ? found : [{ address: found, family: family ?? isIP(found) }]
      const [first] = addresses
      if (!first) return callback(refusal(hostname, 'its name leads nowhere'), [])
      for (const { address } of addresses) {
        const why = refusedAddress(address, allowLoopback)
        if (why) return callback(refusal(hostname, `its name leads to ${address}, and ${why}`), [])
      }
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    }
    lookup(hostname, { ...options, all: true }, answer)
  }
}

/** Checks literal addresses, which no lookup sees, and last of all the other end of the connection itself. */
function checkedConnector(
  connect: buildConnector.connector,
  allowLoopback: boolean,
): buildConnector.connector {
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '')
    const why = isIP(host) === 0 ? undefined : refusedAddress(host, allowLoopback)
    if (why) return callback(refusal(host, why), null)
    connect(options, (error, socket) => {
      if (error) return callback(error, null)
      const late = refusedAddress(socket.remoteAddress ?? '', allowLoopback)
      if (!late) return callback(null, socket)
      socket.destroy()
      callback(refusal(host, late), null)
    })
  }
}

async function load({ allowLoopback = false, lookup = systemLookup as LookupFunction }: CheckedFetchOptions) {
  // Only when something is fetched: reading it takes longer than everything else here.
  const { Agent, buildConnector, request } = await import('undici')
  const connect = buildConnector({ lookup: checkedLookup(lookup, allowLoopback), allowH2: false })
  const dispatcher = new Agent({
    connect: checkedConnector(connect, allowLoopback),
    // The download has limits of its own, on its own clock.
    bodyTimeout: 0,
    headersTimeout: 0,
  })
  return { request, dispatcher }
}

/**
 * A `fetch` for downloads that connects to public addresses only. What is checked is the address that is really
 * connected to, so a name that resolves to something else the second time gains nothing. It follows no redirects (it
 * answers with them), decodes nothing and sends no bodies. It goes straight to the address: proxies out of the
 * environment are not used; where one is needed, give `save` the runtime's `fetch` and let the proxy check.
 *
 * @returns A `fetch` with connections of its own. It rejects with a `TypeError` as any does; for a refused address its
 * cause is a `ReelayError` (`ERR_DOWNLOAD`).
 *
 * @example
 * ```ts
 * import { download, type Output } from '@reelay/core'
 * import { checkedFetch } from '@reelay/core/node'
 * declare const output: Output
 * const { body } = await download(output, { fetch: checkedFetch() })
 * ```
 */
export function checkedFetch(options: CheckedFetchOptions = {}): typeof globalThis.fetch {
  let loading: ReturnType<typeof load> | undefined
  return async (input, init = {}) => {
    const given = input instanceof Request ? input : undefined
    const { method = given?.method ?? 'GET', headers = given?.headers, signal = given?.signal } = init
    if (init.body || given?.body) throw new TypeError('checkedFetch sends no bodies')
    loading ??= load(options)
    const { request, dispatcher } = await loading
    try {
      const answer = await request(given?.url ?? String(input), {
        dispatcher,
        method: method as 'GET',
        headers: Object.fromEntries(new Headers(headers)),
        signal: signal ?? null,
      })
      return responseOf(answer)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      throw new TypeError('fetch failed', { cause: error })
    }
  }
}
