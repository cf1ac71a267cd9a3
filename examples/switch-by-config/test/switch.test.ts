import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createEmulator, type EmulatorServer, emulatorEnvironment } from '@reelay/emulator'
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const example = join(import.meta.dirname, '..')
const run = promisify(execFile)
const emulator = createEmulator({ speed: 60 })
let server: EmulatorServer
let folder = ''

beforeAll(async () => {
  server = await emulator.listen()
  folder = await mkdtemp(join(tmpdir(), 'reelay-switch-'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const providers = ['kling', 'piapi', 'fal', 'replicate'] as const

describe('one app, four configurations', () => {
  it.concurrent.each(providers)('renders with %s', async (name) => {
    const clip = join(folder, `${name}.mp4`)
    const { stdout } = await run(process.execPath, ['app.ts', `configs/${name}.config.ts`, clip], {
      cwd: example,
      // The app knows no address: its requests to the real hosts meet the emulator.
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        ...emulatorEnvironment(server.url),
      },
    })
    expect(stdout).toContain(`${name}: ${clip}`)
    const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(await readFile(clip)) })
    expect(await input.computeDuration()).toBeCloseTo(5, 1)
    expect(emulator.control.ledger().filter((entry) => entry.provider === name)).toHaveLength(1)
  })

  it('differs between two of them in one line', async () => {
    const texts = await Promise.all(
      providers.map((name) => readFile(join(example, `configs/${name}.config.ts`), 'utf8')),
    )
    const [first = [], ...others] = texts.map((text) => text.split('\n'))
    for (const lines of others) {
      expect(lines.filter((line, index) => line !== first[index])).toHaveLength(1)
    }
  })
})
