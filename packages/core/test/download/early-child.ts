// Answers that are given up early, one after another, each through every door and with both fetches:
//   node early-child.ts <answer> …      prints ["<answer>", {"<door> <fetch>": "<bytes stored, or the error's code>"}] for each
// What is thrown where nobody can catch it ends the process, which is what the test looks for.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { gzipSync } from 'node:zlib'
import { type DownloadOptions, download, toS3, toStorage } from '../../src/index.ts'
// Not the index: a process that reads all of core takes five times as long to begin.
import type { Clock } from '../../src/model/clock.ts'
import { ReelayError } from '../../src/model/error.ts'
import type { Output, SucceededTask } from '../../src/model/task.ts'
import { toFile } from '../../src/node/download/to-file.ts'
import { save } from '../../src/node/save.ts'
import { checkedFetch } from '../../src/run/download/guard/checked-fetch.ts'
import { mp4 } from './film.ts'

const film = mp4(600_000)
const half = film.subarray(0, 300_000)
const page = `<html>${'sign in '.repeat(20_000)}</html>`
const bomb = gzipSync(mp4(80_000_000))
const packed = gzipSync(film)
const partFrom = (from: number): Record<string, string> => ({
  'content-type': 'video/mp4',
  'content-range': `bytes ${from}-${film.length - 1}/${film.length}`,
})

/** How often a path was asked for, and what is to happen when half of the film has left. */
interface Visit {
  readonly count: number
  readonly halfway: () => void
  readonly range: string | undefined
}

const video = { 'content-type': 'video/mp4', etag: '"v1"', 'content-length': film.length }
const whole = (answer: ServerResponse): void => void answer.writeHead(200, video).end(film)

/** Half of the film, and then whatever follows. */
const broken = (answer: ServerResponse, then: () => void): void => {
  answer.writeHead(200, video)
  answer.write(half, () => setImmediate(then))
}

/** Goes on until it is given up. */
function endless(answer: ServerResponse): void {
  if (answer.destroyed) return
  answer.write('x'.repeat(100_000), () => setImmediate(endless, answer))
}

