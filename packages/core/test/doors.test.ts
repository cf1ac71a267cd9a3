import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFal } from '../../fal/src/index.ts'
import { createKling } from '../../kling/src/index.ts'
import { createPiapi } from '../../piapi/src/index.ts'
import { createReplicate } from '../../replicate/src/index.ts'
import { download, type Output, ReelayError, systemClock, type TaskHandle } from '../src/index.ts'
import { save } from '../src/node/index.ts'

const boat = { kind: 'text-to-video', prompt: 'a boat', model: 'kling-v2-6' } as const
const handle: TaskHandle = {
  v: 1,
  provider: 'kling',
  account: 'default',
  id: '1',
  kind: 'text-to-video',
  model: 'kling-v2-6',
  mode: 'std',
  route: 'text2video',
  submittedAt: 0,
  idempotencyKey: 'k',
  requestHash: 'h',
}
const output: Output = { kind: 'video', url: 'http://127.0.0.1:9/a.mp4', mediaType: 'video/mp4' }

describe('a key that is no text', () => {
  const creates = { kling: createKling, piapi: createPiapi, fal: createFal, replicate: createReplicate }
  const keys: readonly unknown[] = [42, {}, true, ['a'], null]
  for (const [id, create] of Object.entries(creates)) {
    it.each(keys)(`%j buys nothing at ${id}`, async (key) => {
      let posts = 0
      const fetch = async (): Promise<Response> => {
        posts += 1
        return Response.json({})
      }
      const provider = create({ apiKey: 'id-123456:secret-123456', fetch })
      const call = { idempotencyKey: key as string }
      await expect(provider.submit({ ...boat }, call)).rejects.toMatchObject({
        code: 'ERR_INVALID_REQUEST',
        outcome: 'none',
      })
      expect(posts).toBe(0)
    })
  }
})

describe('a base URL is used as it was understood', () => {
  it.each([
    'https://api-singapore.klingai.com/?',
    'https://api-singapore.klingai.com/#',
    ' https://api-singapore.klingai.com/ ',
    'https://api-singapore.klingai.com/v1\n',
  ])('%j', async (baseURL) => {
    const asked: string[] = []
    const fetch = async (url: unknown): Promise<Response> => {
      asked.push(String(url))
      return Response.json({ code: 0, message: '', data: { task_id: '1', task_status: 'submitted' } })
    }
    const kling = createKling({ apiKey: 'k-123456', baseURL, fetch })
    await kling.submit(boat)
    expect(kling.host?.standing).toBe('official')
    expect(asked).toEqual(['https://api-singapore.klingai.com/v1/videos/text2video'])
  })
})

describe('a clip that is fetched with what breaks', () => {
  const broken = (from: number) => {
    let calls = 0
    const now = (): number => {
      calls += 1
      if (calls >= from) throw new Error('clock')
      return Date.now()
    }
    return { ...systemClock, now, elapsed: now }
  }
  const fetch = async (): Promise<Response> => new Response('x', { headers: { 'content-type': 'video/mp4' } })
  const place = join(tmpdir(), 'never', 'a.mp4')

  it.each([1, 2, 3, 4])(
    'a clock that throws at its look %i ends in an error with the handle',
    async (from) => {
      const options = { handle, fetch, allowLoopback: true, retries: 0 }
      for (const work of [
        save(output, place, { ...options, clock: broken(from) }),
        download(output, { ...options, clock: broken(from) }).then(({ body }) => new Response(body).text()),
      ]) {
        const error: unknown = await work.catch((thrown: unknown) => thrown)
        expect(ReelayError.isInstance(error) && error.handle).toEqual(handle)
      }
    },
  )

  it('a clock that breaks while a real server is waited for leaves nothing unheard', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1')
    await new Promise((done) => server.once('listening', done))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.mp4`
    const error: unknown = await save({ ...output, url }, place, {
      handle,
      allowLoopback: true,
      retries: 0,
      clock: broken(3),
    }).catch((thrown: unknown) => thrown)
    server.closeAllConnections()
    server.close()
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle })
  })

  it('no path and no output are errors of ours', async () => {
    for (const work of [
      save(output, undefined as unknown as string, { handle, fetch }),
      save(undefined as unknown as Output, place, { handle, fetch }),
    ]) {
      await expect(work).rejects.toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle })
    }
  })
})

describe('settings are judged as they will be sent', () => {
  const kling = createKling({ apiKey: 'k-123456' })
  it.each<[string, unknown]>([
    ['an address with a space before it', { kling: { image_list: [' http://localhost/a.png'] } }],
    ['an address as a URL', { kling: { image_list: [new URL('http://localhost/a.png')] } }],
    ['half a character out of toJSON', { kling: { note: { toJSON: () => '\ud800' } } }],
    ['a list instead of settings', { kling: [1] }],
    ['a list of providers', []],
  ])('%s', (_name, providerOptions) => {
    const request = { ...boat, providerOptions: providerOptions as Record<string, Record<string, unknown>> }
    expect(kling.check(request)).not.toEqual([])
  })
})

it('a model that needs words names one that takes a picture without', () => {
  const startImage = 'https://example.com/a.png'
  const [problem] = createKling({ apiKey: 'k-123456' }).check({ kind: 'image-to-video', startImage } as never)
  expect(problem).toMatchObject({ field: 'prompt', rule: 'required' })
  expect(problem?.fix).toMatch(/Or: Use kling-v2-\S+ .*without words/)
})
