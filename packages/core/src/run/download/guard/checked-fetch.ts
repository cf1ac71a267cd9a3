import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { ReelayError } from '../../../model/error.ts'
import { type Connector, createConnector, proven } from './connect.ts'
import { decoded } from './decode.ts'
import { type LookupFunction, type NodeParts, nodeParts } from './node.ts'
import { rangesOf } from './ranges.ts'
import { responseOf } from './response.ts'

/**
 * Options of {@link checkedFetch}.
 *
 * @example
 * ```ts
 * import { checkedFetch, type CheckedFetchOptions } from '@reelay/core/node'
 * const behindProxy: CheckedFetchOptions = { allowResolved: ['198.18.0.0/15'] }
 * export const fetchClip = checkedFetch(behindProxy)
 * ```
 */
export interface CheckedFetchOptions {
  /** Allow loopback addresses, for an emulator on this machine. */
  readonly allowLoopback?: boolean | undefined
  /**
   * Ranges in CIDR notation that a name may lead to although they are not public: `['198.18.0.0/15']` where a proxy or a
   * VPN answers names with fake IPs. Literal addresses in them stay refused.
   */
  readonly allowResolved?: readonly string[] | undefined
  /** Resolves names; `dns.lookup` when absent. */
  readonly lookup?: LookupFunction | undefined
}

// Some hosts refuse whoever does not say what it is (Cloudflare's browser integrity check, for one).
const usual = { accept: '*/*', 'user-agent': 'Mozilla/5.0 (compatible; reelay)' }

interface Call {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly signal: AbortSignal | undefined
}

function callOf(input: string | URL | Request, init: RequestInit): Call {
  const given = input instanceof Request ? input : undefined
  if (init.body || given?.body) throw new TypeError('checkedFetch sends no bodies')
  const headers = new Headers(usual)
  for (const [name, value] of new Headers(init.headers ?? given?.headers)) headers.set(name, value)
  const signal = init.signal ?? given?.signal
  return {
    url: new URL(given?.url ?? String(input)),
    method: init.method ?? given?.method ?? 'GET',
    headers,
    signal: signal ?? undefined,
  }
}

/** Of a runtime that connects by itself, and not as it is told. */
function unguarded(): ReelayError {
  const message =
    'This runtime does not let us see what address it connects to, so its downloads cannot be guarded. Pass a `fetch` of your own, which then does the checking.'
  return new ReelayError('ERR_DOWNLOAD', message, { outcome: 'accepted', retryable: false })
}

/**
 * @param connect Makes every connection; there is no pool, so that each is checked.
 */
function send(parts: NodeParts, { connect }: Connector, call: Call): Promise<Response> {
  const { url, method, headers, signal } = call
  return new Promise((resolve, reject) => {
    let connection: Socket | undefined
    let request: ClientRequest | undefined
    let answered = false
    const stop = (): void => {
      request?.destroy()
      connection?.destroy()
    }
    const fail = (cause: unknown): void => {
      signal?.removeEventListener('abort', onAbort)
      reject(signal?.aborted ? signal.reason : new TypeError('fetch failed', { cause }))
      stop()
    }
    const onAbort = (): void => fail(undefined)
    const give = (message: IncomingMessage, body: Readable): void => {
      signal?.removeEventListener('abort', onAbort)
      if (!signal?.aborted) resolve(responseOf(message, body, stop, signal))
    }
    const answer = (message: IncomingMessage): void => {
      // From here on the message says what goes wrong: what follows a whole answer must not take it away again.
      answered = true
      message.on('error', () => undefined)
      if (!connection) {
        fail(unguarded())
        return
      }
      const body = decoded(message, parts)
      if (body instanceof Promise) body.then((readable) => give(message, readable), fail)
      else give(message, body)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const { request: begin } = url.protocol === 'https:' ? parts.https : parts.http
    try {
      request = begin(url, {
        method,
        headers: Object.fromEntries(headers),
        createConnection: (_options, done) => {
          connect(url, signal, (error, socket) => {
            connection = socket
            // Node's types want a socket even where there is none.
            done(error, socket as Socket)
          })
          return undefined
        },
      })
      request.on('error', (error) => answered || fail(error))
      request.on('upgrade', (_message, socket: Socket) => {
        socket.destroy()
        fail(new Error('the server switched protocols'))
      })
      request.on('response', answer)
      request.end()
    } catch (error) {
      fail(error)
    }
  })
}

/** Whether this runtime lets its connections be checked. */
export async function canCheck(): Promise<boolean> {
  const parts = nodeParts()
  return parts !== undefined && (await proven(parts))
}

/**
 * A `fetch` for downloads that connects to public addresses only. What is checked is the address that is really
 * connected to, so a name that resolves to something else the second time gains nothing. It follows no redirects (it
 * answers with them) and sends no bodies; gzip, deflate, br and zstd are decoded. It goes straight to the address:
 * proxies out of the environment are not used; where one is needed, give the runtime's `fetch` and let the proxy check.
 *
 * Works on Node, Bun and Deno, whose own clients let themselves be told how to connect; an answer over a connection that
 * was not ours is refused. Elsewhere every call rejects.
 *
 * @returns A `fetch` with connections of its own. It rejects with a `TypeError` as any does; for a refused address its
 * cause is a `ReelayError` (`ERR_DOWNLOAD`).
 * @throws ReelayError `ERR_CONFIG` when `allowResolved` holds something that is no range.
 *
 * @example
 * ```ts
 * import { download, type Output } from '@reelay/core'
 * import { checkedFetch } from '@reelay/core/node'
 * declare const output: Output
 * const behindFakeIpProxy = checkedFetch({ allowResolved: ['198.18.0.0/15'] })
 * const { body } = await download(output, { fetch: behindFakeIpProxy })
 * ```
 */
export function checkedFetch(options: CheckedFetchOptions = {}): typeof globalThis.fetch {
  const { allowLoopback = false, allowResolved = [] } = options
  const allowed = { loopback: allowLoopback, resolved: rangesOf(allowResolved) }
  const parts = nodeParts()
  const lookup = options.lookup ?? (parts?.dns.lookup as LookupFunction | undefined)
  const connector = parts && lookup && createConnector(parts, lookup, allowed)
  return async (input, init = {}) => {
    const call = callOf(input, init)
    if (!connector || !(await proven(parts))) throw new TypeError('fetch failed', { cause: unguarded() })
    call.signal?.throwIfAborted()
    return send(parts, connector, call)
  }
}
