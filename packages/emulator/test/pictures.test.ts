import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { encode as encodePNG } from 'fast-png'
import { encode as encodeJPEG } from 'jpeg-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type EmulatorOptions, type ProviderId } from '../src/index.ts'
import { decodePicture } from '../src/media/decode.ts'
import { createPicture } from '../src/media/picture.ts'

type Color = readonly [number, number, number]
const red: Color = [220, 30, 30]
const blue: Color = [30, 60, 220]

/** Left half in one colour, right half in another. */
function halves(width: number, height: number, left: Color, right: Color): Uint8Array {
  const rgba = new Uint8Array(width * height * 4)
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    rgba.set([...(pixel % width < width / 2 ? left : right), 255], pixel * 4)
  }
  return rgba
}

const png = (left = red, right = blue, width = 640, height = 360): Uint8Array =>
  encodePNG({ width, height, data: halves(width, height, left, right), channels: 4, depth: 8 })
const jpeg = (left = red, right = blue, width = 640, height = 360): Uint8Array =>
  Uint8Array.from(encodeJPEG({ width, height, data: halves(width, height, left, right) }, 90).data)

const near = ([red_, green, blue_]: Color) => [red_, green, blue_].map((value) => expect.closeTo(value, -1.2))
const at = (pixels: Uint8Array, width: number, x: number, y: number): number[] => [
  ...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 3),
]

describe('a picture is decoded', () => {
  it.each<[string, Uint8Array]>([
    ['PNG', png()],
    ['JPEG', jpeg()],
    [
      '16 bit PNG',
      encodePNG({
        width: 2,
        height: 1,
        depth: 16,
        channels: 3,
        data: Uint16Array.from([...red, ...blue].map((v) => v * 257)),
      }),
    ],
    [
      'PNG without alpha',
      encodePNG({ width: 2, height: 1, depth: 8, channels: 3, data: Uint8Array.from([...red, ...blue]) }),
    ],
    [
      'PNG with a palette',
      encodePNG({
        width: 2,
        height: 1,
        depth: 8,
        channels: 1,
        data: Uint8Array.from([0, 1]),
        palette: [[...red], [...blue]],
      }),
    ],
  ])('%s', (_name, bytes) => {
    const pixels = decodePicture(bytes)
    if (!pixels) throw new Error('not decoded')
    expect(at(pixels.rgba, pixels.width, 0, 0)).toEqual(near(red))
    expect(at(pixels.rgba, pixels.width, pixels.width - 1, 0)).toEqual(near(blue))
  })

  it('grey ones of one bit and of eight', () => {
    const grey = encodePNG({ width: 2, height: 1, depth: 8, channels: 1, data: Uint8Array.from([0, 200]) })
    expect(decodePicture(grey)?.rgba).toEqual(Uint8Array.from([0, 0, 0, 255, 200, 200, 200, 255]))
    const bits = encodePNG({
      width: 2,
      height: 1,
      depth: 1,
      channels: 1,
      data: Uint8Array.from([0b0100_0000]),
    })
    expect(decodePicture(bits)?.rgba).toEqual(Uint8Array.from([0, 0, 0, 255, 255, 255, 255, 255]))
  })

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a GIF', new TextEncoder().encode('GIF89a')],
    ['half a PNG', png().subarray(0, 60)],
    ['half a JPEG', jpeg().subarray(0, 40)],
  ])('but not %s', (_name, bytes) => {
    expect(decodePicture(bytes)).toBeUndefined()
  })
})

