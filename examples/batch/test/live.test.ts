import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createEmulator, emulatorEnvironment } from '@reelay/emulator'
import { expect, it } from 'vitest'

it('buys and saves with --live what it would at the real service, at the emulator instead', {
  timeout: 120_000,
}, async () => {
  const out = await mkdtemp(join(tmpdir(), 'reelay-batch-live-'))
  const emulator = createEmulator({ speed: 60 })
  const server = await emulator.listen()
  try {
    const args = ['batch.ts', '--live', '--provider', 'fal', '--budget', '5', '--limit', '2', '--out', out]
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: join(import.meta.dirname, '..'),
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        ...emulatorEnvironment(server.url),
      },
    })
    const clips = (await readdir(out)).filter((file) => file.endsWith('.mp4'))
    expect(clips, stdout).toHaveLength(2)
    expect(emulator.control.ledger()).toMatchObject([{ provider: 'fal' }, { provider: 'fal' }])
  } finally {
    await server.close()
    await rm(out, { recursive: true })
  }
})
