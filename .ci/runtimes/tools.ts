import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const timeoutMs = 120_000

/** A program's output; fails only when there is none. */
export function call(file: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((done, fail) => {
    execFile(file, args, { cwd, timeout: timeoutMs, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error && !stdout.trim())
        fail(new Error(stderr.trim().split('\n').slice(-3).join(' ') || error.message))
      else done(stdout)
    })
  })
}

/** What a program says of itself: JSON, on its last line. */
export async function answer<Value>(file: string, args: readonly string[], cwd: string): Promise<Value> {
  return JSON.parse((await call(file, args, cwd)).trim().split('\n').at(-1) ?? '') as Value
}

/** Installs packages in a folder of their own. */
export function install(at: string, dependencies: Record<string, string>): void {
  mkdirSync(at, { recursive: true })
  writeFileSync(
    join(at, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies, overrides: dependencies }),
  )
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund'], {
    cwd: at,
    stdio: 'ignore',
    timeout: 240_000,
  })
}

/** Tools out of npm, kept between runs; throws when they cannot be had. */
export function toolsOf(names: readonly string[]): string {
  const at = join(tmpdir(), 'reelay-runtimes-tools', names.join('+').replaceAll(/[^\w.+]/g, '-'))
  if (existsSync(join(at, 'ready'))) return at
  mkdirSync(at, { recursive: true })
  writeFileSync(join(at, 'package.json'), '{"private":true}')
  const options = { cwd: at, stdio: 'ignore', timeout: 240_000 } as const
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', ...names], options)
  writeFileSync(join(at, 'ready'), '')
  return at
}

export const bin = (tools: string, name: string): string => join(tools, 'node_modules/.bin', name)
/** Programs of this repository. */
export const own: string = resolve('node_modules/.bin')
