import { untilAborted } from './clock.ts'
import type { Served } from './gateway.ts'
import { fetchFollowing } from './http/redirect.ts'

/**
 * The emulator as a `fetch`. An abort rejects at once with the signal's reason while the emulator goes on
 * serving, as a server does: a client that stops waiting has not taken its paid request back.
 */
export async function fetchInProcess(
  serve: (request: Request, signal: AbortSignal) => Promise<Served>,
  input: Request | string | URL,
  init?: RequestInit,
): Promise<Response> {
  const request = new Request(input, init)
  const signal = init?.signal ?? (input instanceof Request ? input.signal : request.signal)
  signal.throwIfAborted()

  const stopWaiting = new AbortController()
  const aborted = untilAborted(AbortSignal.any([signal, stopWaiting.signal]))
  aborted.catch(() => {})
  const send = async (hop: Request): Promise<Response> => {
    const serving = serve(hop, signal).then(async (served) => {
      if (signal.aborted) {
        await served.abandoned()
        return served.response
      }
      await served.started()
      await served.sent()
      return served.response
    })
    // After an abort nobody waits for it any more.
    serving.catch(() => {})
    return Promise.race([serving, aborted])
  }

  try {
    const { response, url, redirected } = await fetchFollowing(request, send)
    Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } })
    return response
  } finally {
    stopWaiting.abort()
  }
}
