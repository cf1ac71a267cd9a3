import type { KyInstance } from 'ky'
import { type Clock, clockSettings, ringAfter, timeOf } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import { unheard } from '../../model/foreign.ts'
import type { CallOptions } from '../options.ts'
import { assertOpenable, replyAddress } from './address.ts'
import type { Auth } from './auth.ts'
import { loadClient, pinnedClient } from './client.ts'
import {
  broken,
  type Carrier,
  type Carry,
  carryBy,
  carryThrough,
  type Outgoing,
  type Trip,
} from './exchange.ts'
import { headerSecrets, headersOf, mergedHeaders } from './headers.ts'
import type { Exchange, HttpReply, HttpRequest } from './message.ts'
import { type Redactor, redactorFor } from './redact.ts'
import { retryAfterMs } from './reply.ts'

/** What a transport needs to know. */
export interface TransportOptions {
  /** Origin, and path prefix if any, of each named host; the first is the main one. */
  readonly hosts: Readonly<Record<string, string>>
  readonly auth: Auth
  readonly clock: Clock
  readonly timeoutMs: number
  readonly fetch?: typeof globalThis.fetch | undefined
  /** The caller's own instance of ky; see `ProviderOptionsBase`. */
  readonly ky?: KyInstance | undefined
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

/** A request under way, and who may end the wait for it. */
interface Flight {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly abortSignal: AbortSignal | undefined
  /** Whether what hooks of a caller's have sent is not known. */
  readonly isCallers: boolean
}

/**
 * Waits for an exchange, as long as its timeout and its caller let it. Raced, not only signalled: a custom fetch that ignores
 * its signal must not hold the caller.
 */
function untilOver(
  carry: (trip: Trip, signal: AbortSignal) => Promise<Exchange>,
  { clock, timeoutMs, abortSignal, isCallers }: Flight,
): Promise<Exchange> {
  const trip: Trip = { left: false, over: false }
  const work = new AbortController()
  return new Promise((resolve, reject) => {
    function settle(): boolean {
      if (trip.over) return false
      trip.over = true
      stopTimer()
      if (abortSignal) unheard(() => abortSignal.removeEventListener('abort', onAbort))
      return true
    }
    function giveUp(reason: 'timeout' | 'aborted', detail: string): void {
      if (!settle()) return
      work.abort()
      resolve(broken(reason, detail, { sent: trip.left || isCallers }))
    }
    const onAbort = (): void => giveUp('aborted', 'aborted by the caller')
    const stopTimer = ringAfter(clock, timeoutMs, () => giveUp('timeout', `no answer within ${timeoutMs} ms`))
    // Somebody's own signal may throw: then it cannot stop this request, whose answer may be paid for.
    if (abortSignal) unheard(() => abortSignal.addEventListener('abort', onAbort))
    carry(trip, work.signal).then(
      (exchange) => settle() && resolve(exchange),
      (error) => settle() && reject(error),
    )
  })
}

// Tokens that hooks renew come one after another; those of requests that are under way are among the last.
const mostAdded = 32

/** Makes the one HTTP path of a provider instance. */
export function createTransport(options: TransportOptions): Transport {
  const { auth, clock } = options
  const settings = clockSettings(clock)
  // The server's time at the beginning of the time that passes: whoever sets our clock changes no server's.
  let serverBegan: number | undefined
  const client = options.ky === undefined ? undefined : pinnedClient(options.ky)
  const fetch = options.fetch ?? client?.fetch
  const isGlobalFetch = (): boolean => fetch === undefined || fetch === globalThis.fetch

  function reply(response: Response, body: unknown): HttpReply {
    const date = Date.parse(response.headers.get('date') ?? '')
    const serverTime = Number.isNaN(date) ? undefined : date
    const began = settings.begin()
    if (serverTime !== undefined) serverBegan = began + serverTime - timeOf(clock)
    const asked = response.headers.get('retry-after')
    const wait = asked === null ? undefined : retryAfterMs(asked, serverTime)
    return {
      status: response.status,
      // Few adapters look at them, of thousands of replies.
      get headers() {
        return Object.fromEntries(response.headers)
      },
      // As it came: what is used must be whole, and what is shown goes through the redactor.
      body,
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
      ...(serverTime === undefined ? {} : { serverTime }),
    }
  }

  // Credentials that a caller's own instance put on requests: they are nowhere else, and must not be seen either.
  const added = new Set<string>()
  function noteAdded(headers: Headers): void {
    for (const secret of headerSecrets(Object.fromEntries(headers))) {
      added.delete(secret)
      added.add(secret)
    }
    for (const secret of added) if (added.size > mostAdded) added.delete(secret)
  }
  const carrier: Carrier = { fetch, reply, noteAdded }

  let own: Carry | undefined
  async function ownCarry(): Promise<Carry> {
    own ??= carryBy(await loadClient(), carrier)
    return own
  }

  const bases = Object.values(options.hosts).map((base) => base.replace(/\/+$/, ''))
  const baseOf = new Map(Object.keys(options.hosts).map((host, at) => [host, bases[at]]))
  function targetOf({ url: address, host, path = '', query = {} }: HttpRequest): URL {
    if (address !== undefined) return replyAddress(bases, address)
    const base = host === undefined ? bases[0] : baseOf.get(host)
    if (base === undefined) throw new TypeError(`no host ${host}`)
    const url = new URL(base + path)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
    return url
  }

  let usual: Headers | undefined
  function headersFor(request: HttpRequest, call: CallOptions): Headers {
    if (request.url !== undefined) return headersOf({ ...request.headers })
    const accept = 'application/json'
    if (request.headers === undefined && call.headers === undefined) {
      usual ??= headersOf({ accept, ...mergedHeaders(options.headers) })
      return new Headers(usual)
    }
    return headersOf({ accept, ...request.headers, ...mergedHeaders(options.headers, call.headers) })
  }

  let latest: { readonly secrets: readonly string[]; readonly redactor: Redactor } | undefined

  return {
    skewMs: () => (serverBegan === undefined ? 0 : serverBegan - settings.begin()),
    settingsMs: settings.span,
    redactor(call) {
      const given = options.headers ?? call.headers
      const named = given ? headerSecrets(mergedHeaders(options.headers, call.headers)) : []
      const secrets = [...auth.secrets(), ...named, ...added]
      // Nearly every request asks for the one of the request before it.
      const isLatest =
        latest?.secrets.length === secrets.length && secrets.every((one, at) => one === latest?.secrets[at])
      if (!latest || !isLatest) latest = { secrets, redactor: redactorFor(secrets) }
      return latest.redactor
    },
    async prepare(request, call) {
      const foreign = request.url !== undefined
      const headers = headersFor(request, call)
      if (request.json !== undefined) headers.set('content-type', 'application/json')
      const url = targetOf(request)
      // A caller's own fetch need not be one: an emulator in this process has no ports.
      if (isGlobalFetch()) assertOpenable(url)
      const body = bodyOf(request)
      // Loaded before the intent is recorded: afterwards a failure would be about a purchase. An address out of a reply
      // gets nothing of the caller's, so none of their hooks either.
      const isCallers = client !== undefined && !foreign
      const carry = isCallers ? carryThrough(client, carrier, new Headers(headers)) : await ownCarry()
      if (!foreign) await authorize(auth, headers)
      const outgoing: Outgoing = { method: request.method, url, headers, body }
      return async () => {
        if (call.abortSignal?.aborted) return broken('aborted', 'aborted by the caller', { sent: false })
        const timeoutMs = call.timeoutMs ?? options.timeoutMs
        const flight = { clock, timeoutMs, abortSignal: call.abortSignal, isCallers }
        return untilOver((trip, signal) => carry(outgoing, trip, signal), flight)
      }
    },
  }
}
