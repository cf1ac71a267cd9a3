import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import { createRig, I2V, pngBase64, type Rig, T2V, validBody } from './rig.ts'

const DAY = 86_400_000

async function finished(rig: Rig, url: string, body: Record<string, unknown>): Promise<string> {
  const created = await rig.post(url, body)
  rig.control.advance(10 * 60_000)
  return (await rig.get(`${url}/${created.body.data.task_id}`)).body.data.task_result.videos[0].url
}

async function bytesAt(rig: Rig, url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await rig.emulator.fetch(url)
  expect(response.status).toBe(200)
  return new Uint8Array(await response.arrayBuffer())
}

async function readClip(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<[seconds: number, width: number, height: number, codec: unknown]> {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
  const track = await input.getPrimaryVideoTrack()
  if (!track) throw new Error('no video track')
  return [await input.computeDuration(), track.displayWidth, track.displayHeight, track.codec]
}

describe('clips', () => {
  it.each<[string, string, Record<string, unknown>, [number, number, number]]>([
    ['5 s, 16:9', T2V, { ...validBody, duration: '5' }, [5, 320, 180]],
    ['10 s, 9:16', T2V, { ...validBody, duration: '10', aspect_ratio: '9:16' }, [10, 180, 320]],
    [
      '3 s, 1:1',
      T2V,
      { model_name: 'kling-v3', prompt: 'é漢字🎬', duration: '3', aspect_ratio: '1:1' },
      [3, 240, 240],
    ],
    ['15 s', T2V, { model_name: 'kling-v3', prompt: 'x', duration: '15' }, [15, 320, 180]],
    ['a picture of 600x400', I2V, { model_name: 'kling-v2-6', image: pngBase64(600, 400) }, [5, 294, 196]],
    [
      'a picture behind a URL',
      I2V,
      { model_name: 'kling-v2-6', image: 'https://example.com/a.png' },
      [5, 320, 180],
    ],
  ])(
    'are real MP4s of the requested length and shape: %s',
    async (_name, url, body, [seconds, width, height]) => {
      const rig = createRig()
      const clip = await readClip(await bytesAt(rig, await finished(rig, url, body)))
      expect(clip[0]).toBeCloseTo(seconds, 1)
      expect(clip.slice(1)).toEqual([width, height, 'avc'])
    },
  )

  it('show what was asked for: another prompt makes other bytes, the watermark too', async () => {
    const rig = createRig()
    const url = await finished(rig, T2V, { ...validBody, watermark_info: { enabled: true } })
    const other = await finished(rig, T2V, { ...validBody, prompt: 'something else' })
    const plain = await bytesAt(rig, url)
    expect(await bytesAt(rig, other)).not.toEqual(plain)
    expect(await bytesAt(rig, url.replace('_raw_', '_wm_'))).not.toEqual(plain)
    expect((await rig.send(other.replace('_raw_', '_wm_'))).status).toBe(404)
  })

  it('leave the process as they found it', async () => {
    const count = (): number =>
      process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection')
    const before = count()
    const rig = createRig()
    await bytesAt(rig, await finished(rig, T2V, validBody))
    expect(count()).toBe(before)
  })
})

describe('the CDN', () => {
  it('answers whole files, ranges and HEAD', async () => {
    const rig = createRig()
    const url = await finished(rig, T2V, validBody)
    const bytes = await bytesAt(rig, url)
    const size = bytes.length
    const ask = (headers: Record<string, string>, method = 'GET'): Promise<Response> =>
      rig.emulator.fetch(url, { headers, method })

    const head = await ask({}, 'HEAD')
    expect([head.status, (await head.arrayBuffer()).byteLength]).toEqual([200, 0])
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'content-length': String(size),
      'content-type': 'video/mp4',
      'accept-ranges': 'bytes',
    })
    const etag = head.headers.get('etag') ?? ''

    for (const [range, first, last] of [
      ['bytes=0-99', 0, 99],
      ['bytes=100-', 100, size - 1],
      ['bytes=-10', size - 10, size - 1],
      ['bytes=5-999999999', 5, size - 1],
    ] as const) {
      const part = await ask({ range, 'if-range': etag })
      expect(part.status).toBe(206)
      expect(part.headers.get('content-range')).toBe(`bytes ${first}-${last}/${size}`)
      expect(part.headers.get('content-length')).toBe(String(last - first + 1))
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(first, last + 1))
    }
    expect((await ask({ range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200)
    expect((await ask({ range: 'bytes=9-5' })).status).toBe(200)
    expect((await ask({ range: 'lines=1-2' })).status).toBe(200)
    const beyond = await ask({ range: `bytes=${size}-` })
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${size}`])
    expect((await ask({ 'if-none-match': etag })).status).toBe(304)
  })

  it('needs no credential, and knows only finished clips at their own address', async () => {
    const rig = createRig()
    const url = await finished(rig, T2V, validBody)
    const young = await rig.createTask({ model_name: 'kling-v3' })
    const oldId = /(\d{18})-0/.exec(url)?.[1] ?? ''
    for (const wrong of [
      url.replace(oldId, young),
      url.replace(oldId, '123'),
      url.replace('text2video', 'image2video'),
      url.replace('1000000001', '1000000002'),
      url.replace('_1.mp4', '_2.mp4'),
      'https://cdn.klingai.com/',
    ]) {
      expect((await rig.send(wrong)).status).toBe(404)
    }
  })

  it('answers 403 after thirty days while the task stays listed', async () => {
    const rig = createRig()
    const url = await finished(rig, T2V, validBody)
    rig.control.advance(29 * DAY)
    expect((await rig.send(url)).status).toBe(200)
    rig.control.advance(DAY)
    expect((await rig.send(url)).status).toBe(403)
    expect((await rig.get(T2V)).body.data[0].task_result.videos[0].url).toBe(url)
  })

  it('expires URLs on demand and after a time of the caller', async () => {
    const rig = createRig({ kling: { urlTtlMs: DAY } })
    const url = await finished(rig, T2V, validBody)
    rig.control.expireUrls()
    expect((await rig.send(url)).status).toBe(403)
    const next = await finished(rig, T2V, validBody)
    expect((await rig.send(next)).status).toBe(200)
    rig.control.advance(DAY)
    expect((await rig.send(next)).status).toBe(403)
  })
})
