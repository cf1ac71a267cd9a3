import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import { pngBase64 } from '../kling/rig.ts'
import { createRig, I2V, KLING, keyHeaders, prompt, type Rig, T2V } from './rig.ts'

const DAY = 86_400_000

async function readClip(rig: Rig, url: string): Promise<unknown[]> {
  const bytes = await (await rig.emulator.fetch(url)).arrayBuffer()
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
  const track = await input.getPrimaryVideoTrack()
  return [Math.round(await input.computeDuration()), track?.displayWidth, track?.displayHeight, track?.codec]
}

describe('the CDN', () => {
  it.each<[string, string, Record<string, unknown>, number[]]>([
    ['5 s, 16:9', T2V, { prompt }, [5, 320, 180]],
    ['10 s, 9:16', T2V, { prompt, duration: '10', aspect_ratio: '9:16' }, [10, 180, 320]],
    ['3 s', `${KLING}/v3/pro/text-to-video`, { prompt, duration: '3', aspect_ratio: '1:1' }, [3, 240, 240]],
    ['a picture', I2V, { prompt, image_url: `data:image/png;base64,${pngBase64(600, 400)}` }, [5, 294, 196]],
    ['a picture elsewhere', I2V, { prompt, image_url: 'https://example.com/a.png' }, [5, 320, 180]],
  ])('serves real MP4s of the requested length and shape: %s', async (_name, endpoint, input, expected) => {
    const rig = createRig()
    const { body } = await rig.finish(endpoint, input)
    expect(await readClip(rig, body.video.url)).toEqual([...expected, 'avc'])
  })

  it('answers without a key, with ranges, and as long as the result said', async () => {
    const rig = createRig()
    const { video } = (await rig.finish()).body
    const whole = await rig.emulator.fetch(video.url)
    expect((await whole.arrayBuffer()).byteLength).toBe(video.file_size)
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': String(video.file_size),
      'cache-control': 'public, max-age=5184000, immutable',
      'access-control-allow-origin': '*',
    })
    const part = await rig.emulator.fetch(video.url, { headers: { range: 'bytes=10-19' } })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${video.file_size}`])
    const head = await rig.emulator.fetch(video.url, { method: 'HEAD' })
    expect([head.status, (await head.arrayBuffer()).byteLength]).toEqual([200, 0])
  })

  it('serves a file only at its own address and only once it is made', async () => {
    const rig = createRig()
    const { video } = (await rig.finish()).body
    const young = await rig.create()
    const { folder, file } = {
      folder: '00000000',
      file: `${young.replaceAll('-', '').slice(0, 21)}_output.mp4`,
    }
    for (const wrong of [
      video.url.replace(/b\/[0-9a-f]{8}/, 'b/ffffffff'),
      video.url.replace('_output', '_input'),
      `https://v3.fal.media/files/b/${folder}/${file}`,
      'https://v3.fal.media/',
    ]) {
      expect((await rig.send(wrong)).status).toBe(404)
    }
    expect((await rig.send(video.url.replace('v3b.', 'v3.'))).status).toBe(200)
  })

  it('forgets a file after seven days, after what the request asked for, or on demand', async () => {
    const rig = createRig({ resultTtlMs: Number.POSITIVE_INFINITY })
    const { video } = (await rig.finish()).body
    rig.control.advance(7 * DAY - 600_000)
    expect((await rig.send(video.url)).status).toBe(200)
    rig.control.advance(600_000)
    expect((await rig.send(video.url)).status).toBe(404)

    const lifecycle = '{"expiration_duration_seconds":3600}'
    const headers = { ...keyHeaders, 'x-fal-object-lifecycle-preference': lifecycle }
    const { body } = await rig.submit(T2V, { prompt }, { headers })
    rig.control.advance(600_000)
    const short = (await rig.result(body.request_id)).body.video.url
    expect((await rig.send(short)).status).toBe(200)
    rig.control.advance(3_600_000)
    expect((await rig.send(short)).status).toBe(404)

    const { video: last } = (await rig.finish()).body
    rig.control.expireUrls()
    expect((await rig.send(last.url)).status).toBe(404)
  })
})

describe('the direct host', () => {
  const run = (rig: Rig, input: unknown = { prompt }): Promise<Response> =>
    rig.emulator.fetch(`https://fal.run/${T2V}`, {
      method: 'POST',
      headers: keyHeaders,
      body: JSON.stringify(input),
    })

  it('answers with the result once it is there', async () => {
    const rig = createRig()
    rig.control.onEvent(({ type }) => {
      if (type === 'answer-held') rig.control.advance(600_000)
    })
    const answer = await run(rig)
    expect([answer.status, answer.headers.get('x-fal-billable-units')]).toEqual([200, '5'])
    expect(Object.keys((await answer.json()) as object)).toEqual(['video'])
    expect((await run(rig, { prompt: 'forbidden' })).status).toBe(422)
    expect(rig.control.ledger()).toMatchObject([{ refunded: false }, { refunded: true }])
  })

  it('does not queue: it refuses what is too much', async () => {
    const rig = createRig()
    const pending = [run(rig), run(rig)]
    await new Promise((resolve) => setImmediate(resolve))
    expect((await run(rig)).status).toBe(429)
    rig.control.advance(600_000)
    expect((await Promise.all(pending)).map(({ status }) => status)).toEqual([200, 200])
    expect(rig.control.ledger()).toHaveLength(2)
  })

  it('has no follow-ups', async () => {
    const rig = createRig()
    expect(
      (await rig.send(`https://fal.run/${KLING}/requests/x/status`, { headers: keyHeaders })).status,
    ).toBe(404)
    expect((await rig.send(`https://fal.run/${T2V}`, { headers: keyHeaders })).status).toBe(405)
    expect((await rig.send(`https://fal.run/${T2V}`, { method: 'POST' })).status).toBe(401)
  })
})