describe('a frame', () => {
  const spec = { title: 'kling-v3 std', text: 'A boat', seconds: 5, aspect: 16 / 9 }
  // Between the caption and what moves, where nothing darkens the picture.
  const clear = 110

  it('shows the start image, with the words over it', () => {
    const pixels = createPicture(320, 180, spec, decodePicture(png())).frame(1)
    expect(at(pixels, 320, 20, clear)).toEqual(near(red))
    expect(at(pixels, 320, 300, clear)).toEqual(near(blue))
    const without = createPicture(320, 180, spec).frame(1)
    expect(at(without, 320, 20, clear)).not.toEqual(near(red))
    // White letters in the line of the title.
    const title = Array.from({ length: 100 }, (_, x) => at(pixels, 320, 10 + x, 16))
    expect(title.some(([value = 0]) => value > 230)).toBe(true)
  })

  it('is covered by a picture of another shape, cut evenly on both sides', () => {
    const wide = decodePicture(png(red, blue, 1000, 360))
    const pixels = createPicture(240, 240, { ...spec, aspect: 1 }, wide).frame(0)
    expect(at(pixels, 240, 2, clear + 40)).toEqual(near(red))
    expect(at(pixels, 240, 118, clear + 40)).toEqual(near(red))
    expect(at(pixels, 240, 122, clear + 40)).toEqual(near(blue))
    expect(at(pixels, 240, 237, clear + 40)).toEqual(near(blue))
  })

  it('says why there is none', () => {
    const plain = createPicture(320, 180, spec).frame(0).slice()
    expect(createPicture(320, 180, spec, 'not fetched').frame(0)).not.toEqual(plain)
  })
})

