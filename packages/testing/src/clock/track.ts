/** Told about calls: each `begin` is followed by one call of the function it returns. */
export interface Flights {
  begin(): () => void
}

/** The body of a response, passed on chunk by chunk as it is asked for; `end` is called when there is no more of it. */
function watched(body: ReadableStream<Uint8Array>, end: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      try {
        // An empty chunk would end a byte stream's pull without an answer.
        let chunk = await reader.read()
        while (!chunk.done && chunk.value.byteLength === 0) chunk = await reader.read()
        if (!chunk.done) return controller.enqueue(chunk.value as Uint8Array<ArrayBuffer>)
        end()
        controller.close()
        controller.byobRequest?.respond(0)
      } catch (error) {
        end()
        controller.error(error)
      }
    },
    cancel(reason) {
      end()
      return reader.cancel(reason)
    },
  })
}

function watchedResponse(response: Response, end: () => void): Response {
  // A Response cannot be built with a status outside this range; such an answer is passed on as it is.
  if (!response.body || response.status < 200 || response.status > 599) {
    end()
    return response
  }
  const { status, statusText, headers, url, redirected, type } = response
  const copy = new Response(watched(response.body, end), { status, statusText, headers })
  return Object.defineProperties(copy, {
    url: { value: url },
    redirected: { value: redirected },
    type: { value: type },
  })
}

const signalOf = (input: string | URL | Request, init: RequestInit | undefined): AbortSignal | undefined =>
  init?.signal ?? (input instanceof Request ? input.signal : undefined)

/** A `fetch` whose calls count as in flight until their body is read to its end, cancelled or broken, or given up. */
export function trackFetch(fetch: typeof globalThis.fetch, flights: Flights): typeof globalThis.fetch {
  return async (input, init) => {
    const landed = flights.begin()
    const signal = signalOf(input, init)
    const end = (): void => {
      signal?.removeEventListener('abort', end)
      landed()
    }
    // A fetch that ignores its signal goes on, but nobody waits for it any more.
    signal?.addEventListener('abort', end, { once: true })
    try {
      return watchedResponse(await fetch(input, init), end)
    } catch (error) {
      end()
      throw error
    }
  }
}
