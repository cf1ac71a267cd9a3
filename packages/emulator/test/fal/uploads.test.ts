import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pngBase64 } from '../kling/rig.ts'
import { createRig, I2V, keyHeaders, prompt, REST, type Rig } from './rig.ts'

const fixture = (name: string): { request: { url: string }; response: { body: unknown } } =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'))

const png = Buffer.from(pngBase64(600, 400), 'base64')
const initiate = '/storage/upload/initiate'
const multipart = '/storage/upload/initiate-multipart'

interface Place {
  readonly upload_url: string
  readonly file_url: string
}

async function place(
  rig: Rig,
  path = initiate,
  headers: Record<string, string> = {},
  host = REST,
): Promise<Place> {
  const { status, body } = await rig.send(`${host}${path}?storage_type=fal-cdn-v3`, {
    method: 'POST',
    headers: { ...keyHeaders, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ content_type: 'image/png', file_name: 'a boat.png' }),
  })
  expect(status).toBe(200)
  return body as unknown as Place
}

const put = (rig: Rig, url: string, body: BodyInit = png, method = 'PUT'): Promise<Response> =>
  rig.emulator.fetch(url, { method, body, headers: { 'content-type': 'image/png' } })

describe('uploads', () => {
  it('begin at the REST host, go to the CDN without a key, and are served from there', async () => {
    const rig = createRig()
    const { upload_url, file_url } = await place(rig)
    expect(new URL(file_url).pathname).toMatch(/^\/files\/b\/[0-9a-f]{8}\/a_boat\.png$/)
    expect((await rig.send(file_url)).status).toBe(404)
    expect((await put(rig, upload_url)).status).toBe(200)
    const served = await rig.emulator.fetch(file_url)
    expect([served.status, served.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(Buffer.from(await served.arrayBuffer()).equals(png)).toBe(true)
    expect(rig.control.requests().map(({ op }) => op)).toEqual(['upload', 'download', 'upload', 'download'])
    expect(rig.control.ledger()).toEqual([])
  })

  it('answer under the older host name and on a port as well', async () => {
    const rig = createRig()
    expect((await place(rig, initiate, {}, 'https://rest.alpha.fal.ai')).file_url).toMatch(
      /^https:\/\/v3b\.fal\.media/,
    )
    const { hosts } = rig.emulator.providers('http://127.0.0.1:4010').fal
    const queue = 'http://127.0.0.1:4010/fal'
    expect(hosts).toEqual({ queue, rest: `${queue}/rest`, api: `${queue}/api` })
    const { upload_url, file_url } = await place(rig, initiate, {}, hosts?.rest)
    expect(file_url).toMatch(/^http:\/\/127\.0\.0\.1:4010\/fal\/media\/files\/b\//)
    await put(rig, upload_url)
    const { status } = await rig.finish(I2V, { prompt, image_url: file_url })
    expect(status).toBe(200)
  })

  it('need a key, both fields, and the secret of their address', async () => {
    const rig = createRig()
    const ask = async (body: unknown, headers: Record<string, string> = keyHeaders): Promise<unknown> => {
      const answer = await rig.send(`${REST}${initiate}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
      return [
        answer.status,
        typeof answer.body.detail === 'string' ? undefined : answer.body.detail[0].loc[1],
      ]
    }
    expect(await ask({ content_type: 'image/png', file_name: 'x' }, {})).toEqual([401, undefined])
    expect(await ask({ content_type: 'image/png' })).toEqual([422, 'file_name'])
    expect(await ask({ file_name: 'x' })).toEqual([422, 'content_type'])
    const { upload_url, file_url } = await place(rig)
    expect((await put(rig, upload_url.replace(/signature=.*/, 'signature=guess'))).status).toBe(403)
    expect((await put(rig, upload_url, png, 'POST')).status).toBe(405)
    expect((await put(rig, file_url)).status).toBe(404)
    expect((await rig.send(`${REST}/storage/other`, { method: 'POST', headers: keyHeaders })).status).toBe(
      404,
    )
    expect((await rig.send(file_url)).status).toBe(404)
  })

  it('come in parts, in the recorded shape', async () => {
    const rig = createRig()
    const { upload_url, file_url } = await place(rig, multipart)
    const url = new URL(upload_url)
    const partURL = (step: string): string => `${url.origin}${url.pathname}/${step}${url.search}`
    expect(new URL(fixture('upload_multipart_part').request.url).pathname.split('/').length).toBe(
      new URL(partURL('1')).pathname.split('/').length,
    )
    const sent = []
    for (const [index, part] of [png.subarray(0, 100), png.subarray(100)].entries()) {
      const answer = await put(rig, partURL(String(index + 1)), part)
      const body = (await answer.json()) as { partNumber: number; etag: string }
      expect(Object.keys(body)).toEqual(Object.keys(fixture('upload_multipart_part').response.body as object))
      sent.push(body)
    }
    const finish = async (parts: unknown): Promise<number> =>
      (await put(rig, partURL('complete'), JSON.stringify({ parts }), 'POST')).status
    expect(await finish([{ partNumber: 1, etag: '"wrong"' }])).toBe(400)
    expect(await finish([])).toBe(400)
    expect((await rig.send(file_url)).status).toBe(404)
    expect(await finish(sent)).toBe(200)
    const served = await rig.emulator.fetch(file_url)
    expect(Buffer.from(await served.arrayBuffer()).equals(png)).toBe(true)
    expect((await put(rig, url.href)).status).toBe(404)
    expect((await put(rig, partURL('1'), png, 'POST')).status).toBe(405)
  })

  it.each(['x-fal-object-lifecycle', 'x-fal-object-lifecycle-preference'])(
    'live as long as %s says',
    async (header) => {
      const rig = createRig()
      const { upload_url, file_url } = await place(rig, initiate, {
        [header]: '{"expiration_duration_seconds":60}',
      })
      await put(rig, upload_url)
      rig.control.advance(59_999)
      expect((await rig.emulator.fetch(file_url)).status).toBe(200)
      // It is gone by the time a request that names it runs.
      const id = await rig.create(I2V, { prompt, image_url: file_url })
      rig.control.advance(600_000)
      expect((await rig.emulator.fetch(file_url)).status).toBe(404)
      expect((await rig.result(id)).body.detail[0].type).toBe('file_download_error')
    },
  )

  it('which are no pictures make no clip', async () => {
    const rig = createRig()
    const { upload_url, file_url } = await place(rig)
    await put(rig, upload_url, 'not a picture')
    expect((await rig.finish(I2V, { prompt, image_url: file_url })).body.detail[0].type).toBe(
      'image_load_error',
    )
  })
})
