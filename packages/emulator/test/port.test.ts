import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type EmulatorServer, type FaultSpec } from '../src/index.ts'
import { keyHeaders, readAnswer, validBody } from './kling/rig.ts'

const emulator = createEmulator({ speed: 0, seed: 1 })
const { control } = emulator
let server: EmulatorServer
let t2v = ''
let clip = ''
let clipSize = 0

const jsonHeaders = { ...keyHeaders, 'content-type': 'application/json' }
const create = (init: RequestInit = {}): Promise<Response> =>
  fetch(t2v, { method: 'POST', headers: jsonHeaders, body: JSON.stringify(validBody), ...init })

const causeCode = async (promise: Promise<unknown>): Promise<unknown> => {
  const error = await promise.then(
    () => new Error('did not reject'),
    (reason: unknown) => reason as Error,
  )
  return [error.message, (error.cause as { code?: unknown } | undefined)?.code]
}

beforeAll(async () => {
  server = await emulator.listen()
  t2v = `${server.providers.kling.baseURL}/v1/videos/text2video`
  const { body } = await readAnswer(await create())
  control.advance(60_000)
  const done = await readAnswer(await fetch(`${t2v}/${body.data.task_id}`, { headers: keyHeaders }))
  clip = done.body.data.task_result.videos[0].url
  clipSize = (await (await fetch(clip)).arrayBuffer()).byteLength
})

afterAll(() => server.close())

const ledgerGrowth = async (act: () => Promise<unknown>): Promise<number> => {
  const before = control.ledger().length
  await act()
  return control.ledger().length - before
}

describe('an idle connection', () => {
  it('is the client’s to end, and no time is named after which the emulator would', async () => {
    const { headers } = await fetch(t2v, { headers: keyHeaders })
    expect([headers.get('connection'), headers.get('keep-alive')]).toEqual(['keep-alive', null])
  })
})