/** The coded frames alone: the boxes around them carry the time of the encoding. */
function coded(mp4: Uint8Array): Uint8Array {
  const view = new DataView(mp4.buffer, mp4.byteOffset)
  for (let box = 0; box < mp4.length; box += view.getUint32(box)) {
    const type = String.fromCharCode(...mp4.subarray(box + 4, box + 8))
    if (type === 'mdat') return mp4.slice(box + 8, box + view.getUint32(box))
  }
  throw new Error('no mdat box')
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const asDataURI = (bytes: Uint8Array, type: string): string => `data:${type};base64,${base64(bytes)}`

describe('the clip of every provider', () => {
  const files = new Map<string, Uint8Array>()
  const asked: string[] = []
  let server: Server
  let origin = ''

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '')
      const bytes = files.get(request.url ?? '')
      response.writeHead(bytes ? 200 : 404).end(bytes)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    files.set('/start.png', png())
    files.set('/start.jpg', jpeg())
  })
  afterAll(() => new Promise<unknown>((resolve) => server.close(resolve)))

  type Json = Record<string, unknown>
  const prompt = 'A boat'

  /** Makes one clip from an image, and downloads it. Ids are the same each time, so only the picture can differ. */
  async function clip(id: ProviderId, image: string, options: EmulatorOptions = {}): Promise<Uint8Array> {
    const emulator = createEmulator({ speed: 0, seed: 1, piapi: { dataURIs: 'accept' }, ...options })
    const { baseURL, env, hosts } = emulator.providers('http://emulator.test')[id]
    const key = Object.values(env)[0] ?? ''
    const headers: Record<ProviderId, Json> = {
      kling: { authorization: `Bearer ${env.KLINGAI_API_KEY}` },
      piapi: { 'x-api-key': key },
      fal: { authorization: `Key ${key}` },
      replicate: { authorization: `Bearer ${key}` },
    }
    const call = async (url: string, method = 'GET', body?: unknown, more: Json = {}): Promise<Response> =>
      emulator.fetch(url, {
        method,
        headers: {
          ...headers[id],
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...more,
        } as Record<string, string>,
        ...(body !== undefined && {
          body: body instanceof Uint8Array ? Uint8Array.from(body) : JSON.stringify(body),
        }),
      })
    const json = async (answer: Promise<Response>) => (await answer).json()

    let value = image
    if (image === 'upload') {
      const { file_url, upload_url } = await json(
        call(`${hosts?.rest}/storage/upload/initiate?storage_type=fal-cdn-v3`, 'POST', {
          content_type: 'image/png',
          file_name: 'a.png',
        }),
      )
      await emulator.fetch(upload_url, {
        method: 'PUT',
        headers: { 'content-type': 'image/png' },
        body: Uint8Array.from(png()),
      })
      value = file_url
    } else if (image === 'piapi-upload') {
      const { data } = await json(
        call(`${hosts?.upload ?? `${baseURL}/upload`}/api/ephemeral_resource`, 'POST', {
          file_name: 'a.png',
          file_data: base64(png()),
        }),
      )
      value = data.url
    }

    const creates: Record<ProviderId, readonly [path: string, body: Json]> = {
      kling: ['/v1/videos/image2video', { model_name: 'kling-v3', prompt, image: value, duration: '3' }],
      piapi: [
        '/api/v1/task',
        {
          model: 'kling',
          task_type: 'video_generation',
          input: { version: '3.0', prompt, image_url: value, duration: 3, mode: 'std' },
        },
      ],
      fal: [
        '/fal-ai/kling-video/v3/standard/image-to-video',
        { prompt, start_image_url: value, duration: '3' },
      ],
      replicate: [
        '/models/kwaivgi/kling-v3-video/predictions',
        { input: { prompt, start_image: value, duration: 3 } },
      ],
    }
    const [path, body] = creates[id]
    const created = await json(call(baseURL + path, 'POST', body))
    // The picture is fetched beside, in real time; nobody waits for it but the clip.
    emulator.control.advance(900_000)
    const reads: Record<ProviderId, () => Promise<string>> = {
      kling: async () =>
        (await json(call(`${baseURL}${path}/${created.data.task_id}`))).data.task_result.videos[0].url,
      piapi: async () => (await json(call(`${baseURL}${path}/${created.data.task_id}`))).data.output.video,
      fal: async () => (await json(call(created.response_url))).video.url,
      replicate: async () => (await json(call(`${baseURL}/predictions/${created.id}`))).output,
    }
    const file = await emulator.fetch(await reads[id]())
    expect(file.status).toBe(200)
    return coded(new Uint8Array(await file.arrayBuffer()))
  }

  const forms: readonly (readonly [ProviderId, string, () => string])[] = [
    ['kling', 'base64', () => base64(png())],
    ['piapi', 'a data URI', () => asDataURI(png(), 'image/png')],
    ['piapi', 'an uploaded file', () => 'piapi-upload'],
    ['fal', 'a data URI', () => asDataURI(png(), 'image/png')],
    ['fal', 'an uploaded file', () => 'upload'],
    ['replicate', 'a data URI', () => asDataURI(png(), 'image/png')],
  ]

  it.each(forms)(
    '%s: the image as %s is the one behind a loopback URL, and no other',
    { timeout: 60_000 },
    async (id, _form, image) => {
      const shown = await clip(id, image())
      expect(Buffer.compare(shown, await clip(id, `${origin}/start.png`))).toBe(0)
      expect(Buffer.compare(shown, await clip(id, `${origin}/none.png`))).not.toBe(0)
    },
  )

  it('a JPEG is drawn as well', { timeout: 60_000 }, async () => {
    const [shown, inline] = [await clip('kling', `${origin}/start.jpg`), await clip('kling', base64(jpeg()))]
    expect(Buffer.compare(shown, inline)).toBe(0)
    expect(Buffer.compare(shown, await clip('kling', base64(jpeg(blue, red))))).not.toBe(0)
  })

  it('elsewhere nothing is fetched unless a fetch is given, and the clip says so', {
    timeout: 60_000,
  }, async () => {
    const before = globalThis.fetch
    const called: string[] = []
    globalThis.fetch = async (input) => {
      called.push(String(input))
      throw new Error('no network')
    }
    try {
      const offline = await clip('kling', 'https://example.com/start.png')
      expect(called).toEqual([])
      const pictures = { fetch: async () => new Response(Uint8Array.from(png())) }
      const fetched = await clip('kling', 'https://example.com/start.png', { pictures })
      expect(Buffer.compare(offline, fetched)).not.toBe(0)
      expect(Buffer.compare(fetched, await clip('kling', base64(png())))).toBe(0)
    } finally {
      globalThis.fetch = before
    }
  })

  it('a picture is asked for when the task is made, not when the clip is', async () => {
    const emulator = createEmulator({ speed: 0, seed: 1 })
    const { baseURL, env } = emulator.providers('http://emulator.test').kling
    asked.length = 0
    await emulator.fetch(`${baseURL}/v1/videos/image2video`, {
      method: 'POST',
      headers: { authorization: `Bearer ${env.KLINGAI_API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model_name: 'kling-v2-6', image: `${origin}/once.png` }),
    })
    await expect.poll(() => asked).toEqual(['/once.png'])
  })
})
