import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { type Output, ReelayError } from '../../src/index.ts'

export { mp4 } from './film.ts'

export const output: Output = { kind: 'video', mediaType: 'video/mp4', url: 'https://cdn.example.com/a.mp4' }

/** What a file server is asked, and how it behaves. */
export interface HostOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes after which the connections break, one after the other; later ones hold. */
  readonly cuts?: readonly number[]
  readonly ranges?: boolean
  readonly chunk?: number
  /** Takes the place of an answer. */
  readonly instead?: (request: Request, number: number) => Response | undefined
}

export interface Host {
  readonly fetch: typeof globalThis.fetch
  readonly clock: VirtualClock
  readonly requests: readonly Request[]
  /** Bytes that have left, over all connections. */
  readonly sent: () => number
}

/** A file server that breaks connections where it is told to. */
export function createHost(bytes: Uint8Array<ArrayBuffer>, options: HostOptions = {}): Host {
  const { headers = { etag: '"v1"' }, cuts = [], ranges = true, chunk = 1_000, instead } = options
  const clock = createVirtualClock()
  const requests: Request[] = []
  let sent = 0
  const body = (part: Uint8Array<ArrayBuffer>, cut: number | undefined): ReadableStream<Uint8Array> => {
    let at = 0
    return new ReadableStream(
      {
        pull(controller) {
          const end = Math.min(at + chunk, part.length, cut ?? part.length)
          if (end > at) controller.enqueue(part.slice(at, end))
          sent += end - at
          at = end
          if (at === cut) return controller.error(new TypeError('terminated'))
          if (at === part.length) controller.close()
        },
      },
      { highWaterMark: 0 },
    )
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    requests.push(request)
    const other = instead?.(request, requests.length - 1)
    if (other) return other
    const cut = cuts[requests.length - 1]
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get('range') ?? '')?.[1] ?? 0)
    const ifRange = request.headers.get('if-range')
    const fits = ifRange === headers.etag || ifRange === headers['last-modified']
    if (!ranges || from === 0 || !fits) {
      const all = { ...headers, 'content-type': 'video/mp4', 'content-length': String(bytes.length) }
      return new Response(body(bytes, cut), { headers: all })
    }
    const rest = bytes.slice(from)
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`
    const some = { ...headers, 'content-range': range, 'content-length': String(rest.length) }
    return new Response(body(rest, cut), { status: 206, headers: some })
  }
  return { fetch: clock.track(fetch), clock, requests, sent: () => sent }
}

export const bytesOf = (stream: ReadableStream<Uint8Array>): Promise<Uint8Array> =>
  new Response(stream).bytes()

/** The error something ends with. */
export async function failure(work: Promise<unknown>): Promise<ReelayError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!ReelayError.isInstance(error)) throw new Error(`expected a ReelayError, got ${error}`)
  return error
}

/** Whether two files are the same; cheaper to say than to show. */
export const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0