const answers: Readonly<Record<string, (answer: ServerResponse, visit: Visit) => void>> = {
  film: whole,
  expired: (answer) => answer.writeHead(403, { 'content-type': 'application/xml' }).end(page),
  page: (answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end(page),
  'page called a video': (answer) => answer.writeHead(200, { 'content-type': 'video/mp4' }).end(page),
  'redirect with a body': (answer, { count }) =>
    count > 1 ? whole(answer) : answer.writeHead(302, { location: '?again' }).end(page),
  'redirect for ever': (answer) => answer.writeHead(307, { location: '?again' }).end(page),
  busy: (answer, { count }) => (count > 1 ? whole(answer) : answer.writeHead(503).end(page)),
  'too large': whole,
  'too large, unannounced': (answer) => {
    answer.writeHead(200)
    answer.write(half)
    endless(answer)
  },
  bomb: (answer) => answer.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  'broken coding': (answer) =>
    answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(film).fill(7, 200)),
  aborted: (answer, { halfway }) => broken(answer, halfway),
  reset: (answer) => broken(answer, () => answer.destroy()),
  'reset after the headers': (answer) => {
    answer.writeHead(200, video).flushHeaders()
    setImmediate(() => answer.destroy())
  },
  'reset at once': (answer) => void answer.destroy(),
  stalled: (answer) => broken(answer, () => undefined),
  'wrong range': (answer, { range }) =>
    range === undefined
      ? broken(answer, () => answer.destroy())
      : answer.writeHead(206, { etag: '"v1"', ...partFrom(7) }).end(film.subarray(7)),
  'nothing to that range': (answer, { range }) =>
    range === undefined
      ? broken(answer, () => answer.destroy())
      : answer.writeHead(416, { 'content-range': 'bytes */7' }).end(page),
  'error with an endless body': (answer) => {
    answer.writeHead(500)
    endless(answer)
  },
  'switched protocols': (answer) => {
    answer.writeHead(101, { connection: 'upgrade', upgrade: 'websocket' }).end()
  },
  'no content': (answer) => answer.writeHead(204).end(),
  'more than announced': (answer) => {
    answer.socket?.write(`HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n${page}`)
  },
  nonsense: (answer) => {
    answer.socket?.write(page)
  },
  'half of it as a part that nobody asked for': (answer) =>
    answer.writeHead(206, { ...partFrom(0), 'content-length': half.length }).end(half),
  'all of it as a part': (answer) => answer.writeHead(206, partFrom(0)).end(film),
  'parts of a part': (answer) =>
    answer.writeHead(206, { 'content-type': 'multipart/byteranges; boundary=x' }).end(half),
  'not modified': (answer) => answer.writeHead(304).end(),
  'several choices': (answer) => answer.writeHead(300, { 'content-type': 'text/html' }).end(page),
  'redirect with an endless body': (answer, { count }) => {
    if (count > 1) return whole(answer)
    answer.writeHead(302, { location: '?again' })
    endless(answer)
  },
  'redirect to nowhere': (answer) => answer.writeHead(302).end(page),
  'redirect to what is no address': (answer) => answer.writeHead(302, { location: 'http://[' }).end(page),
  'redirect inwards': (answer) =>
    answer.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(page),
  'redirect to a file': (answer) => answer.writeHead(302, { location: 'file:///etc/passwd' }).end(page),
  'coding cut off': (answer) => {
    answer.writeHead(200, { 'content-type': 'video/mp4', 'content-encoding': 'gzip' })
    answer.write(packed.subarray(0, packed.length / 2), () => setImmediate(() => answer.destroy()))
  },
  'coding that ends early': (answer) =>
    answer.writeHead(200, { 'content-encoding': 'gzip' }).end(packed.subarray(0, packed.length / 2)),
  'chunks cut off': (answer) => {
    answer.writeHead(200, { 'content-type': 'video/mp4' })
    answer.write(half, () => setImmediate(() => answer.destroy()))
  },
  'chunks that are none': (answer) => {
    answer.socket?.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhelloZZZ\r\n')
  },
  'less than announced': (answer) => {
    answer.socket?.write(
      `HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\ncontent-length: ${film.length}\r\n\r\n`,
    )
    answer.socket?.end(half)
  },
  'a length that is none': (answer) => {
    answer.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: abc\r\n\r\nxx')
  },
  'a header without end': (answer) => {
    answer.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(200_000)}\r\n\r\n`)
  },
  'a storm of hints': (answer) => {
    for (let at = 0; at < 500; at++) answer.socket?.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n')
    whole(answer)
  },
  'too many requests': (answer, { count }) =>
    count > 1 ? whole(answer) : answer.writeHead(429, { 'retry-after': '1' }).end(page),
  'gone, with an endless body': (answer) => {
    answer.writeHead(404)
    endless(answer)
  },
  nothing: (answer) => answer.writeHead(200, { 'content-type': 'video/mp4', 'content-length': 0 }).end(),
  'a few bytes, then nothing': (answer) => {
    answer.writeHead(200, { 'content-type': 'video/mp4' })
    answer.write(film.subarray(0, 10))
  },
}

const stalls = ['stalled', 'a few bytes, then nothing']

// Pauses between attempts pass a thousand times faster, stalls too.
const clock: Clock = {
  now: () => Math.round(performance.now() * 1_000),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms / 1_000)
      const stop = (): void => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      if (signal?.aborted) stop()
      signal?.addEventListener('abort', stop, { once: true })
    }),
}

const files: Record<string, number> = {}
const storage = {
  setItemRaw: (key: string, value: Uint8Array) => {
    files[key] = value.length
  },
}
/** Brings one result home by one door, from a server at `base`. */
type Door = (
  output: Output,
  path: string,
  options: DownloadOptions,
  base: string,
) => Promise<number | undefined>
const taskOf = (output: Output): SucceededTask =>
  ({ id: 'task-1', handle: { provider: 'fake', account: 'default' }, outputs: [output] }) as never

const doors: Readonly<Record<string, Door>> = {
  save: async (output, path, options) => (await save(output, path, options)).bytes,
  download: async (output, _path, options) => {
    const { body } = await download(output, options)
    return (await new Response(body).bytes()).length
  },
  toFile: async (output, path, options) => (await toFile(path, options)(taskOf(output)))[0]?.bytes,
  toStorage: async (output, path, options) =>
    (await toStorage(storage, path, options)(taskOf(output)))[0]?.bytes,
  toS3: async (output, _path, options, base) =>
    (await toS3(`${base}/put`, options)(taskOf(output)))[0]?.bytes,
}
const fetches = { checked: checkedFetch({ allowLoopback: true }), runtime: globalThis.fetch }

/** What came of one answer, once nothing of it is on its way any more. */
async function outcomesOf(name: string): Promise<Readonly<Record<string, unknown>>> {
  const visits = new Map<string, number>()
  let halfway = (): void => undefined
  const server = createServer((request, answer) => {
    answer.on('error', () => undefined)
    const path = new URL(request.url ?? '', 'http://x').pathname
    if (request.method === 'PUT') return void request.resume().on('end', () => answer.end())
    const count = (visits.get(path) ?? 0) + 1
    visits.set(path, count)
    answers[name]?.(answer, { count, halfway: () => halfway(), range: request.headers.range })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const folder = await mkdtemp(join(tmpdir(), 'reelay-early-'))

  const outcomes: Record<string, unknown> = {}
  for (const [door, fetched] of Object.entries(doors)) {
    for (const [kind, fetch] of Object.entries(fetches)) {
      const stop = new AbortController()
      halfway = () => stop.abort(new Error('enough'))
      const output = { kind: 'video', mediaType: 'video/mp4', url: `${base}/${door}-${kind}.mp4` } as const
      const maxBytes = name.startsWith('too large') ? 400_000 : name === 'bomb' ? 1_000_000 : undefined
      const options = {
        allowLoopback: true,
        fetch,
        clock,
        stallMs: stalls.includes(name) ? 100_000 : 60_000_000,
        deadlineMs: 3_600_000_000,
        retries: 2,
        abortSignal: stop.signal,
        ...(maxBytes !== undefined && { maxBytes }),
      }
      const brought = fetched(output, join(folder, `${door}-${kind}.mp4`), options, base)
      outcomes[`${door} ${kind}`] = await brought.catch((error: unknown) =>
        ReelayError.isInstance(error) ? error.code : `foreign: ${error}`,
      )
    }
  }
  // Whatever is still on its way has time to arrive, and to do harm.
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
  await rm(folder, { recursive: true })
  return outcomes
}

for (const name of process.argv.slice(2)) console.log(JSON.stringify([name, await outcomesOf(name)]))
