import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A POST as it came over the wire. */
export interface SeenPost {
  readonly path: string
  /** `chunked`, `length <bytes>`, or what else its head says. */
  readonly framing: string
  readonly body: string
  /** Whether the connection had carried a request before. */
  readonly reused: boolean
}

/** A server that counts what arrives, byte by byte: none of HTTP's own machinery stands between. */
export interface RawServer {
  readonly base: string
  readonly seen: readonly SeenPost[]
  close(): void
}

const reasons: Readonly<Record<number, string>> = {
  401: 'www-authenticate: Basic realm="x"\r\n',
  407: 'proxy-authenticate: Basic realm="x"\r\n',
  408: 'connection: close\r\n',
  429: 'retry-after: 0\r\n',
  503: 'retry-after: 0\r\n',
}

function answer(socket: Socket, status: number): void {
  const more = reasons[status] ?? (status < 400 ? 'location: /status/200\r\n' : '')
  const empty = status === 204 || status === 304
  socket.write(
    `HTTP/1.1 ${status} X\r\n${empty ? '' : 'content-length: 2\r\n'}${more}\r\n${empty ? '' : '{}'}`,
  )
}

function act(socket: Socket, path: string): void {
  if (path.startsWith('/fin')) socket.end()
  else if (path.startsWith('/reset')) socket.resetAndDestroy()
  else if (path.startsWith('/half')) socket.end('HTTP/1.1 20')
  else answer(socket, Number(/^\/status\/(\d+)/.exec(path)?.[1] ?? 200))
  if (path.startsWith('/close')) socket.end()
}

/** The first whole request in what has arrived, and how many bytes it is. */
function parse(bytes: Buffer): (Omit<SeenPost, 'reused'> & { method: string; size: number }) | undefined {
  const at = bytes.indexOf('\r\n\r\n')
  if (at < 0) return undefined
  const [line = '', ...fields] = bytes.subarray(0, at).toString('latin1').split('\r\n')
  const [method = '', path = ''] = line.split(' ')
  const field = (name: string): string | undefined =>
    fields
      .find((one) => one.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim()
  const from = at + 4
  const coding = field('transfer-encoding')
  const end = coding ? bytes.indexOf('0\r\n\r\n', from) + 5 : from + Number(field('content-length') ?? 0)
  if (end < from + (coding ? 5 : 0) || bytes.length < end) return undefined
  const framing = coding ?? `length ${field('content-length')}`
  return { method, path, framing, body: bytes.subarray(from, end).toString(), size: end }
}

/**
 * Serves on loopback: `/status/<n>` answers so, and closes nothing; `/fin`, `/reset` and `/half` take the request and
 * break off; `/close` answers, and closes without having said so.
 */
export async function rawServer(): Promise<RawServer> {
  const seen: SeenPost[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0)
    let requests = 0
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk])
      for (let next = parse(bytes); next; next = parse(bytes)) {
        const { method, size, ...post } = next
        bytes = bytes.subarray(size)
        if (method === 'POST') seen.push({ ...post, reused: requests > 0 })
        requests += 1
        act(socket, next.path)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
