import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type EmulatorServer } from '../../src/index.ts'
import { KLING, keyHeaders, prompt, readAnswer, T2V } from './rig.ts'

const emulator = createEmulator({ speed: 0, seed: 3 })
const { control } = emulator
let server: EmulatorServer
let queue = ''

beforeAll(async () => {
  server = await emulator.listen()
  queue = server.providers.fal.baseURL
})
afterAll(() => server.close())

const submit = async (): Promise<string> =>
  (
    await readAnswer(
      await fetch(`${queue}/${T2V}`, {
        method: 'POST',
        headers: keyHeaders,
        body: JSON.stringify({ prompt }),
      }),
    )
  ).body.request_id

describe('fal on a port', () => {
  it('streams events as they happen', async () => {
    const id = await submit()
    const response = await fetch(`${queue}/${KLING}/requests/${id}/status/stream`, { headers: keyHeaders })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const reader = response.body?.getReader()
    const next = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value)
    expect(await next()).toContain('"IN_QUEUE"')
    const rest = next()
    control.advance(600_000)
    expect(await rest).toContain('"COMPLETED"')
    expect((await reader?.read())?.done).toBe(true)
  })

  it('notices a client that leaves a stream', async () => {
    const id = await submit()
    const controller = new AbortController()
    const gone = new Promise<unknown>((resolve) => {
      const stop = control.onEvent((event) => {
        if (event.type !== 'connection-lost') return
        stop()
        resolve(event.by)
      })
    })
    const response = await fetch(`${queue}/${KLING}/requests/${id}/status/stream`, {
      headers: keyHeaders,
      signal: controller.signal,
    })
    await response.body?.getReader().read()
    controller.abort()
    expect(await gone).toBe('client')
    expect(control.ledger().at(-1)?.taskId).toBe(id)
  })

  it('routes its five sites by prefix', async () => {
    const at = async (path: string): Promise<number> =>
      (await fetch(`${queue}${path}`, { headers: keyHeaders })).status
    expect(await at(`/${KLING}/requests/none/status`)).toBe(404)
    expect(await at(`/run/${T2V}`)).toBe(405)
    expect(await at('/rest/storage/upload/initiate')).toBe(405)
    expect(await at('/media/files/b/00000000/none.png')).toBe(404)
    expect(await at(`/api/v1/models/pricing?endpoint_id=${T2V}`)).toBe(200)
    expect(
      control
        .requests()
        .slice(-5)
        .map(({ path }) => path.split('?')[0]),
    ).toEqual([
      `/${KLING}/requests/none/status`,
      `/${T2V}`,
      '/storage/upload/initiate',
      '/files/b/00000000/none.png',
      '/v1/models/pricing',
    ])
  })
})
