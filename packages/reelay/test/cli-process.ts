import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const bin = join(import.meta.dirname, '../src/bin.ts')
const inEmulatedTime = join(import.meta.dirname, 'programs/emulated-time.ts')

/** The environment of a command that waits in the time of an emulator at `url`, so many times as fast as real time. */
export const emulatedTime = (url: string, speed: number): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import=${pathToFileURL(inEmulatedTime)}`,
  EMULATED_AT: url,
  EMULATED_SPEED: String(speed),
})

/** How a command ended. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** How to start one. */
export interface Starting {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** What stands on its stdin; nothing when absent. */
  readonly input?: string | Uint8Array
}

/** A folder of its own for commands to run in, and the commands themselves. */
export interface Desk {
  readonly folder: string
  start(args: readonly string[], how?: Starting): ChildProcess
  run(args: readonly string[], how?: Starting): Promise<Ended>
  /** The names of the files in a folder below, sorted; none where there is no folder. */
  files(below?: string): Promise<readonly string[]>
  json(file: string): Promise<Record<string, unknown>>
  close(): Promise<void>
}

/** Makes a desk; to be closed. */
export function createDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'reelay-cli-'))
  const children: ChildProcess[] = []
  // Only what a command needs: keys in the developer's own environment must not turn a test into a purchase.
  const start: Desk['start'] = (args, { env = {}, cwd = folder, input } = {}) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd,
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
    })
    children.push(child)
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    return child
  }
  return {
    folder,
    start,
    async run(args, how) {
      const child = start(args, how)
      let [out, err] = ['', '']
      child.stdout?.on('data', (chunk) => (out += chunk))
      child.stderr?.on('data', (chunk) => (err += chunk))
      const [code] = await once(child, 'close')
      return { code, out, err }
    },
    files: async (below = 'renders') =>
      (await readdir(join(folder, below), { recursive: true }).catch(() => [])).sort(),
    json: async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')),
    async close() {
      for (const child of children.splice(0)) child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
