import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Found } from '@reelay/core'
import { expect, onTestFinished } from 'vitest'

/** A folder for one test. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reelay-sqlite-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function listed(list: AsyncIterable<Found>): Promise<readonly Found[]> {
  const found: Found[] = []
  for await (const one of list) found.push(one)
  return found
}

/** A process of its own. */
export interface Child {
  readonly process: ChildProcess
  /** What it has printed, line by line. */
  readonly lines: readonly string[]
  /** Resolves once it has printed a line that begins so. */
  printed(start: string): Promise<string>
  /** What it has printed, once it has ended. */
  readonly ended: Promise<readonly string[]>
}

const script = join(import.meta.dirname, 'child.ts')

/** Runs `child.ts`, perhaps inside another command. */
export function child(args: readonly string[], within: readonly string[] = []): Child {
  const [command = '', ...rest] = [...within, process.execPath, script, ...args]
  const running = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void running.kill('SIGKILL'))
  const lines: string[] = []
  const waiting = new Set<() => void>()
  let partial = ''
  let errors = ''
  running.stderr.on('data', (chunk) => {
    errors += chunk
  })
  running.stdout.on('data', (chunk) => {
    const parts = `${partial}${chunk}`.split('\n')
    partial = parts.pop() ?? ''
    lines.push(...parts)
    for (const look of waiting) look()
  })
  const ended = new Promise<readonly string[]>((done, fail) => {
    running.on('close', (code, signal) => {
      for (const look of waiting) look()
      // Whatever escapes a process would have ended an app.
      if (code !== 0 && signal !== 'SIGKILL')
        fail(new Error(`the child ended with ${code ?? signal}: ${errors}`))
      else done(lines)
    })
  })
  ended.catch(() => undefined)
  return {
    process: running,
    lines,
    ended,
    printed: (start) =>
      new Promise((done, fail) => {
        const look = (): void => {
          const line = lines.find((one) => one.startsWith(start))
          if (line === undefined && running.exitCode === null && running.signalCode === null) return
          waiting.delete(look)
          if (line === undefined)
            fail(new Error(`the child ended without "${start}": ${lines.join(' | ')} ${errors}`))
          else done(line)
        }
        waiting.add(look)
        look()
      }),
  }
}

/** Holds a file to what SQLite and the sums promise, whatever happened to its writers. */
export function assertSound(file: string): void {
  const database = new DatabaseSync(file)
  try {
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    const budgets = database
      .prepare(
        'SELECT budget, SUM(amount) AS amount FROM reelay_reservations GROUP BY budget HAVING amount > 0',
      )
      .all()
    for (const { budget, amount } of budgets) {
      const levels = database
        .prepare('SELECT level, SUM(amount) AS amount FROM reelay_sums WHERE budget = ? GROUP BY level')
        .all(String(budget))
      expect(levels).toEqual(Array.from({ length: 7 }, (_, level) => ({ level, amount })))
    }
    const torn = database
      .prepare('SELECT key FROM reelay_orders WHERE key NOT IN (SELECT key FROM reelay_names)')
      .all()
    const stray = database
      .prepare('SELECT key FROM reelay_names WHERE key NOT IN (SELECT key FROM reelay_orders)')
      .all()
    expect([torn, stray]).toEqual([[], []])
  } finally {
    database.close()
  }
}
