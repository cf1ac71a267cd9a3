import type { World } from '../world.ts'

/** A request as it left the provider. */
export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
}

/** A `fetch` that notes what passes through it. */
export interface Spy {
  readonly fetch: typeof globalThis.fetch
  readonly sent: readonly Sent[]
}

/** Puts a spy in front of the world's wire. With `answer` it answers itself, and follows redirects like a real fetch. */
export function spyOn(world: World, answer?: (request: Request) => Response): Spy {
  const sent: Sent[] = []
  async function send(request: Request): Promise<Response> {
    sent.push({ method: request.method, url: new URL(request.url), headers: new Headers(request.headers) })
    if (!answer) return world.wire.fetch(request)
    const copy = request.clone()
    const response = answer(request)
    const location = response.headers.get('location')
    return location && request.redirect === 'follow' ? send(new Request(location, copy)) : response
  }
  return { sent, fetch: (input, init) => send(new Request(input, init)) }
}
