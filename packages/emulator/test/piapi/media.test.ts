import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import { pngBase64 } from '../kling/rig.ts'
import { createRig, HOUR, MINUTE, type Rig, turbo, UPLOAD } from './rig.ts'

async function finished(rig: Rig, input: Record<string, unknown> = {}): Promise<string> {
  const id = await rig.createTask(input)
  rig.control.advance(10 * MINUTE)
  const { output } = await rig.task(id)
  return output.video_url ?? output.video
}

async function bytesAt(rig: Rig, url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await rig.emulator.fetch(url)
  expect(response.status).toBe(200)
  return new Uint8Array(await response.arrayBuffer())
}

async function readClip(bytes: Uint8Array<ArrayBuffer>): Promise<unknown[]> {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
  const track = await input.getPrimaryVideoTrack()
  if (!track) throw new Error('no video track')
  return [Math.round(await input.computeDuration()), track.displayWidth, track.displayHeight, track.codec]
}

const uploaded = async (rig: Rig, width: number, height: number): Promise<string> =>
  (await rig.post(UPLOAD, { file_name: 'start.png', file_data: pngBase64(width, height) })).body.data.url

describe('PiAPI clips', () => {
  it.each<[string, Record<string, unknown>, [number, number, number]]>([
    ['5 s, 16:9', {}, [5, 320, 180]],
    ['3 s, 9:16', { version: '3.0', duration: 3, aspect_ratio: '9:16' }, [3, 180, 320]],
    [
      'shots',
      {
        version: '3.0',
        multi_shots: [
          { prompt: 'a', duration: 2 },
          { prompt: 'b', duration: 2 },
        ],
      },
      [4, 320, 180],
    ],
    [
      'a picture behind a URL',
      { image_url: 'https://example.com/a.png', aspect_ratio: '1:1' },
      [5, 240, 240],
    ],
  ])(
    'are real MP4s of the requested length and shape: %s',
    async (_name, input, [seconds, width, height]) => {
      const rig = createRig()
      const clip = await readClip(await bytesAt(rig, await finished(rig, input)))
      expect(clip).toEqual([seconds, width, height, 'avc'])
    },
  )

  it('take the shape of a picture that was uploaded, and refuse a small one', async () => {
    const rig = createRig()
    const url = await finished(rig, { image_url: await uploaded(rig, 600, 400), aspect_ratio: '1:1' })
    expect((await readClip(await bytesAt(rig, url))).slice(1, 3)).toEqual([294, 196])
    const message = async (image: string): Promise<string> =>
      (await rig.create({ image_url: image })).body.message
    expect(await message(await uploaded(rig, 300, 400))).toMatch(/image_url must be wider/)
    const text = await rig.post(UPLOAD, { file_name: 'a.png', file_data: 'aGk=' })
    expect(await message(text.body.data.url)).toMatch(/image_url is not a picture/)
  })

  it('take a data URI on demand', async () => {
    const rig = createRig({ piapi: { dataURIs: 'accept' } })
    const image = `data:image/png;base64,${pngBase64(400, 600)}`
    expect((await rig.create({ image_url: image })).status).toBe(200)
    expect((await rig.create({ image_url: 'data:image/png;base64,?' })).status).toBe(400)
  })

  it('show the watermark as other bytes, and the cover as a picture', async () => {
    const rig = createRig()
    const url = await finished(rig)
    const { output } = await rig.task(rig.control.tasks()[0]?.id ?? '')
    const [{ video, cover }] = output.works
    expect(await bytesAt(rig, video.resource)).not.toEqual(await bytesAt(rig, url))
    const picture = await rig.emulator.fetch(cover.resource)
    expect(picture.headers.get('content-type')).toBe('image/png')
    expect(new TextDecoder().decode((await picture.arrayBuffer()).slice(1, 4))).toBe('PNG')
  })
})

describe('PiAPI media hosts', () => {
  it('answer whole files, ranges and HEAD', async () => {
    const rig = createRig()
    const url = await finished(rig)
    const bytes = await bytesAt(rig, url)
    const part = await rig.emulator.fetch(url, { headers: { range: 'bytes=4-7' } })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 4-7/${bytes.length}`])
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(4, 8))
    const head = await rig.emulator.fetch(url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)])
    expect(head.headers.get('content-type')).toBe('video/mp4')
  })

  it('know only finished clips at their own address', async () => {
    const rig = createRig()
    const url = await finished(rig)
    const fast = await rig.createTask({}, turbo())
    rig.control.advance(2 * MINUTE)
    expect((await rig.send(`https://img.theapi.app/ephemeral/${fast}.mp4`)).status).toBe(200)
    const young = await rig.createTask()
    for (const wrong of [
      url.replace('storage.theapi.app', 'img.theapi.app'),
      url.replace('.mp4', '.mov'),
      `https://img.theapi.app/temp/${fast}-wm.mp4`,
      `https://storage.theapi.app/${young}.mp4`,
      'https://storage.theapi.app/00000000-0000-4000-8000-000000000999.mp4',
      'https://img.theapi.app/',
    ]) {
      expect((await rig.send(wrong)).status).toBe(404)
    }
    expect((await rig.send(url, { method: 'POST' })).status).toBe(404)
  })

  it('forget a clip after a day, while the task stays', async () => {
    const rig = createRig()
    const id = await rig.createTask()
    rig.control.advance(2 * MINUTE)
    const url = (await rig.task(id)).output.video_url
    rig.control.advance(23 * HOUR)
    expect((await rig.send(url)).status).toBe(200)
    rig.control.advance(HOUR)
    expect((await rig.send(url)).status).toBe(403)
    expect(await rig.task(id)).toMatchObject({ status: 'completed', output: { video_url: url } })
  })

  it('forget a clip when they are told to', async () => {
    const rig = createRig({ piapi: { mediaTtlMs: 20 * MINUTE } })
    const first = await finished(rig)
    rig.control.expireUrls(rig.control.tasks()[0]?.id)
    expect((await rig.send(first)).status).toBe(403)
    const second = await finished(rig)
    expect((await rig.send(second)).status).toBe(200)
    rig.control.advance(20 * MINUTE)
    expect((await rig.send(second)).status).toBe(403)
  })
})
