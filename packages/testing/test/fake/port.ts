import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Fetch = typeof globalThis.fetch

/** A fetch that reaches the same server through a socket. */
export interface Port {
  readonly fetch: Fetch
  close(): void
}

// Some cases replace the runtime's fetch while they run.
const realFetch = globalThis.fetch

/** Puts a server that is a function behind a real port of this machine. */
export async function openPort(serve: Fetch): Promise<Port> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const method = incoming.method ?? 'GET'
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ])
    const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {}
    const response = await serve(`http://port.example${incoming.url}`, { method, headers, ...body })
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(await response.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    fetch(input, init) {
      const request = new Request(input, init)
      const { pathname, search } = new URL(request.url)
      return realFetch(new Request(`${origin}${pathname}${search}`, request))
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
