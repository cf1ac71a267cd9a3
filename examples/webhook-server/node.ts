import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { ReadableStream } from 'node:stream/web'
import { type Handler, listening, type Serve } from './listen.ts'

function toRequest(incoming: IncomingMessage): Request {
  const { method = 'GET', headersDistinct, url = '/' } = incoming
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  )
  // Untouched, since signatures are over the raw bytes; and whoever has seen enough of it leaves the connection whole.
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const body = hasBody ? ReadableStream.from(incoming.iterator({ destroyOnReturn: false })) : null
  // The handler looks at path and query only, so it does not matter by which name we were called.
  return new Request(new URL(url, 'http://localhost'), {
    method,
    headers,
    body,
    duplex: 'half',
  } as RequestInit)
}

async function answer(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  let response: Response
  try {
    response = await handler(toRequest(incoming))
  } catch {
    response = new Response(null, { status: 400 })
  }
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(await response.text())
  // What nobody has read is thrown away; otherwise the connection would wait for it.
  incoming.resume()
}

/** The handler behind plain node:http. */
export const serveNode: Serve = (handler, port) =>
  listening(
    createServer((incoming, outgoing) => void answer(handler, incoming, outgoing)),
    port,
  )
