import type { Clock } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { CallOptions } from '../provider.ts'
import { checkedAddress } from './address.ts'
import type { Auth } from './auth.ts'
import { BodyTooLargeError, parseJson, readBody } from './body.ts'
import type { BrokenExchange, Exchange, HttpReply, HttpRequest } from './message.ts'
import { networkCode, neverSent } from './never-sent.ts'
import { redactValue } from './redact.ts'
import { retryAfterMs } from './retry-after.ts'

/** What a transport needs to know. */
export interface TransportOptions {
  /** Origin, and path prefix if any, of each named host; the first is the main one. */
  readonly hosts: Readonly<Record<string, string>>
  readonly auth: Auth
  readonly clock: Clock
  readonly timeoutMs: number
  readonly fetch?: typeof globalThis.fetch | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** Everything is ready; calling it sends the request, exactly once. It never rejects. */
export type Send = () => Promise<Exchange>

/** The only way out of Reelay to a provider's API. */
export interface Transport {
  /** How far the provider's clock was ahead of ours in its last reply, in milliseconds; 0 until it has said. */
  skewMs(): number
  /** Addresses and authorizes a request without sending it. */
  prepare(request: HttpRequest, options: CallOptions): Promise<Send>
}

// Shorter header values are words such as a trace flag; hiding them would tear replies apart.
const shortestSecret = 8
// The largest genuine reply is a page of 500 tasks, well under 1 MB.
const maxBodyBytes = 16 * 1024 * 1024

const broken = (
  reason: BrokenExchange['reason'],
  detail: string,
  more: { sent?: boolean; httpStatus?: number } = {},
): BrokenExchange => ({ type: 'broken', reason, detail, sent: true, ...more })

/** Where a request goes. Addresses out of replies are checked; a loopback one is ours only if a host of ours is. */
function address(hosts: Readonly<Record<string, string>>, request: HttpRequest): URL {
  const bases = Object.values(hosts)
  if (request.url !== undefined) {
    const local = bases.some(
      (base) => checkedAddress(base, true) === undefined && checkedAddress(base, false),
    )
    const refused = checkedAddress(request.url, !!local)
    if (refused) {
      const message = `An address out of a reply was not followed: ${refused}.`
      throw new ReelayError('ERR_UNEXPECTED_REPLY', message, { outcome: 'none' })
    }
    return new URL(request.url)
  }
  const base = request.host === undefined ? bases[0] : hosts[request.host]
  if (base === undefined) throw new TypeError(`no host ${request.host}`)
  const url = new URL(base.replace(/\/+$/, '') + (request.path ?? ''))
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, String(value))
  return url
}

/** @throws ReelayError `ERR_CONFIG`, outcome `none`, for a value no header can carry; it does not repeat the value. */
function headersOf(values: Readonly<Record<string, string>>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(values)) {
    try {
      headers.set(name, value)
    } catch {
      const message = `The header ${name} has a name or value that HTTP cannot carry.`
      throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
    }
  }
  return headers
}

function bodyOf(request: HttpRequest): BodyInit | undefined {
  if (request.json !== undefined) return JSON.stringify(request.json)
  return request.body as BodyInit | undefined
}

/** Makes the one HTTP path of a provider instance. */
export function createTransport(options: TransportOptions): Transport {
  const { auth, clock } = options
  let skew = 0

  async function exchange(
    url: URL,
    request: HttpRequest,
    headers: Headers,
    ownValues: readonly string[],
    signal: AbortSignal,
  ): Promise<Exchange> {
    let httpStatus: number | undefined
    try {
      const body = bodyOf(request)
      const fetcher = options.fetch ?? globalThis.fetch
      const response = await fetcher(url.href, {
        method: request.method,
        headers,
        ...(body === undefined ? {} : { body }),
        signal,
        // A redirect would carry a paid body, and credentials, to an address nobody configured.
        redirect: 'manual',
      })
      httpStatus = response.status
      const text = await readBody(response, maxBodyBytes)
      return { type: 'reply', reply: reply(response, text, ownValues) }
    } catch (error) {
      const partial = httpStatus === undefined ? {} : { httpStatus }
      if (error instanceof BodyTooLargeError) return broken('too-large', 'reply too large', partial)
      // A caller's own fetch may have sent the request before it failed, whatever error it throws.
      const ownFetch = options.fetch === undefined || options.fetch === globalThis.fetch
      const sent = !(ownFetch && httpStatus === undefined && neverSent(error))
      return broken('network', networkCode(error), { sent, ...partial })
    }
  }

  function reply(response: Response, text: string, ownValues: readonly string[]): HttpReply {
    const headers = Object.fromEntries(response.headers)
    const date = Date.parse(headers.date ?? '')
    const serverTime = Number.isNaN(date) ? undefined : date
    if (serverTime !== undefined) skew = serverTime - clock.now()
    const wait = retryAfterMs(headers['retry-after'], serverTime)
    return {
      status: response.status,
      headers,
      // Parsed first: replacing a secret inside the raw text could tear the JSON of a paid answer apart.
      body: redactValue(parseJson(text), [...auth.secrets(), ...ownValues]),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
      ...(serverTime === undefined ? {} : { serverTime }),
    }
  }

  return {
    skewMs: () => skew,
    async prepare(request, call) {
      const foreign = request.url !== undefined
      const own = foreign ? {} : { ...options.headers, ...call.headers }
      const headers = headersOf({
        ...(!foreign && { accept: 'application/json' }),
        ...request.headers,
        ...own,
      })
      // A caller's header may well be a key, to a proxy for instance.
      const ownValues = Object.values(own).filter((value) => value.length >= shortestSecret)
      if (request.json !== undefined) headers.set('content-type', 'application/json')
      if (!foreign) await auth.authorize(headers)
      const url = address(options.hosts, request)
      return async () => {
        if (call.abortSignal?.aborted) return broken('aborted', 'aborted by the caller', { sent: false })
        const work = new AbortController()
        const settled = new AbortController()
        const timeoutMs = call.timeoutMs ?? options.timeoutMs
        // Raced, not only signalled: a custom fetch that ignores its signal must not hold the caller.
        const timeout = clock
          .sleep(timeoutMs, settled.signal)
          .then((): Exchange => broken('timeout', `no answer within ${timeoutMs} ms`))
        const aborted = new Promise<Exchange>((resolve) => {
          const onAbort = (): void => resolve(broken('aborted', 'aborted by the caller'))
          call.abortSignal?.addEventListener('abort', onAbort, { signal: settled.signal })
        })
        try {
          return await Promise.race([
            exchange(url, request, headers, ownValues, work.signal),
            timeout,
            aborted,
          ])
        } finally {
          settled.abort()
          work.abort()
        }
      }
    },
  }
}
