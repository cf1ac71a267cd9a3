import type { IncomingMessage } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import type { NodeParts } from './node.ts'

/** A content coding: how it is undone, and how data in it begins, where that can be told. */
interface Coding {
  readonly decoder: (head: Uint8Array, zlib: NodeParts['zlib']) => Duplex | undefined
  readonly magic?: readonly number[]
}

const gzip: Coding = { decoder: (_head, zlib) => zlib.createGunzip(), magic: [0x1f, 0x8b] }

// IANA's HTTP Content Coding Registry. `deflate` is zlib's format (RFC 9110, section 8.4.1.2), which some servers take for
// the bare one; the low bits of a zlib header say 8.
const codings = new Map<string, Coding>([
  ['gzip', gzip],
  ['x-gzip', gzip],
  [
    'deflate',
    { decoder: ([first = 8], zlib) => ((first & 15) === 8 ? zlib.createInflate() : zlib.createInflateRaw()) },
  ],
  ['br', { decoder: (_head, zlib) => zlib.createBrotliDecompress() }],
  ['zstd', { decoder: (_head, zlib) => zlib.createZstdDecompress?.(), magic: [0x28, 0xb5, 0x2f, 0xfd] }],
])

// Nobody encodes a film that often, except to wear us out.
const most = 3

/** The first bytes of a body, which stay in it; none when it has none or broke. */
function peek(body: Readable): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const look = (): void => {
      body.off('readable', look).off('end', look).off('error', look).off('close', look)
      const first: Buffer | null = body.destroyed ? null : body.read()
      if (first) body.unshift(first)
      resolve(first ?? new Uint8Array())
    }
    body.on('readable', look).on('end', look).on('error', look).on('close', look)
  })
}

const begins = (head: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, at) => at >= head.length || head[at] === byte)

const namedIn = ({ headers }: IncomingMessage): readonly string[] =>
  (headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')

async function undo(
  message: IncomingMessage,
  chain: readonly Coding[],
  { stream, zlib }: Pick<NodeParts, 'stream' | 'zlib'>,
): Promise<Readable> {
  const [outermost] = chain
  const head = await peek(message)
  if (outermost?.magic && !begins(head, outermost.magic)) return message
  const decoders = chain.map((one, index) => one.decoder(index === 0 ? head : new Uint8Array(), zlib))
  if (!decoders.every((one) => one !== undefined)) return message
  // What breaks is told by the last one, which is the one that is read.
  return stream.pipeline([message, ...decoders], () => undefined) as unknown as Readable
}

/**
 * The body behind its content codings, as any `fetch` gives it: decoded where all of them are known, else as it came, as
 * curl and browsers leave it. A body that is not in the coding it is said to be in is left as it is.
 */
export function decoded(
  message: IncomingMessage,
  parts: Pick<NodeParts, 'stream' | 'zlib'>,
): Readable | Promise<Readable> {
  // The last one was put on last.
  const chain = [...namedIn(message)].reverse().map((name) => codings.get(name))
  const known = chain.filter((one) => one !== undefined)
  if (known.length === 0 || known.length > most || known.length < chain.length) return message
  return undo(message, known, parts)
}
