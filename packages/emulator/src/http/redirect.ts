const MAX_REDIRECTS = 20
const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308]

interface Hop {
  readonly request: Request
  readonly response: Response
}

// The method and body rules of the Fetch standard's HTTP-redirect fetch (https://fetch.spec.whatwg.org).
async function nextRequest({ request, response }: Hop, target: URL, body: ArrayBuffer): Promise<Request> {
  const { status } = response
  const toGet =
    (status === 303 && request.method !== 'GET' && request.method !== 'HEAD') ||
    ((status === 301 || status === 302) && request.method === 'POST')
  const headers = new Headers(request.headers)
  if (toGet) for (const name of ['content-type', 'content-length']) headers.delete(name)
  if (target.origin !== new URL(request.url).origin) headers.delete('authorization')
  const method = toGet ? 'GET' : request.method
  return new Request(target, {
    method,
    headers,
    redirect: request.redirect,
    signal: request.signal,
    ...(toGet || method === 'GET' || method === 'HEAD' ? {} : { body }),
  })
}

/**
 * Treats redirects as the runtime's fetch does for the request's `redirect` mode, so that a client which
 * wrongly follows one on a paid POST is caught in-process as it would be over a socket.
 */
export async function fetchFollowing(
  first: Request,
  send: (request: Request) => Promise<Response>,
): Promise<{ readonly response: Response; readonly url: string; readonly redirected: boolean }> {
  const body =
    first.method === 'GET' || first.method === 'HEAD' ? new ArrayBuffer(0) : await first.clone().arrayBuffer()
  let request = first
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await send(request)
    const location = response.headers.get('location')
    if (!redirectStatuses.includes(response.status) || location === null || request.redirect === 'manual') {
      return { response, url: request.url, redirected: hop > 0 }
    }
    if (request.redirect === 'error') {
      throw new TypeError('fetch failed', { cause: new Error('unexpected redirect') })
    }
    request = await nextRequest({ request, response }, new URL(location, request.url), body)
  }
  throw new TypeError('fetch failed', { cause: new Error('redirect count exceeded') })
}
