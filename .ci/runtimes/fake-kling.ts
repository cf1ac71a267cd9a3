import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The official API as far as one render needs it, and where its clip lies. */
export interface FakeKling {
  readonly base: string
  posts(): number
  close(): void
}

const rendersMs = 3_000
const box = (name: string, size: number): Buffer => {
  const bytes = Buffer.alloc(size)
  bytes.writeUInt32BE(size)
  bytes.write(name, 4, 'latin1')
  return bytes
}
// As much of an MP4 as its first bytes tell.
const clip = Buffer.concat([box('ftypisom', 24), box('moov', 8), box('mdat', 4_096)])
export const clipBytes: number = clip.length

/** Serves it on a loopback port of its own. */
export async function fakeKling(): Promise<FakeKling> {
  const tasks = new Map<string, number>()
  let base = ''
  function view(id: string): object {
    const at = tasks.get(id) ?? Date.now()
    const done = Date.now() - at >= rendersMs
    const result = { videos: [{ id: `v${id}`, url: `${base}/clip.mp4`, duration: '5.041' }] }
    const status = done ? 'succeed' : 'processing'
    return {
      task_id: id,
      task_status: status,
      created_at: at,
      updated_at: done ? at + rendersMs : at,
      ...(done && { task_result: result }),
    }
  }
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      if (request.url === '/clip.mp4') {
        response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': clip.length })
        response.end(clip)
        return
      }
      if (request.method === 'POST') tasks.set(String(1_000 + tasks.size), Date.now())
      const id =
        request.method === 'POST'
          ? [...tasks.keys()].at(-1)
          : /text2video\/(\d+)/.exec(request.url ?? '')?.[1]
      const data = id === undefined ? [...tasks.keys()].reverse().map(view) : view(id)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ code: 0, message: 'SUCCEED', request_id: 'r', data }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    base,
    posts: () => tasks.size,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
