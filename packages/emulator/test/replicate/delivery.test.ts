import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import { pngBase64 } from '../kling/rig.ts'
import { createRig, MODEL, type Rig } from './rig.ts'

async function finished(rig: Rig, input: Record<string, unknown> = {}, model = MODEL): Promise<string> {
  const id = await rig.createId(input, model)
  rig.control.advance(10 * 60_000)
  return (await rig.read(id)).output ?? ''
}

async function readClip(rig: Rig, url: string): Promise<unknown[]> {
  const bytes = await (await rig.emulator.fetch(url)).arrayBuffer()
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
  const track = await input.getPrimaryVideoTrack()
  const seconds = Math.round((await input.computeDuration()) * 10) / 10
  return [seconds, track?.displayWidth, track?.displayHeight, track?.codec]
}

describe('delivery', () => {
  it.each<[string, string, Record<string, unknown>, [number, number, number]]>([
    ['5 s, 16:9', MODEL, {}, [5, 320, 180]],
    ['3 s, 9:16', 'kwaivgi/kling-v3-video', { duration: 3, aspect_ratio: '9:16' }, [3, 180, 320]],
    [
      'the shape of its start frame',
      MODEL,
      { start_image: `data:image/png;base64,${pngBase64(600, 400)}`, aspect_ratio: '1:1' },
      [5, 294, 196],
    ],
    [
      'a frame of unknown shape',
      MODEL,
      { start_image: 'https://example.com/a.png', aspect_ratio: '1:1' },
      [5, 320, 180],
    ],
  ])('serves real MP4s: %s', async (_name, model, input, [seconds, width, height]) => {
    const rig = createRig()
    const url = await finished(rig, input, model)
    expect(await readClip(rig, url)).toEqual([seconds, width, height, 'avc'])
  })

  it('answers without a credential, to any origin, whole and in ranges', async () => {
    const rig = createRig()
    const url = await finished(rig)
    const whole = await rig.emulator.fetch(url)
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'cache-control': 'public,max-age=3600',
    })
    const bytes = new Uint8Array(await whole.arrayBuffer())
    const part = await rig.emulator.fetch(url, { headers: { range: 'bytes=100-' } })
    expect(part.status).toBe(206)
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(100))
    const head = await rig.emulator.fetch(url, { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe(String(bytes.length))
    expect(rig.control.requests().at(-1)?.op).toBe('download')
  })

  it('knows only finished clips at their own address', async () => {
    const rig = createRig()
    const url = await finished(rig)
    const id = await rig.createId()
    rig.control.advance(10 * 60_000)
    const failing = (await rig.read(id)).output ?? ''
    rig.control.forceStatus(id, 'failed')
    for (const wrong of [failing, url.replace('/tmp', '/out'), 'https://replicate.delivery/']) {
      expect((await rig.send(wrong)).status).toBe(404)
    }
  })

  it('lies below the API on any other host', async () => {
    const rig = createRig()
    const { baseURL } = rig.emulator.providers('http://emulator.test:1234').replicate
    expect(baseURL).toBe('http://emulator.test:1234/replicate/v1')
    const id = await rig.createId()
    rig.control.advance(10 * 60_000)
    const { output, urls } = (await rig.get(`${baseURL}/predictions/${id}`)).body
    expect(urls.get).toBe(`${baseURL}/predictions/${id}`)
    expect(output).toMatch(/^http:\/\/emulator\.test:1234\/replicate\/delivery\/xezq\//)
    expect((await rig.send(output ?? '')).status).toBe(200)
  })
})
