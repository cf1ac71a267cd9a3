import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createEmulator, type Emulator, type EmulatorOptions, type LedgerEntry } from '@reelay/emulator'

const example = join(import.meta.dirname, '..')
const speed = 120

/** How a run of the program ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A run of the program as a process of its own. */
export interface Running {
  readonly ended: Promise<Ended>
  kill(signal: NodeJS.Signals): void
}

/** Runs the command line of Reelay in the example's folder. */
export async function reelay(args: readonly string[]): Promise<void> {
  const bin = join(example, 'node_modules/reelay/src/bin.ts')
  await promisify(execFile)(process.execPath, [bin, ...args], {
    cwd: example,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
  })
}

/** Starts `node batch.ts` with nothing of our environment. */
export function start(args: readonly string[]): Running {
  const child = spawn(process.execPath, ['batch.ts', ...args], {
    cwd: example,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const told = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told.stderr += text
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, ...told }))
  })
  return { ended, kill: (signal) => void child.kill(signal) }
}

/** An emulator that outlives the programs which use it, and a folder for one test. */
export interface Stage {
  readonly control: Emulator['control']
  readonly out: string
  /** Starts the program against this emulator and folder. */
  start(...args: readonly string[]): Running
  run(...args: readonly string[]): Promise<Ended>
  /** Writes a file, by its lines. */
  file(...lines: readonly string[]): Promise<string>
  /** Writes a CSV, by its lines after the header. */
  csv(...lines: readonly string[]): Promise<string>
  clips(): Promise<readonly string[]>
  paid(): readonly LedgerEntry[]
  close(): Promise<void>
}

/** Opens an emulator on a port. */
export async function openStage(options: EmulatorOptions = {}): Promise<Stage> {
  const emulator = createEmulator({ speed, ...options })
  const server = await emulator.listen()
  const folder = await mkdtemp(join(tmpdir(), 'reelay-batch-'))
  const out = join(folder, 'out')
  const begin = (...args: readonly string[]): Running =>
    start([...args, '--emulator', server.url, '--speed', String(speed), '--out', out])
  const write = async (...lines: readonly string[]): Promise<string> => {
    const file = join(folder, 'rows.csv')
    await writeFile(file, `${lines.join('\n')}\n`)
    return file
  }
  return {
    control: emulator.control,
    out,
    start: begin,
    run: (...args) => begin(...args).ended,
    file: write,
    csv: (...lines) => write('id,prompt,duration,aspect_ratio,mode', ...lines),
    async clips() {
      const names = await readdir(out).catch(() => [])
      return names.filter((name) => name.endsWith('.mp4')).sort()
    },
    paid: () => emulator.control.ledger(),
    close: () => server.close(),
  }
}

/** Calls once the emulator has made so many tasks, while the answer of the last is still out. */
export function atTask({ control }: Stage, count: number, then: () => void): void {
  let made = 0
  const off = control.onEvent((event) => {
    if (event.type !== 'task-created') return
    made += 1
    if (made < count) return
    off()
    then()
  })
}
