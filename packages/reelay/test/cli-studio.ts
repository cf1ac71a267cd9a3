import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Official Kling as far as one clip needs it, at its fastest: a task has ended when its creation is answered. */
export interface Studio {
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  /** How many tasks were ordered. */
  posts(): number
  /** What was ordered last. */
  ordered(): Readonly<Record<string, unknown>>
  /** Tasks run until `release`. */
  hold(): void
  release(): void
  /** Creations are taken and never answered. */
  stall(): void
  /** Clips are begun and never brought to their end; `release` ends that, too. */
  stallClips(): void
  /** Clips are gone for good. */
  loseClips(): void
  /** Resolves with the first order. */
  posted(): Promise<void>
  /** Resolves once a clip that stalls is begun. */
  begun(): Promise<void>
  /** The id of the next tasks. */
  call(id: string): void
  close(): Promise<void>
}

const box = (name: string, size: number): Buffer => {
  const bytes = Buffer.alloc(size)
  bytes.writeUInt32BE(size)
  bytes.write(name, 4, 'latin1')
  return bytes
}
const clip = Buffer.concat([box('ftypisom', 24), box('moov', 8), box('mdat', 4_096)])

/** Opens one on 127.0.0.1; to be closed. */
export async function createStudio(): Promise<Studio> {
  let [posts, held, stalled]: [number, boolean, boolean] = [0, false, false]
  let ordered: Readonly<Record<string, unknown>> = {}
  let id: string | undefined
  let first: (() => void) | undefined
  let clips: 'there' | 'stalled' | 'gone' = 'there'
  const beginning = Promise.withResolvers<void>()
  const posted = new Promise<void>((done) => {
    first = done
  })
  const view = (task: string, url: string) => ({
    task_id: task,
    task_status: held ? 'processing' : 'succeed',
    task_status_msg: '',
    task_info: {},
    created_at: Date.now() - 40_000,
    updated_at: Date.now(),
    ...(!held && { task_result: { videos: [{ id: 'v', url: `${url}/file.mp4`, duration: '5.041' }] } }),
  })
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { pathname } = new URL(request.url ?? '/', 'http://studio')
    if (pathname === '/file.mp4') {
      if (clips === 'gone') {
        response.writeHead(410).end()
        return
      }
      response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': clip.length })
      if (clips === 'stalled') {
        response.write(clip.subarray(0, 1_024), () => beginning.resolve())
        return
      }
      response.end(clip)
      return
    }
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const last = decodeURIComponent(pathname.split('/').at(-1) ?? '')
    if (request.method === 'POST') {
      posts += 1
      ordered = JSON.parse(body)
      first?.()
      if (stalled) return
    }
    const task = id ?? `task-${posts}`
    const one = view(request.method === 'POST' || !last.startsWith('task-') ? task : last, url)
    const data = request.method === 'GET' && last.includes('2video') ? [one] : one
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ code: 0, message: 'SUCCEED', request_id: 'r', data }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    env: { KLINGAI_API_KEY: 'key-12345678' },
    posts: () => posts,
    ordered: () => ordered,
    hold: () => {
      held = true
    },
    release: () => {
      held = false
      stalled = false
      clips = 'there'
    },
    stallClips: () => {
      clips = 'stalled'
    },
    loseClips: () => {
      clips = 'gone'
    },
    begun: () => beginning.promise,
    stall: () => {
      stalled = true
    },
    posted: () => posted,
    call: (next) => {
      id = next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