describe('over a port', () => {
  it('listens on the loopback address and serves clips from itself', () => {
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    expect(clip.startsWith(`${server.url}/kling/cdn/bs2/`)).toBe(true)
    expect(clipSize).toBeGreaterThan(1000)
  })

  it('frames answers with Content-Length and dates them by the emulator clock', async () => {
    control.advance(86_400_000)
    const response = await fetch(t2v, { headers: keyHeaders })
    const text = await response.text()
    expect(response.headers.get('content-length')).toBe(String(new TextEncoder().encode(text).length))
    expect(response.headers.get('date')).toBe(new Date(control.now()).toUTCString())
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404)
  })

  it('serves HEAD and ranges', async () => {
    const head = await fetch(clip, { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe(String(clipSize))
    const part = await fetch(clip, { headers: { range: 'bytes=0-9' } })
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10])
  })

  it('routes by a real Host header too', async () => {
    const status = await new Promise((resolve, reject) => {
      const host = 'api.klingai.com'
      const headers = { ...keyHeaders, host }
      const path = '/v1/videos/text2video'
      request({ host: '127.0.0.1', port: server.port, path, headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(200)
  })

  it.each<[FaultSpec, number]>([
    [{ on: 'create', kind: 'lost-before-create' }, 0],
    [{ on: 'create', kind: 'lost-after-create' }, 1],
    [{ on: 'create', kind: 'in-flight', ms: 10 }, 1],
    [{ on: 'create', kind: 'hang', created: true, ms: 0 }, 1],
  ])('%j really resets the socket and creates %i', async (spec, created) => {
    control.reset()
    control.fault(spec)
    const growth = await ledgerGrowth(async () => {
      expect(await causeCode(create())).toEqual(['fetch failed', 'ECONNRESET'])
    })
    expect(growth).toBe(created)
    expect((await create()).status).toBe(200)
  })

  it('resets in the middle of the body', async () => {
    control.reset()
    control.fault({ on: 'create', kind: 'reset-mid-answer' })
    const response = await create()
    expect(response.status).toBe(200)
    expect(await causeCode(response.text())).toEqual(['terminated', 'ECONNRESET'])
    expect(control.ledger()).toHaveLength(1)
  })

  it('hangs until the client leaves, and notices that', async () => {
    control.reset()
    control.fault({ on: 'create', kind: 'hang', created: true })
    const controller = new AbortController()
    const gone = new Promise<unknown>((resolve) => {
      const stop = control.onEvent((event) => {
        if (event.type === 'answer-held') controller.abort()
        if (event.type !== 'connection-lost') return
        stop()
        resolve(event.by)
      })
    })
    await expect(create({ signal: controller.signal })).rejects.toThrow('aborted')
    expect(await gone).toBe('client')
    expect(control.requests()[0]?.outcome).toBe('client-gone')
    expect(control.ledger()).toHaveLength(1)
  })

  it('creates for a client that dies while its request is being read', async () => {
    control.reset()
    const controller = new AbortController()
    const gone = new Promise<void>((resolve) => {
      const stop = control.onEvent(async (event) => {
        if (event.type === 'request-received') {
          controller.abort()
          await new Promise((later) => setTimeout(later, 20))
        }
        if (event.type !== 'connection-lost') return
        stop()
        resolve()
      })
    })
    await expect(create({ signal: controller.signal })).rejects.toThrow('aborted')
    await gone
    expect(control.ledger()).toHaveLength(1)
  })

  it('says answer-sent when the last byte has gone', async () => {
    control.reset()
    const seen: string[] = []
    const sent = new Promise<void>((resolve) => {
      const stop = control.onEvent((event) => {
        seen.push(event.type)
        if (event.type !== 'answer-sent') return
        stop()
        resolve()
      })
    })
    await (await create()).text()
    await sent
    expect(seen).toEqual(['request-received', 'task-created', 'answer-started', 'answer-sent'])
    expect(control.requests()[0]).toMatchObject({ outcome: 'answered', status: 200 })
  })
})

describe('downloads over a port', () => {
  const fresh = async (): Promise<string> => {
    control.reset()
    const { body } = await readAnswer(await create())
    control.advance(60_000)
    const done = await readAnswer(await fetch(`${t2v}/${body.data.task_id}`, { headers: keyHeaders }))
    return done.body.data.task_result.videos[0].url
  }

  it('truncated ends before its Content-Length', async () => {
    const url = await fresh()
    control.fault({ on: 'download', kind: 'truncated' })
    const response = await fetch(url)
    expect(response.headers.has('content-length')).toBe(true)
    expect(await causeCode(response.arrayBuffer())).toEqual(['terminated', 'UND_ERR_SOCKET'])
  })

  it('no-length-cut ends early without a sign', async () => {
    const url = await fresh()
    control.fault({ on: 'download', kind: 'no-length-cut', afterBytes: 500 })
    const response = await fetch(url)
    expect([response.headers.has('content-length'), response.headers.has('transfer-encoding')]).toEqual([
      false,
      false,
    ])
    expect((await response.arrayBuffer()).byteLength).toBe(500)
  })

  it('stall sends the first bytes, and the rest in its time', async () => {
    const url = await fresh()
    control.fault({ on: 'download', kind: 'stall', afterBytes: 10, ms: 1000 })
    const held = new Promise<void>((resolve) => {
      const stop = control.onEvent((event) => {
        if (event.type !== 'answer-held') return
        stop()
        resolve()
      })
    })
    const reader = (await fetch(url)).body?.getReader()
    expect((await reader?.read())?.value).toHaveLength(10)
    await held
    control.advance(1000)
    let rest = 0
    for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read())
      rest += chunk.value.length
    expect(rest).toBeGreaterThan(1000)
  })

  it('resets in the middle', async () => {
    const url = await fresh()
    control.fault({ on: 'download', kind: 'reset-mid-answer' })
    expect(await causeCode((await fetch(url)).arrayBuffer())).toEqual(['terminated', 'ECONNRESET'])
  })
})

describe('closing', () => {
  it('ends idle and busy connections', async () => {
    const other = createEmulator({ speed: 0 })
    const { url, close } = await other.listen()
    await (await fetch(`${url}/kling/v1/videos/text2video`, { headers: keyHeaders })).text()
    other.control.fault({ on: 'list', kind: 'hang', created: false })
    const pending = causeCode(fetch(`${url}/kling/v1/videos/text2video`, { headers: keyHeaders }))
    await new Promise<void>((resolve) => {
      other.control.onEvent((event) => {
        if (event.type === 'answer-held') resolve()
      })
    })
    await close()
    expect(await pending).toEqual(['fetch failed', expect.anything()])
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  it('fails to listen twice on a port', async () => {
    await expect(emulator.listen({ port: server.port })).rejects.toThrow(/EADDRINUSE/)
  })
})
