import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

// Real processes that encode real clips.
vi.setConfig({ testTimeout: 60_000 })

const bin = join(import.meta.dirname, '../src/bin.ts')
const children: ChildProcess[] = []
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-cli-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

// Only what a command needs: keys in the developer's own environment must not turn a test into a purchase.
function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
  })
  children.push(child)
  return child
}

async function run(args: readonly string[], env?: Readonly<Record<string, string>>) {
  const child = start(args, env)
  let [out, err] = ['', '']
  child.stdout?.on('data', (chunk) => (out += chunk))
  child.stderr?.on('data', (chunk) => (err += chunk))
  const [code] = await once(child, 'close')
  return { code, out, err }
}

async function clip(): Promise<{ seconds: number; width: number; height: number }> {
  const name = (await readdir(join(folder, 'renders'))).find((file) => file.endsWith('.mp4')) ?? 'no clip'
  const source = new BufferSource(await readFile(join(folder, 'renders', name)))
  const input = new Input({ formats: ALL_FORMATS, source })
  const track = await input.getPrimaryVideoTrack()
  return {
    seconds: await input.computeDuration(),
    width: track?.displayWidth ?? 0,
    height: track?.displayHeight ?? 0,
  }
}

/** A grey 640x360 PNG, small because it is all the same. */
async function photo(): Promise<string> {
  const { createPng } = await import('./png.ts')
  const file = join(folder, 'photo.png')
  await writeFile(file, createPng(640, 360))
  return file
}

describe('reelay generate', () => {
  it('renders on the emulator without keys and reports what happened', async () => {
    const { code, out, err } = await run(['generate'])
    expect([code, err]).toEqual([0, ''])
    for (const part of [
      'file ',
      'kling (emulated)',
      'kling-v3 std',
      'estimated  $0.42',
      'actual     $0.42',
      'task ',
      '--live',
    ]) {
      expect(out).toContain(part)
    }
    const files = await readdir(join(folder, 'renders'))
    expect(files.map((file) => file.replace(/\d{18}/, 'ID')).sort()).toEqual([
      'kling-v3-std-ID.mp4',
      'kling-v3-std-ID.mp4.json',
      'renders.jsonl',
    ])
    expect((await clip()).seconds).toBeCloseTo(5, 1)
  })

  it('takes what to render from its flags', async () => {
    const flags = ['--duration', '10', '--aspect-ratio', '9:16', '--model', 'kling-v2-6', '--mode', 'pro']
    const { code, out } = await run(['generate', 'A lighthouse', ...flags])
    expect(code).toBe(0)
    expect(out).toContain('kling-v2-6 pro: you asked for both')
    const { seconds, width, height } = await clip()
    expect([Math.round(seconds * 10) / 10, width / height]).toEqual([10, 9 / 16])
  })

  it('starts from an image, and says that the picture decides the aspect ratio', async () => {
    const { code, out } = await run([
      'generate',
      'She smiles',
      '--image',
      await photo(),
      '--aspect-ratio',
      '9:16',
    ])
    expect(code).toBe(0)
    expect(out).toContain('note: aspectRatio: kling-v3 takes the aspect ratio from the image')
    const sidecar = (await readdir(join(folder, 'renders'))).find((file) => file.endsWith('.mp4.json')) ?? ''
    const record = JSON.parse(await readFile(join(folder, 'renders', sidecar), 'utf8'))
    expect(record).toMatchObject({
      kind: 'image-to-video',
      prompt: 'She smiles',
      request: { duration: 5, startImage: { sha256: expect.any(String) } },
    })
  })

  it.each([
    [['--duratoin', '10'], 2, 'Did you mean --duration?'],
    [['--duration', 'ten'], 2, '--duration takes a number'],
    [['--image', 'missing.png'], 2, 'no readable file missing.png'],
    [['--provider', 'fall'], 2, 'The provider "fall" is not known. Did you mean "fal"?'],
    [['x', '-d', '10'], 2, 'There is no flag -d'],
    [['--duration', '5', '--duration=10'], 2, '--duration is given twice'],
    [['--deadline', '0'], 2, '--deadline takes at least'],
    [['--base-url', 'http://127.0.0.1:4010/kling'], 2, '--base-url goes with --live'],
    [['--live', '--duration', '99'], 2, 'renders 3 to 15 s, not 99 s'],
    [['--duration', '7', '--model', 'kling-v1-6'], 2, 'renders 5 or 10 s, not 7 s'],
    [['--model', 'kling-v2-master', '--mode', 'std'], 2, 'Leave mode out, or use pro'],
    [['--model', 'kling-v1'], 2, 'discontinued'],
  ])('refuses %j before anything is sent', async (flags, expected, words) => {
    const { code, err } = await run(['generate', ...flags])
    expect([code, err]).toEqual([expected, expect.stringContaining(words)])
  })

  it('names the variables to set, and where keys come from, when it has none', async () => {
    const { code, err } = await run(['generate', '--live', '--yes'])
    expect(code).toBe(2)
    for (const part of ['KLINGAI_API_KEY', 'KLINGAI_ACCESS_KEY', 'KLINGAI_SECRET_KEY', 'kling.ai/dev']) {
      expect(err).toContain(part)
    }
  })
})

