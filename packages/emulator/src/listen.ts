import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { ProviderAccess } from './engine/wire.ts'
import { isLostConnection } from './faults/lost.ts'
import type { Served } from './gateway.ts'
import type { ProviderId } from './providers.ts'

/**
 * Where to listen.
 *
 * @example
 * ```ts
 * import { createEmulator, type ListenOptions } from '@reelay/emulator'
 *
 * const options: ListenOptions = { port: 4010 }
 * const server = await createEmulator().listen(options)
 * ```
 */
export interface ListenOptions {
  /** A free port unless told. */
  readonly port?: number
  /** 127.0.0.1 unless told: the emulator's credentials are public. */
  readonly host?: string
}

/**
 * A running emulator.
 *
 * @example
 * ```ts
 * import { createEmulator, type EmulatorServer } from '@reelay/emulator'
 *
 * const server: EmulatorServer = await createEmulator().listen()
 * console.log(server.url)
 * await server.close()
 * ```
 */
export interface EmulatorServer {
  /** `http://host:port`, without a final slash. */
  readonly url: string
  readonly port: number
  readonly providers: Record<ProviderId, ProviderAccess>
  /** Stops listening and ends every connection, also idle ones; with the last port open webhooks are called off. */
  close(): Promise<void>
}

type Serve = (request: Request, signal: AbortSignal) => Promise<Served>

export async function listen(
  serve: Serve,
  access: (origin: string) => Record<ProviderId, ProviderAccess>,
  options: ListenOptions = {},
): Promise<EmulatorServer> {
  const [{ createServer }, { getRequestListener }, { RESPONSE_ALREADY_SENT }] = await Promise.all([
    import('node:http'),
    import('@hono/node-server'),
    import('@hono/node-server/utils/response'),
  ])
  const host = options.host ?? '127.0.0.1'
  // We write answers ourselves: a fault has to decide over every byte and over the socket.
  const listener = getRequestListener(
    async (request, env) => {
      const { outgoing } = env as { incoming: IncomingMessage; outgoing: ServerResponse }
      await deliver(serve, request, outgoing)
      return RESPONSE_ALREADY_SENT
    },
    { overrideGlobalObjects: false },
  )
  // The client alone ends an idle connection. While a clip is encoded nothing is read here, and a timer that had run out
  // meanwhile would close the connection under a paid request that had come in.
  const server = createServer(
    { keepAliveTimeout: 0 },
    (incoming, outgoing) => void listener(incoming, outgoing),
  )
  const port = await bound(server, options.port ?? 0, host)
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  return {
    url,
    port,
    providers: access(url),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

function bound(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

async function deliver(serve: Serve, request: Request, outgoing: ServerResponse): Promise<void> {
  const clientGone = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) clientGone.abort(new Error('the client closed the connection'))
  })
  let served: Served | undefined
  try {
    served = await serve(request, clientGone.signal)
    if (clientGone.signal.aborted) return await served.abandoned()
    await served.started()
    await write(served.response, outgoing)
    await (outgoing.writableFinished ? served.sent() : served.abandoned())
  } catch (error) {
    if (isLostConnection(error)) return void outgoing.socket?.resetAndDestroy()
    if (clientGone.signal.aborted) return await served?.abandoned()
    outgoing.destroy()
    throw error
  }
}

async function write(response: Response, outgoing: ServerResponse): Promise<void> {
  const { body, headers } = response
  const declared = headers.get('content-length')
  const unframed = declared === null && headers.get('connection') === 'close'
  outgoing.statusCode = response.status
  outgoing.setHeaders(headers)
  if (!body) return finished(outgoing)
  // Events have to leave as they happen.
  const live = headers.get('content-type') === 'text/event-stream'
  if (declared === null && !unframed && !live)
    return finished(outgoing, new Uint8Array(await response.arrayBuffer()))
  // Without chunks the end of the connection is the end of the body (RFC 9112 section 6.3).
  if (unframed) outgoing.removeHeader('transfer-encoding')

  // A finished answer lets go of its socket.
  const { socket } = outgoing
  let written = 0
  for await (const chunk of body) {
    written += chunk.length
    await flushed(outgoing, chunk)
  }
  await finished(outgoing)
  // A body shorter than declared: the client learns of it only when the connection closes.
  if (declared !== null && written < Number(declared)) socket?.destroySoon()
}

function flushed(outgoing: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    outgoing.write(chunk, (error) => (error ? reject(error) : resolve()))
  })
}

function finished(outgoing: ServerResponse, last?: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once('close', () => resolve())
    outgoing.end(last, () => resolve())
  })
}
