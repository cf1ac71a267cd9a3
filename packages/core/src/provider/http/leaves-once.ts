/** A body that the client it is given to can send once only. */
export interface OneBody {
  /** What goes into `fetch`'s options for it. */
  readonly init: { readonly body: BodyInit; readonly duplex?: 'half' }
  /** Bytes, where the client has to be told in a `content-length` header. */
  readonly length?: number
  /** Whether anybody took the text, who may have sent it; `undefined` where that cannot be told. */
  taken?(): boolean
}

/** Which body a runtime's `fetch` sends once, and with its length: docs/decisions/2026-11-26-leaves-once.md. */
export type BodyForm = 'stream' | 'blob' | 'text'

interface Host {
  readonly process?: { readonly versions?: Readonly<Record<string, string | undefined>> }
  readonly Deno?: { readonly version?: object }
}

let asked: { readonly of: typeof Request; readonly keeps: boolean } | undefined

/** An Electron window has Node's `process` and Chromium's fetch, to which a length is a forbidden header. */
function keepsLength(): boolean {
  if (asked?.of === Request) return asked.keeps
  const request = new Request('https://example.com/', { method: 'POST', headers: { 'content-length': '0' } })
  asked = { of: Request, keeps: request.headers.has('content-length') }
  return asked.keeps
}

/** The form for this runtime: by the client behind its `fetch`, which is undici in Node and hyper in Deno. */
export function bodyForm(host: Host = globalThis as Host): BodyForm {
  if (host.Deno?.version) return 'blob'
  if (typeof host.process?.versions?.undici !== 'string') return 'text'
  return keepsLength() ? 'stream' : 'text'
}

function stream(text: string): OneBody {
  const bytes = new TextEncoder().encode(text)
  let pulls = 0
  let printed = false
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulls += 1
        // The first piece is empty: undici clones a body before it connects, and a clone reads one piece ahead. So the
        // second is asked for only by who is about to send it.
        if (pulls === 1) return controller.enqueue(new Uint8Array())
        controller.enqueue(bytes)
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  // For a client that takes the place of the global fetch and knows no web streams: node-fetch would send the words
  // "[object ReadableStream]".
  const print = (): string => {
    printed = true
    return text
  }
  return {
    init: { body: Object.assign(body, { toString: print }), duplex: 'half' },
    length: bytes.length,
    taken: () => pulls > 1 || printed,
  }
}

/**
 * The text of a paid request as a body that leaves once. A client that still has a request's text sends it again by
 * itself: undici upon HTTP 421 (fetch standard, "HTTP-network-or-cache fetch"), Deno when a connection that was kept
 * open breaks off, both after the provider may have made the task.
 */
export function oneBody(text: string, form: BodyForm = bodyForm()): OneBody {
  if (form === 'stream') return stream(text)
  return { init: { body: form === 'blob' ? new Blob([text]) : text } }
}
