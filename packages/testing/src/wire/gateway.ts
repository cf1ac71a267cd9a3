import type { Clock } from '@reelay/core'
import type { FaultOptions, GatewayFault } from './fault.ts'

/** One request that meets a fault. */
export interface Hit {
  readonly request: Request
  readonly options: FaultOptions
  /** The time of the other side. */
  readonly clock: Clock
  /** Lets the provider carry the request out. */
  deliver(): Promise<Response>
  /** The same, outside of any call of the client. */
  deliverLate(): Promise<Response>
  /** What the provider answers when the request comes without its headers. */
  deliverBare(): Promise<Response>
  /** Sends another request, as a `fetch` that follows a redirect does. */
  follow(request: Request): Promise<Response>
}

type Effect = (hit: Hit) => Promise<Response>

// The shape in which the runtimes' fetch reports a broken connection.
function broken(code: string, syscall: string): TypeError {
  const cause = Object.assign(new Error(`${syscall} ${code}`), { code, syscall })
  return new TypeError('fetch failed', { cause })
}

async function carriedOut(hit: Hit): Promise<void> {
  const response = await hit.deliver()
  await response.arrayBuffer()
}

async function hang({ request, clock }: Hit): Promise<never> {
  await clock.sleep(Number.POSITIVE_INFINITY, request.signal)
  throw broken('ECONNRESET', 'read')
}

/** The headers of an answer, without those that describe a body we replace. */
function headersOf(response: Response): Headers {
  const headers = new Headers(response.headers)
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) headers.delete(name)
  return headers
}

async function half(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  return bytes.slice(0, Math.ceil(bytes.length / 2))
}

async function redirect(hit: Hit): Promise<Response> {
  const { request } = hit
  const address = new URL(request.url)
  address.searchParams.set('redirected', 'yes')
  if (request.redirect === 'error') throw broken('UND_ERR_REDIRECT', 'fetch')
  if (request.redirect === 'follow') return hit.follow(new Request(address, request))
  return new Response(null, { status: 307, headers: { location: address.href } })
}

/** What each fault does to a request. `created` decides only where the name leaves it open. */
export const gatewayFaults: { readonly [name in GatewayFault]: Effect } = {
  'lost-request': async () => {
    throw broken('ECONNRESET', 'read')
  },
  'lost-answer': async (hit) => {
    await carriedOut(hit)
    throw broken('ECONNRESET', 'read')
  },
  reset: async (hit) => {
    const response = await hit.deliver()
    const bytes = await half(response)
    let sent = false
    const body = new ReadableStream({
      pull(controller) {
        if (sent) controller.error(broken('ECONNRESET', 'read'))
        else controller.enqueue(bytes)
        sent = true
      },
    })
    return new Response(body, { status: response.status, headers: headersOf(response) })
  },
  'hang-request': hang,
  'hang-answer': async (hit) => {
    await carriedOut(hit)
    return hang(hit)
  },
  'slow-answer': async (hit) => {
    const response = await hit.deliver()
    await hit.clock.sleep(hit.options.ms ?? 0, hit.request.signal)
    return response
  },
  'in-flight': async (hit) => {
    // What becomes of it then is nobody's to know; that is the point.
    const arrival = hit.clock.sleep(hit.options.ms ?? 0).then(() => hit.deliverLate())
    arrival.catch(() => undefined)
    throw broken('ECONNRESET', 'read')
  },
  'false-refusal': async (hit) => {
    await carriedOut(hit)
    throw broken('ECONNREFUSED', 'connect')
  },
  status: async (hit) => {
    const { created = false, status = 500 } = hit.options
    if (created) await carriedOut(hit)
    return new Response(`${status}\n`, { status, headers: { 'content-type': 'text/plain' } })
  },
  redirect: async (hit) => {
    if (hit.options.created) await carriedOut(hit)
    return redirect(hit)
  },
  html: async (hit) => {
    const { created = false, status = 502 } = hit.options
    if (created) await carriedOut(hit)
    const page = '<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>'
    return new Response(page, { status, headers: { 'content-type': 'text/html' } })
  },
  'truncated-json': async (hit) => {
    const response = await hit.deliver()
    return new Response(await half(response), { status: response.status, headers: headersOf(response) })
  },
  empty: async (hit) => {
    if (hit.options.created !== false) await carriedOut(hit)
    return new Response('', { status: 200, headers: { 'content-type': 'application/json' } })
  },
  echo: async ({ request, deliverBare }) => {
    const refusal = await deliverBare()
    const sent = [...request.headers].map(([name, value]) => `${name}: ${value}`).join(', ')
    const text = await refusal.text()
    // Words have spaces; codes do not, and must stay what they are for the refusal to be understood.
    const echoed = text.replaceAll(/"([^"\\]* [^"\\]*)"/g, (_, words) => JSON.stringify(`${words} (${sent})`))
    const body = echoed === text ? JSON.stringify({ message: sent, error: sent, detail: sent }) : echoed
    return new Response(body, { status: refusal.status, headers: headersOf(refusal) })
  },
}
