import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { describe, expect, it } from 'vitest'
import { kinds, type RenderRequest, type Upload, type UploadFile } from '../src/index.ts'
import { png } from './images.ts'

const made = {
  code: 0,
  message: 'SUCCEED',
  data: { id: '882836916432285766', status: 'submitted', create_time: 1 },
}
const person = png(400, 600)
const garmentImage = 'https://example.com/shirt.jpg'
const tryOn = { kind: 'virtual-try-on', personImage: person, garmentImage } as const
const address = 'https://media.example.com/person.png'

/** A provider whose files go by the given upload, and what it sent. */
function sellerWith(upload: Upload | undefined, baseURL?: string) {
  const bodies: { contents?: readonly { type: string; url: string }[] }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    bodies.push(await new Request(input, init).json())
    return Response.json(made)
  }
  return { kling: createKling({ apiKey: 'stub-api-key', fetch, upload, baseURL }), bodies }
}

describe('bytes for a provider that takes URLs only', () => {
  it('are refused without an upload, which the fix names', () => {
    const { kling } = sellerWith(undefined)
    expect(kling.check(tryOn)).toMatchObject([
      { field: 'personImage', rule: 'media-type', fix: expect.stringContaining('upload') },
    ])
  })

  it('go by the caller’s, once, with their type and a name', async () => {
    const files: UploadFile[] = []
    const { kling, bodies } = sellerWith(async (file) => {
      files.push(file)
      return new URL(address)
    })
    expect(kling.check(tryOn)).toEqual([])
    await kling.submit(tryOn)
    expect(files).toEqual([{ bytes: person, mediaType: 'image/png', name: 'personImage.png' }])
    expect(bodies).toHaveLength(1)
    expect(bodies[0]?.contents).toEqual([
      { type: 'product_image', url: garmentImage },
      { type: 'person_image', url: address },
    ])
  })

  it('are looked at before they are brought anywhere', async () => {
    let uploads = 0
    const { kling, bodies } = sellerWith(async () => {
      uploads += 1
      return address
    })
    const fields = (more: object) =>
      kling.check({ ...tryOn, ...more } as RenderRequest).map(({ rule }) => rule)
    expect(fields({ personImage: png(300, 600) })).toEqual(['media-size'])
    expect(fields({ personImage: png(1_000, 2_049) })).toEqual(['media-size'])
    expect(fields({ personImage: png(1_000, 2_048) })).toEqual([])
    // A Blob has to be read first; the other file is fit, and stays where it is.
    const personImage = new Blob([new TextEncoder().encode('this is no picture')])
    await expect(kling.submit({ ...tryOn, personImage, garmentImage: person })).rejects.toMatchObject({
      code: 'ERR_INVALID_REQUEST',
      outcome: 'none',
    })
    expect([uploads, bodies.length]).toEqual([0, 0])
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 7],
    ['no URL', 'person.png'],
    ['an address that is not https', 'http://media.example.com/person.png'],
    ['an address of this machine', 'https://localhost/person.png'],
    ['an address of this network', 'https://192.168.1.7/person.png'],
    ['an address with a password', 'https://me:secret@media.example.com/person.png'],
    ['a data URI', 'data:image/png;base64,iVBORw0KGgo='],
  ])('that it answers with %s is an error, and nothing was bought', async (_name, answer) => {
    const { kling, bodies } = sellerWith(async () => answer as string)
    const error = await kling.submit(tryOn).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none', provider: 'kling' })
    expect(String(error)).not.toContain('secret')
    expect(bodies).toEqual([])
  })

  it('that it throws, at once or later, is an error with its cause, and nothing was bought', async () => {
    const thrown = new Error('bucket is full')
    const throwing: readonly Upload[] = [
      () => {
        throw thrown
      },
      async () => {
        throw thrown
      },
    ]
    for (const upload of throwing) {
      const { kling, bodies } = sellerWith(upload)
      await expect(kling.submit(tryOn)).rejects.toMatchObject({
        code: 'ERR_CONFIG',
        outcome: 'none',
        cause: thrown,
        message: expect.stringContaining('personImage'),
      })
      expect(bodies).toEqual([])
    }
  })

  it('is not waited for after an abort, whose reason is thrown', async () => {
    const stop = new AbortController()
    const reason = new Error('user left')
    const { kling, bodies } = sellerWith(() => {
      stop.abort(reason)
      return new Promise(() => undefined)
    })
    await expect(kling.submit(tryOn, { abortSignal: stop.signal })).rejects.toBe(reason)
    expect(bodies).toEqual([])
  })

  it('may lead into the network where the provider stands in it too', async () => {
    const local = 'http://127.0.0.1:4010/files/person.png'
    const { kling, bodies } = sellerWith(async () => local, 'http://127.0.0.1:4010/kling')
    await kling.submit(tryOn)
    expect(bodies[0]?.contents?.[1]?.url).toBe(local)
  })

  it('has to be a function', () => {
    expect(() => createKling({ apiKey: 'stub-api-key', upload: 'bucket' as never })).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIG',
        message: expect.stringContaining('upload is of type string'),
      }),
    )
  })
})

it('where a provider has an upload of its own, or takes bytes as they are, the caller’s is not asked', async () => {
  let uploads = 0
  const upload: Upload = async () => {
    uploads += 1
    return address
  }
  const fetch: typeof globalThis.fetch = async (input) =>
    Response.json(
      String(input).includes('ephemeral')
        ? { code: 200, data: { url: 'https://img.theapi.app/ephemeral/a.png' }, message: 'success' }
        : { code: 200, data: { task_id: 'task-1', status: 'pending' }, message: 'success' },
    )
  const piapi = createPiapi({ apiKey: 'stub-api-key', fetch, upload })
  await piapi.submit(tryOn)
  const { kling, bodies } = sellerWith(upload)
  await kling.submit({ ...tryOn, model: 'kolors-virtual-try-on-v1-5' })
  expect(bodies[0]).toMatchObject({ human_image: Buffer.from(person).toString('base64') })
  expect(uploads).toBe(0)
  expect(kinds['virtual-try-on'].media).toContain('personImage')
})
