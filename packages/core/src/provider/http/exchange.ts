import type { KyInstance } from 'ky'
import { kindOf } from '../../model/foreign.ts'
import { type CallersClient, noStore } from './client.ts'
import { isOfTheMessage } from './headers.ts'
import { type OneBody, oneBody } from './leaves-once.ts'
import type { BrokenExchange, Exchange, HttpReply } from './message.ts'
import { networkCode, neverSent } from './never-sent.ts'
import { BodyTooLargeError, parseJson, readBody } from './reply.ts'

/** A request that is ready to leave. */
export interface Outgoing {
  readonly url: URL
  readonly method: string
  /** With the credentials. */
  readonly headers: Headers
  readonly body?: BodyInit | undefined
}

/** How far a request has come. */
export interface Trip {
  /** Whether its `fetch` was called: until then surely nothing of it has left. */
  left: boolean
  /** Whether it is waited for no longer; from then on it may not leave. */
  over: boolean
}

/** What carries a request. */
export interface Carrier {
  /** The caller's own. */
  readonly fetch: typeof globalThis.fetch | undefined
  /** Told of the headers of a request as a caller's own instance of ky made it. */
  noteAdded(headers: Headers): void
  /** Makes a reply of an answer and its parsed body. */
  reply(response: Response, body: unknown): HttpReply
}

/** Sends a request, once. It never rejects. */
export type Carry = (outgoing: Outgoing, trip: Trip, signal: AbortSignal) => Promise<Exchange>

// The largest genuine reply is a page of 500 tasks, well under 1 MB.
const maxBodyBytes = 16 * 1024 * 1024

/** An exchange that brought no whole reply, and may have bought something unless it says otherwise. */
export const broken = (
  reason: BrokenExchange['reason'],
  detail: string,
  more: Partial<Pick<BrokenExchange, 'sent' | 'httpStatus' | 'reply'>> = {},
): BrokenExchange => ({ type: 'broken', reason, detail, sent: true, ...more })

interface Departure {
  readonly response: Promise<Response>
  /** Whether an error of it proves that nothing was sent. */
  neverLeft(error: unknown): boolean
}

/** Calls `fetch` with plain `(url, init)`: an undici from npm does not know the Request of the platform. */
function leave(
  { url, method, headers, body }: Outgoing,
  trip: Trip,
  signal: AbortSignal,
  given: typeof globalThis.fetch | undefined,
  more: object,
): Departure {
  const fetcher = given ?? globalThis.fetch
  if (typeof fetcher !== 'function') throw new TypeError('there is no fetch')
  const isOwn = isRuntimeFetch(fetcher)
  // A caller's own fetch is called with plain text, which every client and every stand-in can read.
  const mayRepeat = method === 'POST' && typeof body === 'string' && (isOwn || fetcher === globalThis.fetch)
  const once: OneBody | undefined = mayRepeat ? oneBody(body) : undefined
  if (once?.length !== undefined) headers.set('content-length', String(once.length))
  const content = once?.init ?? (body === undefined ? {} : { body })
  // A redirect would carry a paid body, and credentials, to an address nobody configured.
  const init = { ...more, method, headers, ...content, signal, redirect: 'manual' } as const
  // A caller's own fetch, or one around the runtime's, may have sent the request before it failed, whatever error it
  // throws, and however. So may a dispatcher inside the runtime's own, but not without taking the body.
  let returned = false
  const neverLeft = (error: unknown): boolean => isOwn && !once?.taken?.() && (!returned || neverSent(error))
  trip.left = true
  try {
    const response = fetcher(url.href, init)
    returned = true
    return { response, neverLeft }
  } catch (error) {
    return { response: Promise.reject(error), neverLeft }
  }
}

const brokenBody = (error: unknown, httpStatus: number): BrokenExchange =>
  error instanceof BodyTooLargeError
    ? broken('too-large', 'reply too large', { httpStatus })
    : broken('network', networkCode(error), { httpStatus })

/** Through ky without hooks. It gets neither the credentials nor the body, so that no error of it can show them. */
export function carryBy(ky: KyInstance, { fetch, reply }: Carrier): Carry {
  const uncached = noStore()
  return async (outgoing, trip, signal) => {
    let response: Response | undefined
    let failed: unknown
    let departure: Departure | undefined
    async function send(): Promise<Response> {
      // Its verdict has been given: it may not be bought any more.
      if (trip.over) throw new TypeError('nobody waits for it any more')
      try {
        departure = leave(outgoing, trip, signal, fetch, uncached)
        response = await departure.response
        return response
      } catch (error) {
        // Noted here, and not as ky tells it: its errors hold the request.
        failed = error
        throw error
      }
    }
    await ky(outgoing.url.href, { method: outgoing.method, fetch: send }).catch(() => undefined)
    if (!response) {
      const sent = trip.left && !departure?.neverLeft(failed)
      return broken('network', networkCode(failed), { sent })
    }
    try {
      return { type: 'reply', reply: reply(response, parseJson(await readBody(response, maxBodyBytes))) }
    } catch (error) {
      return brokenBody(error, response.status)
    }
  }
}

