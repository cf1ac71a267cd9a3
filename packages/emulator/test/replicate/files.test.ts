import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { demoCredentials } from '../../src/index.ts'
import { pngBase64 } from '../kling/rig.ts'
import { API, createRig, keyHeaders, MODEL, type Rig } from './rig.ts'

const FILES = `${API}/files`
const DAY = 86_400_000

interface FileAnswer {
  readonly id: string
  readonly name: string
  readonly content_type: string
  readonly metadata: unknown
  readonly created_at: string
  readonly expires_at: string
  readonly urls: { readonly get: string }
  readonly detail?: string
}

async function upload(
  rig: Rig,
  content: Blob | string = new Blob(['hello'], { type: 'image/png' }),
  parts: Record<string, string | Blob> = {},
): Promise<{ status: number; body: FileAnswer }> {
  const form = new FormData()
  if (typeof content === 'string') form.append('content', content)
  else form.append('content', content, 'kite-first.png')
  for (const [name, part] of Object.entries(parts)) form.append(name, part)
  const response = await rig.emulator.fetch(FILES, { method: 'POST', headers: keyHeaders, body: form })
  return { status: response.status, body: (await response.json()) as FileAnswer }
}

describe('files', () => {
  it('are stored, read, listed and deleted', async () => {
    const rig = createRig()
    const { status, body } = await upload(rig, undefined, {
      metadata: new Blob(['{"shot":1}'], { type: 'application/json' }),
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      name: 'kite-first.png',
      content_type: 'image/png',
      size: 5,
      etag: '5d41402abc4b2a76b9719d911017c592',
      checksums: {
        sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
        md5: '5d41402abc4b2a76b9719d911017c592',
      },
      metadata: { shot: 1 },
      urls: { get: `${FILES}/${body.id}` },
    })
    expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).toBe(DAY)
    expect(atob(body.id)).toMatch(/^[0-9a-f-]{36}$/)
    expect((await rig.get(body.urls.get)).body).toEqual(body)
    const second = (await upload(rig)).body
    expect((await rig.get(FILES)).body.results).toEqual([second, body])

    const deleted = await rig.send(body.urls.get, { method: 'DELETE', headers: keyHeaders })
    expect([deleted.status, deleted.body]).toEqual([204, ''])
    for (const method of ['GET', 'DELETE']) {
      const gone = await rig.send(body.urls.get, { method, headers: keyHeaders })
      expect([gone.status, gone.body]).toEqual([404, { detail: 'File not found' }])
    }
    expect(rig.control.requests()[0]?.op).toBe('upload')
    expect(rig.control.ledger()).toEqual([])
  })

  it('take a name and a type of their own', async () => {
    const { body } = await upload(createRig(), undefined, { filename: 'b.jpg', type: 'image/jpeg' })
    expect(body).toMatchObject({ name: 'b.jpg', content_type: 'image/jpeg', metadata: {} })
  })

  it.each<[string, Blob | string, Record<string, string>]>([
    ['content without a file name', 'hello', {}],
    ['metadata that is no JSON', new Blob(['x']), { metadata: '{' }],
    ['metadata that is no object', new Blob(['x']), { metadata: '[1]' }],
    ['a long name', new Blob(['x']), { filename: 'é'.repeat(128) }],
  ])('refuse %s', async (_name, content, parts) => {
    expect((await upload(createRig(), content, parts)).status).toBe(422)
  })

  it('refuse other bodies, large ones and strangers', async () => {
    const rig = createRig({ maxFileBytes: 5 })
    expect((await rig.post(FILES, '{}')).status).toBe(400)
    expect((await rig.post(FILES, 'x', { 'content-type': 'multipart/form-data; boundary=y' })).status).toBe(
      400,
    )
    expect(await upload(rig)).toEqual({
      status: 413,
      body: { detail: 'Files must be less than 100MB in size' },
    })
    expect((await rig.send(FILES)).status).toBe(401)
    expect((await rig.send(`${FILES}/x`, { method: 'DELETE' })).status).toBe(401)
  })

  it('expire after a day', async () => {
    const rig = createRig()
    const { body } = await upload(rig)
    rig.control.advance(DAY - 1)
    expect((await rig.get(body.urls.get)).status).toBe(200)
    rig.control.advance(1)
    expect((await rig.get(body.urls.get)).status).toBe(404)
  })

  it('can be downloaded with a signature in the place of the token', async () => {
    const rig = createRig()
    const { id } = (await upload(rig)).body
    const expiry = Math.floor(rig.control.now() / 1000) + 60
    const signed = (owner: string, at = expiry, secret = demoCredentials.replicate.filesSecret): string => {
      const signature = createHmac('sha256', secret).update(`${owner} ${id} ${at}`).digest('base64')
      return `${FILES}/${id}/download?${new URLSearchParams({ owner, expiry: String(at), signature })}`
    }
    const response = await rig.emulator.fetch(signed('demo'))
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'image/png',
      'hello',
    ])
    expect((await rig.send(signed('demo', expiry, 'wrong'))).status).toBe(403)
    expect((await rig.send(signed('nobody'))).status).toBe(403)
    expect((await rig.get(`${FILES}/${id}/download`)).status).toBe(403)
    rig.control.advance(61_000)
    expect((await rig.send(signed('demo'))).status).toBe(403)
  })
})

describe('a file as an input', () => {
  const picture = (width: number, height: number): Blob =>
    new Blob([Buffer.from(pngBase64(width, height), 'base64')], { type: 'image/png' })

  it.each<[string, Blob | undefined, string]>([
    ['a picture', picture(600, 400), 'succeeded'],
    ['a small one', picture(200, 400), 'failed'],
    ['a narrow one', picture(300, 900), 'failed'],
    ['no picture', undefined, 'failed'],
  ])('is looked at when the model runs: %s', async (_name, content, status) => {
    const rig = createRig()
    const { body } = await upload(rig, content)
    const id = await rig.createId({ start_image: body.urls.get })
    rig.control.advance(200_000)
    expect((await rig.read(id)).status).toBe(status)
  })

  it('has to be there still', async () => {
    const rig = createRig()
    const { body } = await upload(rig, picture(400, 400))
    await rig.send(body.urls.get, { method: 'DELETE', headers: keyHeaders })
    const id = await rig.createId({ start_image: body.urls.get }, MODEL)
    rig.control.advance(200_000)
    expect(await rig.read(id)).toMatchObject({ status: 'failed', error: 'start_image could not be read' })
  })
})
