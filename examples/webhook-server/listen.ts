import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What answers deliveries: what `webhooks` of @reelay/core makes. */
export type Handler = (request: Request) => Promise<Response>

/** A server that listens on this machine. */
export interface Listening {
  /** `http://127.0.0.1:port`. */
  readonly url: string
  /** Lets answers under way finish. */
  close(): Promise<void>
}

/** Puts a handler behind a server; port 0 is a free one. */
export type Serve = (handler: Handler, port: number) => Promise<Listening>

/** Listens on 127.0.0.1. */
export function listening(server: Server, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const { port: bound } = server.address() as AddressInfo
      resolve({
        url: `http://127.0.0.1:${bound}`,
        close: () => new Promise((closed) => server.close(() => closed())),
      })
    })
  })
}
