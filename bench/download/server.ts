// Serves one large MP4 on loopback, as a process of its own: whole and fast, or with connections that break.
//   node server.ts <bytes>     prints its port; GET /clip.mp4[?cuts=<count>&seed=<seed>], GET /sent, GET /sha256
import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'

const size = Number(process.argv[2])
// Prime, so that no part of the file is mistaken for another that lies some round number of bytes away.
const period = 4_194_319
const pieceBytes = 1024 * 1024

const noise = Buffer.alloc(period + pieceBytes)
for (let at = 0, state = 1; at < period; at++) {
  state = Math.imul(state, 1_103_515_245) + 12_345
  noise[at] = state >>> 16
}
noise.copy(noise, period, 0, pieceBytes)

const head = Buffer.alloc(32)
head.writeUInt32BE(16, 0)
head.write('ftypisom', 4)
head.writeUInt32BE(8, 16)
head.write('moov', 20)
head.writeUInt32BE(size - 24, 24)
head.write('mdat', 28)

function pieceAt(at: number, end: number): Buffer {
  if (at < head.length) return head.subarray(at, Math.min(head.length, end))
  const from = at % period
  return noise.subarray(from, from + Math.min(pieceBytes, end - at))
}

/** Where connections break, in order; kept for each seed. */
const plans = new Map<string, number[]>()
function planOf(cuts: number, seed: string): number[] {
  let state = Number(seed) + 1
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const plan =
    plans.get(seed) ?? Array.from({ length: cuts }, () => Math.floor(random() * size)).sort((a, b) => a - b)
  plans.set(seed, plan)
  return plan
}

let sent = 0
const written = (answer: ServerResponse, piece: Buffer): Promise<boolean> =>
  new Promise((resolve) => {
    answer.write(piece, (error) => resolve(!error))
  })

const server = createServer(async (request, answer) => {
  const url = new URL(request.url ?? '/', 'http://server')
  if (url.pathname === '/sent') return void answer.end(String(sent))
  if (url.pathname === '/sha256') {
    const hash = createHash('sha256')
    for (let at = 0; at < size; ) {
      const piece = pieceAt(at, size)
      hash.update(piece)
      at += piece.length
    }
    return void answer.end(hash.digest('hex'))
  }
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const plan = planOf(Number(url.searchParams.get('cuts') ?? 0), url.searchParams.get('seed') ?? '0')
  const cut = plan[0]
  const end = cut ?? size
  answer.writeHead(from === 0 ? 200 : 206, {
    'content-type': 'video/mp4',
    'content-length': size - from,
    etag: '"one"',
    ...(from > 0 && { 'content-range': `bytes ${from}-${size - 1}/${size}` }),
  })
  for (let at = from; at < end; ) {
    const piece = pieceAt(at, end)
    at += piece.length
    sent += piece.length
    if (!(await written(answer, piece))) return
  }
  if (cut === undefined) return void answer.end()
  plan.shift()
  // Half of them as a server that goes away, half as one that is cut off.
  if (plan.length % 2 === 0) answer.socket?.destroySoon()
  else answer.socket?.resetAndDestroy()
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