async function emulate(): Promise<{ child: ChildProcess; baseURL: string; env: Record<string, string> }> {
  const child = start(['emulate', '--json', '--speed', '30'])
  const [line] = await once(createInterface({ input: child.stdout ?? process.stdin }), 'line')
  const { baseURL, env } = JSON.parse(line).providers.kling
  return { child, baseURL, env }
}

describe('reelay emulate', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s and then stops cleanly', async (signal) => {
    const { child, baseURL, env } = await emulate()
    const headers = { authorization: `Bearer ${env.KLINGAI_API_KEY}` }
    const list = await fetch(`${baseURL}/v1/videos/text2video?pageNum=1&pageSize=1`, { headers })
    expect(await list.json()).toMatchObject({ code: 0, data: [] })
    child.kill(signal)
    expect(await once(child, 'close')).toEqual([0, null])
  })

  it('finishes a task whose first waiter gave up, sidecar and all', async () => {
    const { baseURL, env } = await emulate()
    const flags = ['--live', '--yes', '--base-url', baseURL, '--deadline', '0.01', '--duration', '3']
    const first = await run(['generate', 'A lighthouse', ...flags], env)
    expect(first).toMatchObject({ code: 1, err: expect.stringContaining('ERR_TIMEOUT') })
    expect(first.err).toContain('reelay resume --journal renders/journal.jsonl')
    const second = await run(['resume', '--base-url', baseURL], env)
    expect([second.code, second.err]).toEqual([0, ''])
    expect((await clip()).seconds).toBeCloseTo(3, 1)
    const files = await readdir(join(folder, 'renders'))
    expect(files.filter((file) => file.endsWith('.order.json'))).toEqual([])
    const sidecar = files.find((file) => file.endsWith('.mp4.json')) ?? ''
    const record = JSON.parse(await readFile(join(folder, 'renders', sidecar), 'utf8'))
    expect(record).toMatchObject({
      prompt: 'A lighthouse',
      request: { duration: 3 },
      estimated: { microUsd: 252_000 },
    })
    expect((await run(['resume', '--base-url', baseURL], env)).out).toContain('Nothing is open')
  })

  it('spends nothing where nobody can be asked, or nothing can be written', async () => {
    const { baseURL, env } = await emulate()
    const live = ['generate', '--live', '--base-url', baseURL]
    expect(await run(live, env)).toMatchObject({ code: 2, err: expect.stringContaining('Add --yes') })
    await writeFile(join(folder, 'a-file'), '')
    const blocked = await run([...live, '--yes', '--out', 'a-file'], env)
    expect(blocked).toMatchObject({ code: 2, err: expect.stringContaining('--out: cannot write to a-file') })
    const headers = { authorization: `Bearer ${env.KLINGAI_API_KEY}` }
    const list = await fetch(`${baseURL}/v1/videos/text2video`, { headers })
    expect(await list.json()).toMatchObject({ data: [] })
  })

  it('names a paid task when it is interrupted, and says that it goes on', async () => {
    const { baseURL, env } = await emulate()
    const child = start(['generate', '--live', '--yes', '--base-url', baseURL], env)
    let [out, err] = ['', '']
    child.stderr?.on('data', (chunk) => (err += chunk))
    child.stdout?.on('data', (chunk) => {
      out += chunk
      // Once: a second signal kills at once, as everywhere.
      if (!child.killed && out.includes('accepted as task')) child.kill('SIGINT')
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(130)
    expect(err).toContain('The paid task goes on. Finish it with: reelay resume')
  })

  it('says what to do about a busy port', async () => {
    const { baseURL } = await emulate()
    const { code, err } = await run(['emulate', '--port', new URL(baseURL).port])
    expect([code, err]).toEqual([2, expect.stringContaining('is in use. Choose another with --port')])
  })
})

describe('reelay', () => {
  it('explains itself, and refuses what it does not know', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('generate') })
    expect(await run(['generate', '--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('--duration'),
    })
    expect(await run(['render'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no command "render"'),
    })
  })
})
