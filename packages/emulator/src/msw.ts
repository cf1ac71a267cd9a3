import { type HttpHandler, http } from 'msw'
import type { Emulator } from './emulator.ts'
import { isProviderHost, notEmulated } from './provider-hosts.ts'

/**
 * An answer whose body fails where it ends before its declared length. Behind a real connection its end says so; a request
 * interceptor has none to close, and the client would wait for the rest.
 */
function wholeOrBroken(response: Response): Response {
  const { body, headers, status, statusText } = response
  const declared = Number(headers.get('content-length') ?? Number.NaN)
  if (!body || Number.isNaN(declared)) return response
  let missing = declared
  const counted = body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        missing -= chunk.byteLength
        controller.enqueue(chunk)
      },
      flush(controller) {
        if (missing > 0) controller.error(new Error(`the connection closed ${missing} bytes early`))
      },
    }),
  )
  return new Response(counted, { status, statusText, headers })
}

/**
 * Handlers for msw that answer at the providers' real host names: API, queue, upload and result hosts. A client that is
 * none of ours, or one of ours without `baseURL`, meets the emulator there. Any other host is left to the other handlers.
 *
 * A host of a known provider that this emulator does not serve is refused: msw shows the reason and fails the request with
 * it (`code` `ERR_NOT_EMULATED`), whatever `onUnhandledFrame` says. A connection that a fault breaks fails as any
 * `Response.error()` does.
 *
 * msw sees the global `fetch` and `node:http(s)`. It does not see npm undici's own `request` and `fetch`; nor does it see
 * `save()`, whose downloads check their own connections: give that `{ fetch: globalThis.fetch }`, or run the program with
 * `--import @reelay/emulator/register`, which takes care of both.
 *
 * @example
 * ```ts
 * import { createEmulator, demoCredentials } from '@reelay/emulator'
 * import { mswHandlers } from '@reelay/emulator/msw'
 * import { setupServer } from 'msw/node'
 *
 * const emulator = createEmulator({ speed: 60 })
 * const server = setupServer(...mswHandlers(emulator))
 * server.listen()
 * const headers = { authorization: `Bearer ${demoCredentials.kling.apiKey}` }
 * const answer = await fetch('https://api-singapore.klingai.com/v1/videos/text2video', { headers })
 * server.close()
 * ```
 */
export function mswHandlers(emulator: Pick<Emulator, 'fetch' | 'hosts'>): HttpHandler[] {
  const handler = http.all(
    ({ request }) => isProviderHost(new URL(request.url).hostname),
    async ({ request }) => {
      const { hostname } = new URL(request.url)
      if (!emulator.hosts.includes(hostname)) throw notEmulated(hostname, 'this emulator does not serve it')
      try {
        // The client follows redirects itself, in the mode that it asked for.
        return wholeOrBroken(await emulator.fetch(request, { redirect: 'manual' }))
      } catch {
        return Response.error()
      }
    },
  )
  return [handler]
}
