import { type Clock, sleepBy, timeOf } from '../../model/clock.ts'
import { clockSettings } from '../../model/clock-step.ts'
import { ReelayError } from '../../model/error.ts'
import type { CallOptions } from '../provider.ts'
import type { Auth } from './auth.ts'
import { BodyTooLargeError, parseJson, readBody } from './body.ts'
import { type OneBody, oneBody } from './leaves-once.ts'
import type { BrokenExchange, Exchange, HttpReply, HttpRequest } from './message.ts'
import { networkCode, neverSent } from './never-sent.ts'
import { noStore } from './no-store.ts'
import { isRuntimeFetch } from './own-fetch.ts'
import { headersOf, mergedHeaders } from './own-headers.ts'
import { type Redactor, redactorFor } from './redact.ts'
import { retryAfterMs } from './retry-after.ts'
import { headerSecrets } from './secret-headers.ts'
import { assertOpenable, targetOf } from './target.ts'

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
  /** How what was written down by our clock has to be corrected since it was set; see `ClockSettings`. */
  settingsMs(): readonly [least: number, most: number]
  /** What keeps the secrets of a call out of whatever is shown of its replies: the credentials, and its headers. */
  redactor(options: CallOptions): Redactor
  /** Addresses and authorizes a request without sending it. */
  prepare(request: HttpRequest, options: CallOptions): Promise<Send>
}

// The largest genuine reply is a page of 500 tasks, well under 1 MB.
const maxBodyBytes = 16 * 1024 * 1024

type Init = RequestInit & { readonly headers: Headers }

const broken = (
  reason: BrokenExchange['reason'],
  detail: string,
  more: { sent?: boolean; httpStatus?: number } = {},
): BrokenExchange => ({ type: 'broken', reason, detail, sent: true, ...more })

/** @throws ReelayError `ERR_INVALID_REQUEST`, outcome `none`, for a body that cannot be written. */
function bodyOf(request: HttpRequest): BodyInit | undefined {
  if (request.json === undefined) return request.body as BodyInit | undefined
  try {
    return JSON.stringify(request.json)
  } catch {
    const message =
      'The request cannot be written as JSON. Nothing was sent; pass plain data, without cycles or bigints.'
    throw new ReelayError('ERR_INVALID_REQUEST', message, { outcome: 'none' })
  }
}

/** @throws ReelayError also where a runtime lacks what the credentials are made with, WebCrypto for instance. */
async function authorize(auth: Auth, headers: Headers): Promise<void> {
  try {
    await auth.authorize(headers)
  } catch (error) {
    if (ReelayError.isInstance(error)) throw error
    const why = redactorFor(auth.secrets()).words(String(error))
    const message = `The credentials could not be put on a request (${why}). Nothing was sent.`
    throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
  }
}

/** Makes the one HTTP path of a provider instance. */
export function createTransport(options: TransportOptions): Transport {
  const { auth, clock } = options
  const settings = clockSettings(clock)
  // The server's time at the beginning of the time that passes: whoever sets our clock changes no server's.
  let serverBegan: number | undefined
  const isGlobalFetch = (): boolean => options.fetch === undefined || options.fetch === globalThis.fetch

  async function exchange(url: URL, init: Init, signal: AbortSignal): Promise<Exchange> {
    let httpStatus: number | undefined
    let called = false
    let once: OneBody | undefined
    const fetcher = options.fetch ?? globalThis.fetch
    const isOwn = isRuntimeFetch(fetcher)
    try {
      const { method, body } = init
      // A caller's own fetch is called with plain text, which every client and every stand-in can read.
      const mayRepeat = method === 'POST' && typeof body === 'string' && (isOwn || isGlobalFetch())
      once = mayRepeat ? oneBody(body) : undefined
      if (once?.length !== undefined) init.headers.set('content-length', String(once.length))
      // A redirect would carry a paid body, and credentials, to an address nobody configured.
      const answer = fetcher(url.href, { ...init, ...once?.init, ...noStore(), signal, redirect: 'manual' })
      called = true
      const response = await answer
      httpStatus = response.status
      const text = await readBody(response, maxBodyBytes)
      return { type: 'reply', reply: reply(response, text) }
    } catch (error) {
      const partial = httpStatus === undefined ? {} : { httpStatus }
      if (error instanceof BodyTooLargeError) return broken('too-large', 'reply too large', partial)
      // A caller's own fetch, or one around the runtime's, may have sent the request before it failed, whatever error it
      // throws, and however. So may a dispatcher inside the runtime's own, but not without taking the body.
      const failedFirst = isOwn ? !once?.taken?.() && (!called || neverSent(error)) : fetcher === undefined
      const sent = !(failedFirst && httpStatus === undefined)
      return broken('network', networkCode(error), { sent, ...partial })
    }
  }

  function reply(response: Response, text: string): HttpReply {
    const headers = Object.fromEntries(response.headers)
    const date = Date.parse(headers.date ?? '')
    const serverTime = Number.isNaN(date) ? undefined : date
    const began = settings.begin()
    if (serverTime !== undefined) serverBegan = began + serverTime - timeOf(clock)
    const wait = retryAfterMs(headers['retry-after'], serverTime)
    return {
      status: response.status,
      headers,
      // As it came: what is used must be whole, and what is shown goes through the redactor.
      body: parseJson(text),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
      ...(serverTime === undefined ? {} : { serverTime }),
    }
  }

  return {
    skewMs: () => (serverBegan === undefined ? 0 : serverBegan - settings.begin()),
    settingsMs: settings.span,
    redactor: (call) =>
      redactorFor([...auth.secrets(), ...headerSecrets(mergedHeaders(options.headers, call.headers))]),
    async prepare(request, call) {
      const foreign = request.url !== undefined
      const own = foreign ? {} : mergedHeaders(options.headers, call.headers)
      const headers = headersOf({
        ...(!foreign && { accept: 'application/json' }),
        ...request.headers,
        ...own,
      })
      if (request.json !== undefined) headers.set('content-type', 'application/json')
      const url = targetOf(options.hosts, request)
      // A caller's own fetch need not be one: an emulator in this process has no ports.
      if (isGlobalFetch()) assertOpenable(url)
      const body = bodyOf(request)
      if (!foreign) await authorize(auth, headers)
      const init = { method: request.method, headers, ...(body === undefined ? {} : { body }) }
      return async () => {
        if (call.abortSignal?.aborted) return broken('aborted', 'aborted by the caller', { sent: false })
        const work = new AbortController()
        const settled = new AbortController()
        const timeoutMs = call.timeoutMs ?? options.timeoutMs
        // Raced, not only signalled: a custom fetch that ignores its signal must not hold the caller.
        const timeout = sleepBy(clock, timeoutMs, settled.signal).then(
          (): Exchange => broken('timeout', `no answer within ${timeoutMs} ms`),
        )
        const aborted = new Promise<Exchange>((resolve) => {
          const onAbort = (): void => resolve(broken('aborted', 'aborted by the caller'))
          try {
            call.abortSignal?.addEventListener('abort', onAbort, { signal: settled.signal })
          } catch {
            // Somebody's own signal: then it cannot stop this request, whose answer may be paid for.
          }
        })
        try {
          return await Promise.race([exchange(url, init, work.signal), timeout, aborted])
        } finally {
          settled.abort()
          work.abort()
        }
      }
    },
  }
}
