import { once } from 'node:events'
import { createServer } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterEach, describe, expect, it } from 'vitest'
import type { FaultSpec } from '../src/index.ts'
import { mswHandlers } from '../src/msw.ts'
import { createRig, keyHeaders, T2V, validBody } from './kling/rig.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type Rig = ReturnType<typeof createRig>

function intercepted(...first: Parameters<typeof setupServer>): Rig {
  const rig = createRig()
  const server = setupServer(...first, ...mswHandlers(rig.emulator))
  server.listen({ onUnhandledFrame: 'bypass' })
  closing.push(() => server.close())
  return rig
}

const create = (init: RequestInit = {}): Promise<Response> =>
  fetch(T2V, {
    method: 'POST',
    headers: { ...keyHeaders, 'content-type': 'application/json' },
    body: JSON.stringify(validBody),
    ...init,
  })

async function clipOf({ control, get: read }: Rig): Promise<string> {
  const { data } = (await (await create()).json()) as { data: { task_id: string } }
  control.advance(600_000)
  return (await read(`${T2V}/${data.task_id}`)).body.data.task_result.videos[0].url
}

describe('mswHandlers', () => {
  it('answers at every real host name of every wire', async () => {
    const { emulator, control } = intercepted()
    expect(emulator.hosts).toEqual(
      expect.arrayContaining(['api.klingai.com', 'cdn.klingai.com', 'queue.fal.run', 'v3b.fal.media']),
    )
    expect(emulator.hosts).toEqual(
      expect.arrayContaining(['upload.theapi.app', 'api.replicate.com', 'replicate.delivery']),
    )
    for (const host of emulator.hosts) {
      const answer = await fetch(`https://${host}/nothing/here`)
      expect([host, answer.status >= 400, answer.headers.has('date')]).toEqual([host, true, true])
    }
    expect(control.requests()).toHaveLength(emulator.hosts.length)
  })

  it('takes a body as it comes, and the clip is there for fetch and for node:https', async () => {
    const rig = intercepted()
    const url = await clipOf(rig)
    expect(new URL(url).host).toBe('cdn.klingai.com')
    const bytes = await (await fetch(url)).bytes()
    expect(new TextDecoder().decode(bytes.subarray(4, 8))).toBe('ftyp')
    const part = await fetch(url, { headers: { range: 'bytes=0-9' } })
    expect([part.status, (await part.bytes()).length]).toEqual([206, 10])
    const [message] = await once(https.get(url), 'response')
    let length = 0
    for await (const chunk of message) length += chunk.length
    expect(length).toBe(bytes.length)
    expect(rig.control.ledger()).toHaveLength(1)
  })

  it.each([
    'https://api.runware.ai/v1',
    'https://api.aimlapi.com/v2/video/generations',
    'https://api.segmind.com/v1/kling-2',
    'https://api.useapi.net/v1/kling',
    'https://api-newregion.klingai.com/v1/videos/text2video',
    'http://queue.fal.ai/',
  ])('refuses %s, a provider that no handler serves, and says so', async (url) => {
    const { control } = intercepted()
    const refused = await fetch(url, { method: 'POST', body: '{}' }).catch((error: Error) => error.cause)
    expect(refused).toMatchObject({
      code: 'ERR_NOT_EMULATED',
      message: expect.stringMatching(/^Nothing was sent to \S+: it is a provider's host, and/),
    })
    expect(control.requests()).toEqual([])
  })

  it('leaves every other host, and what other handlers take, alone', async () => {
    const local = createServer((_request, answer) => answer.end('mine'))
    await once(local.listen(0, '127.0.0.1'), 'listening')
    closing.push(() => local.close())
    const { control } = intercepted(http.get(T2V, () => HttpResponse.json({ taken: true })))
    const { port } = local.address() as AddressInfo
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('mine')
    expect(await (await fetch(T2V)).json()).toEqual({ taken: true })
    expect(control.requests()).toEqual([])
  })

  it('breaks connections where a fault does', async () => {
    const { control } = intercepted()
    control.fault({ on: 'create', kind: 'lost-after-create' })
    await expect(create()).rejects.toThrow('fetch failed')
    expect(control.ledger()).toHaveLength(1)
    expect(control.requests()).toMatchObject([{ outcome: 'lost' }])
  })

  it.each([
    { on: 'download', kind: 'truncated' },
    { on: 'any', kind: 'reset-mid-answer' },
  ] satisfies FaultSpec[])('ends a body early after $kind', async (fault) => {
    const rig = intercepted()
    const url = await clipOf(rig)
    rig.control.fault(fault)
    const whole = fetch(url).then((answer) => answer.bytes())
    await expect(whole).rejects.toThrow(/^(terminated|fetch failed)$/)
  })

  it('leaves redirects to the client, and the mode to its request', async () => {
    const { control } = intercepted()
    control.fault({ on: 'create', kind: 'redirect', location: T2V, times: 2 })
    expect((await create({ redirect: 'manual' })).status).toBe(302)
    await expect(create({ redirect: 'error' })).rejects.toThrow('fetch failed')
    expect(control.ledger()).toHaveLength(0)
  })

  it('goes on serving a client that stops waiting, and gives it its own reason', async () => {
    const { control } = intercepted()
    control.fault({ on: 'create', kind: 'hang', created: true })
    const stop = new AbortController()
    control.onEvent(({ type }) => {
      if (type === 'answer-held') stop.abort(new Error('no patience'))
    })
    await expect(create({ signal: stop.signal })).rejects.toThrow('no patience')
    expect(control.ledger()).toHaveLength(1)
  })
})
