import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** How a program ended. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs Node in the package's folder, with no more of this process's environment than its path. */
export async function runNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const cwd = join(import.meta.dirname, '../..')
  const child = spawn(process.execPath, [...args], {
    cwd,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (err += chunk))
  const [code] = await once(child, 'close')
  return { code, out, err }
}

const registered = ['--import', '@reelay/emulator/register']

/** Runs a module under `register`. */
export const runRegistered = (module: string, env?: Readonly<Record<string, string>>): Promise<Ended> =>
  runNode([...registered, '--input-type=module', '--eval', module], env)

/** Runs a file under `register`. */
export const runFile = (file: string, env?: Readonly<Record<string, string>>): Promise<Ended> =>
  runNode([...registered, join(import.meta.dirname, file)], env)