// The answers that a Response cannot be made with a body for (fetch standard, "null body status").
const withoutBody: ReadonlySet<number> = new Set([204, 205, 304])

/** The answer once more, for hooks to look at: what they do with it cannot change what the provider said. */
function copyOf(response: Response, text: string): Response {
  const { status, statusText, headers, url } = response
  // A status outside these has no other form (an opaque redirect of a browser's).
  if (status < 200 || status > 599) return response
  const copy = new Response(withoutBody.has(status) ? null : text, { status, statusText, headers })
  return Object.defineProperty(copy, 'url', { value: url })
}

/** Headers that a caller's instance added. Ours stay as they are: credentials, the length, an idempotency key. */
function withAdded(own: Headers, added: Headers): Headers {
  const headers = new Headers(own)
  for (const [name, value] of added) {
    const ours = own.has(name) || name === 'content-type' || isOfTheMessage(name)
    if (!ours) headers.set(name, value)
  }
  return headers
}

/**
 * Through a caller's own instance of ky, whose hooks may do anything. They see the request without its credentials. It
 * leaves once, to the address and by the method it was made for, with our body; the answer that counts is what the
 * provider said to it. Whatever else happens proves nothing, not even that nothing was sent: a hook may have sent a request
 * of its own.
 *
 * @param shown The headers without credentials.
 */
export function carryThrough(client: CallersClient, carrier: Carrier, shown: Headers): Carry {
  return async (outgoing, trip, signal) => {
    const { url, method, body } = outgoing
    let answer: HttpReply | undefined
    let failure: BrokenExchange | undefined
    function refuse(why: string): never {
      failure = broken('client', why)
      throw new TypeError(why)
    }

    async function send(request: Request, more?: object): Promise<Response> {
      if (trip.over) return refuse('wanted to send it when nobody waited for it any more')
      if (trip.left && method !== 'GET') return refuse('wanted to send it a second time')
      if (request.url !== url.href) return refuse('changed its address')
      if (request.method !== method) return refuse('changed its method')
      carrier.noteAdded(request.headers)
      const headers = withAdded(outgoing.headers, request.headers)
      let response: Response | undefined
      try {
        const departure = leave({ url, method, headers, body }, trip, signal, carrier.fetch, {
          ...more,
          ...noStore(),
        })
        response = await departure.response
        const text = await readBody(response, maxBodyBytes)
        answer = carrier.reply(response, parseJson(text))
        return copyOf(response, text)
      } catch (error) {
        failure = response ? brokenBody(error, response.status) : broken('network', networkCode(error))
        throw error
      }
    }

    // Only text can be read again and again; a form would get another boundary than the one that is sent.
    const content = typeof body === 'string' ? { body } : {}
    const options = { method, headers: shown, ...content, fetch: send as typeof globalThis.fetch }
    try {
      await client.ky(url.href, options)
    } catch (error) {
      const { reason, detail, httpStatus } = failure ?? broken('client', `threw ${kindOf(error)}`)
      return broken(reason, detail, {
        ...(httpStatus !== undefined && { httpStatus }),
        ...(answer && { httpStatus: answer.status, reply: answer }),
      })
    }
    return answer ? { type: 'reply', reply: answer } : broken('client', 'answered by itself')
  }
}

// Taken at import, before most instrumentation; what comes earlier is looked at below.
const sourceOf = Function.prototype.toString

const native = (name: string): string => `function${name}(){[nativecode]}`

// Node's is written in JavaScript, the same from 20 to 26 (lib/internal/bootstrap/web/exposed-window-or-worker.js).
const node =
  "functionfetch(input,init=undefined){if(!fetchImpl){constundiciModule=require('internal/deps/undici/undici');fetchImpl=undiciModule.fetch;}returnfetchImpl(input,init);}"

const bare = (source: string): string => source.replace(/\/\/.*$/gm, '').replaceAll(/\s+/g, '')

/** Sentry, for one, replaces `toString` so that its wrappers print what they wrap. */
const isHonest = (): boolean =>
  bare(sourceOf.call(sourceOf)) === native('toString') && !Object.hasOwn(sourceOf, 'prototype')

// What a function prints never changes, so one look is enough for all requests.
let known: unknown

/**
 * Whether a `fetch` is surely the runtime's own, with nothing around it: no retrying wrapper, no framework's cache, no
 * instrumentation, no `Proxy`, not `bind`, whether it was installed before or after Reelay. A wrapper may have sent a
 * request before the one that failed, so that its errors prove nothing. By its source, since a runtime offers no other
 * way to tell; what prints anything unforeseen is not believed, Deno's own included, whose errors say nothing anyway.
 */
export function isRuntimeFetch(given: unknown): boolean {
  if (given !== undefined && given === known) return true
  try {
    if (typeof given !== 'function' || given.name !== 'fetch' || !isHonest()) return false
    const source = bare(sourceOf.call(given))
    const isOwn = source === node || source === native('fetch')
    if (isOwn) known = given
    return isOwn
  } catch {
    return false
  }
}
