import { once } from 'node:events'
import { connect } from 'node:net'
import { ReadableStream } from 'node:stream/web'
import { type TaskEvent, webhooks } from '@reelay/core'
import { demoCredentials, signReplicateWebhook } from '@reelay/emulator'
import { createReplicateWebhook } from '@reelay/replicate'
import { afterEach, describe, expect, it } from 'vitest'
import { serveHono } from '../hono.ts'
import type { Listening } from '../listen.ts'
import { serveNode } from '../node.ts'

let server: Listening | undefined

afterEach(async () => {
  // Resolves only when no connection is left hanging.
  await server?.close()
  server = undefined
})

// Nothing a parser would write like this: whoever parses it and writes it anew breaks the signature.
const body =
  '\ufeff \r\n\t{ "status" :"succeeded",\n"id":"hdwst0bb05rgp0cf0p29mzk2am", "logs": "na\u00efve \u2028 🚢\\u00e9 ", "input": {"prompt":"纸船"} }\n\n'

describe.each([
  ['Hono', serveHono],
  ['plain node:http', serveNode],
])('deliveries behind %s', (_name, serve) => {
  async function opened() {
    const events: TaskEvent[] = []
    const receivers = {
      replicate: createReplicateWebhook({ secrets: demoCredentials.replicate.webhookSecret }),
    }
    const handler = webhooks({ receivers, onEvent: (event) => void events.push(event) })
    server = await serve(handler, 0)
    const url = `${server.url}/reelay/replicate`
    const timestamp = Math.floor(Date.now() / 1_000)
    const headers = await signReplicateWebhook(body, { id: 'msg_1', timestamp })
    const post = async (content: string | Uint8Array | ReadableStream): Promise<number> => {
      // Of two ReadableStreams, the global one and Node's, which are the same.
      const init = { method: 'POST', headers, body: content as BodyInit, duplex: 'half' } as RequestInit
      return (await fetch(url, init)).status
    }
    return { url, events, headers, post }
  }

  it('arrive byte by byte, so that the signature holds', async () => {
    const { events, post } = await opened()
    expect(await post(body)).toBe(200)
    expect(events).toMatchObject([
      { taskId: 'hdwst0bb05rgp0cf0p29mzk2am', status: 'succeeded', verified: true },
    ])
  })

  it('arrive in pieces that cut through characters', async () => {
    const { events, post } = await opened()
    const bytes = new TextEncoder().encode(body)
    const pieces = Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1))
    expect(await post(ReadableStream.from(pieces))).toBe(200)
    expect(events).toHaveLength(1)
  })

  it.each([
    ['written anew by a parser', JSON.stringify(JSON.parse(body.slice(1)))],
    ['without its last line break', body.slice(0, -1)],
  ])('are refused %s', async (_what, changed) => {
    const { events, post } = await opened()
    expect(await post(changed)).toBe(401)
    expect(events).toEqual([])
  })

  it('are refused with 413 when they have ten million bytes, declared or not, and the server goes on', async () => {
    const { events, post } = await opened()
    const piece = new Uint8Array(100_000)
    const pieces = (function* () {
      for (let sent = 0; sent < 10_000_000; sent += piece.length) yield piece
    })()
    expect(await post(new Uint8Array(10_000_000))).toBe(413)
    expect(await post(ReadableStream.from(pieces))).toBe(413)
    expect(await post(body)).toBe(200)
    expect(events).toHaveLength(1)
  })

  it('are answered before their end has come when they announce too much', async () => {
    const { url } = await opened()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('POST /reelay/replicate HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10000000\r\n\r\n{')
    const [answer] = await once(socket.setEncoding('latin1'), 'data')
    socket.destroy()
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('that break off do no harm', async () => {
    const { url, events, post, headers } = await opened()
    const lines = Object.entries({ ...headers, host: 'localhost', 'content-length': '1000' })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    socket.end(`POST /reelay/replicate HTTP/1.1\r\n${head}\r\n${body.slice(0, 10)}`)
    await once(socket.resume(), 'close')
    expect(await post(body)).toBe(200)
    expect(events).toHaveLength(1)
  })

  it('are the only thing that is answered', async () => {
    const { url } = await opened()
    const statusOf = async (path: string, method: string): Promise<number> =>
      (await fetch(new URL(path, url), { method })).status
    expect(await statusOf('/reelay/nobody', 'POST')).toBe(404)
    expect(await statusOf('/elsewhere', 'POST')).toBe(404)
    for (const method of ['GET', 'HEAD', 'PUT']) {
      expect([404, 405]).toContain(await statusOf('/reelay/replicate', method))
    }
  })
})

it('plain node:http hears out who sends on after a 413, and answers what comes next on the connection', async () => {
  const receivers = { replicate: createReplicateWebhook({ unsigned: true }) }
  server = await serveNode(webhooks({ receivers }), 0)
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  let answers = ''
  socket.setEncoding('latin1').on('data', (text) => {
    answers += text
  })
  const size = 10_000_000
  socket.write('POST /reelay/replicate HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n')
  socket.write(`${size.toString(16)}\r\n`)
  socket.write(new Uint8Array(size))
  socket.write('\r\n0\r\n\r\n')
  socket.end('GET /elsewhere HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
  await once(socket, 'close')
  expect(answers.match(/(?<=^HTTP\/1\.1 )\d+/gm)).toEqual(['413', '404'])
})
