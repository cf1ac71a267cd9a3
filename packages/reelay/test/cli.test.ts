import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPng } from '@reelay/rig'
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDesk, type Desk } from './cli-process.ts'

let desk: Desk
beforeEach(() => {
  desk = createDesk()
})
afterEach(() => desk.close())

async function clip(): Promise<{ seconds: number; width: number; height: number }> {
  const name = (await desk.files()).find((file) => file.endsWith('.mp4')) ?? 'no clip'
  const source = new BufferSource(await readFile(join(desk.folder, 'renders', name)))
  const input = new Input({ formats: ALL_FORMATS, source })
  const track = await input.getPrimaryVideoTrack()
  return {
    seconds: await input.computeDuration(),
    width: track?.displayWidth ?? 0,
    height: track?.displayHeight ?? 0,
  }
}

async function sidecar(): Promise<Record<string, unknown>> {
  const name = (await desk.files()).find((file) => file.endsWith('.mp4.json')) ?? 'no sidecar'
  return desk.json(join('renders', name))
}

/** A grey 640x360 PNG, small because it is all the same. */
async function photo(): Promise<string> {
  const file = join(desk.folder, 'photo.png')
  await writeFile(file, createPng(640, 360))
  return file
}

describe('reelay generate, on the emulator inside', () => {
  it('renders without keys: what happens on stderr, what came of it on stdout', async () => {
    const { code, out, err } = await desk.run(['generate'])
    expect(code).toBe(0)
    for (const part of ['accepted as task', 'usually', 'saving the clip', 'done', '--live']) {
      expect(err).toContain(part)
      expect(out).not.toContain(part)
    }
    for (const part of ['file ', 'kling (emulated)', 'kling-v3 std', 'estimated  $0.42', 'task ']) {
      expect(out).toContain(part)
    }
    expect(out).toContain('actual     $0.42, 3 units (derived')
    const files = await desk.files()
    expect(files.map((file) => file.replace(/\d{18}/, 'ID'))).toEqual([
      'kling-v3-std-ID.mp4',
      'kling-v3-std-ID.mp4.json',
      'renders.jsonl',
    ])
    expect((await clip()).seconds).toBeCloseTo(5, 1)
  })

  it('takes what to render from its flags', async () => {
    const flags = ['--duration', '10', '--aspect-ratio', '9:16', '--model', 'kling-v2-6', '--mode', 'pro']
    const { code, out } = await desk.run(['generate', 'A lighthouse', ...flags])
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('kling-v2-6 pro. You asked for this model and this mode.'),
    ])
    expect((await sidecar()).why).toBe('You asked for this model and this mode.')
    const { seconds, width, height } = await clip()
    expect([Math.round(seconds * 10) / 10, width / height]).toEqual([10, 9 / 16])
  })

  it('starts from an image, says that the picture decides the aspect ratio, and notes all of it', async () => {
    const flags = ['--image', await photo(), '--aspect-ratio', '9:16', '--json']
    const { code, out, err } = await desk.run(['generate', "She smiles, doesn't she", ...flags])
    expect(code).toBe(0)
    expect(err).toContain('note: --aspect-ratio: kling-v3 takes the aspect ratio from the image')
    const record = await sidecar()
    expect(record).toMatchObject({
      kind: 'image-to-video',
      nativeModel: 'kling-v3',
      request: { duration: 5, startImage: { sha256: expect.any(String) } },
      images: [{ field: 'startImage', file: 'photo.png', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      url: expect.stringMatching(/^http:/),
      renderMs: expect.any(Number),
      versions: { reelay: '0.0.0', '@reelay/core': '0.0.0' },
    })
    expect(record.command).toBe(
      `reelay generate 'She smiles, doesn'\\''t she' --model kling-v3 --mode std --aspect-ratio 9:16 --image ${join(desk.folder, 'photo.png')}`,
    )
    const { path, sidecar: file, ...printed } = JSON.parse(out)
    expect(printed).toEqual(record)
    expect([path, file]).toEqual([
      expect.stringMatching(/renders\/kling-.*\.mp4$/),
      expect.stringContaining(path),
    ])
  })

  it('buys nothing for an empty stdin', async () => {
    const { code, err } = await desk.run(['generate', '--live', '-'], { input: ' \n' })
    expect([code, err]).toEqual([2, expect.stringContaining('The prompt on stdin is empty')])
  })

  it('names the variables to set, and where keys come from, when it has none', async () => {
    const { code, err } = await desk.run(['generate', 'x', '--live', '--yes'])
    expect(code).toBe(2)
    for (const part of ['KLINGAI_API_KEY', 'KLINGAI_ACCESS_KEY', 'KLINGAI_SECRET_KEY', 'kling.ai/dev']) {
      expect(err).toContain(part)
    }
  })
})

describe('reelay', () => {
  it('explains itself, and refuses what it does not know', async () => {
    expect(await desk.run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('generate') })
    const help = await desk.run(['generate', '--help'])
    for (const part of ['--duration', 'Examples', 'Exit codes', 'KLINGAI_API_KEY', '--json prints']) {
      expect(help.out).toContain(part)
    }
    expect(await desk.run(['render', '--json'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no command "render"'),
      out: expect.stringContaining('"ERR_USAGE"'),
    })
    expect(await desk.run(['constructor'])).toMatchObject({ code: 2 })
  })

  it('says its version', async () => {
    expect(await desk.run(['--version'])).toEqual({ code: 0, out: '0.0.0\n', err: '' })
    expect(await desk.run(['-v'])).toMatchObject({ out: '0.0.0\n' })
    expect(JSON.parse((await desk.run(['--version', '--json'])).out)).toEqual({ version: '0.0.0' })
  })
})
