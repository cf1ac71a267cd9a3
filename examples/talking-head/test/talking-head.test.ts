import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silence } from '../emulated-voice.ts'

const run = promisify(execFile)
const program = join(import.meta.dirname, '..', 'index.ts')
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-talking-head-'))
})
afterEach(() => rm(folder, { recursive: true }))

const start = () =>
  run(process.execPath, [program, 'The weather for Friday: rain in the morning, then sun.'], {
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
  })

it('lets a portrait speak, with a voice that is asked for once', async () => {
  const { stdout } = await start()
  expect(stdout).toMatch(/image-to-video: .*\nlip-sync: .*\nAt most \$/)
  const clip = await readFile(join(folder, 'renders/talking-head.mp4'))
  expect(clip.subarray(4, 8).toString()).toBe('ftyp')
  const voice = await readFile(join(folder, 'renders/voice.mp3'))
  await start()
  expect((await readFile(join(folder, 'renders/voice.mp3'))).equals(voice)).toBe(true)
}, 120_000)

it('emulates a sound of the length that was asked for', () => {
  const bitsPerSecond = (silence(10).length * 8) / 10
  expect(bitsPerSecond / 128_000).toBeCloseTo(1, 1)
})
