import { ReelayError, systemClock } from '@reelay/core'
import type { Dialect, Driver } from '../driver.ts'
import { newestOr, noteNewest } from '../schema/newest.ts'
import { type Script, sql } from '../script.ts'
import { type Connection, connect } from './connection.ts'
import { holderOf } from './holder.ts'
import { placeOf } from './place.ts'
import { loadRuntime, type Runtime } from './runtime.ts'
import { Busy, inWords } from './trouble.ts'

/** SQLite: one writer at a time, so that whoever writes has every lock there is. */
export const sqliteDialect: Dialect = {
  text: 'TEXT',
  clustered: 'WITHOUT ROWID',
  *hasTable(name) {
    return (yield* sql("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", name)).length > 0
  },
  *lock() {},
  *alone() {},
  now: newestOr,
  wrote: noteNewest,
}

// Pauses between two looks at a lock that somebody else has.
const shortestMs = 1
const longestMs = 50
// Who writes without a pause lets nobody in, and stops its own event loop: after so long it takes a breath.
const burstMs = 50
const breathMs = 2

/** A file for any number of processes of one kernel; opened at first use. */
export function sqliteDriver(given: string, patienceMs: number): Driver {
  const title = `The journal ${given}`
  let connection: Connection | undefined
  let where: { readonly runtime: Runtime; readonly file: string } | undefined
  let closed = false
  let asked: string | undefined

  function open(): Connection {
    if (closed)
      throw new ReelayError('ERR_CONFIG', `${title} was closed. Nothing is sent without it.`, {
        outcome: 'none',
      })
    const runtime = loadRuntime()
    where ??= { runtime, file: inWords(title, () => placeOf(runtime, given)) }
    asked ??= runtime.path.resolve(given)
    connection ??= connect(title, runtime, where.file, asked)
    return connection
  }

  function held(waitedMs: number): ReelayError {
    const who = where ? holderOf(where.runtime, where.file) : 'another process'
    const seconds = Number((waitedMs / 1_000).toFixed(1))
    const message = `${title} is held by ${who} and could not be written for ${seconds} s. Nothing is sent without it. Let that process go on, or end it: what it has not finished is undone.`
    return new ReelayError('ERR_CONFIG', message, { outcome: 'none', retryable: true })
  }

  let burstSince = Number.NEGATIVE_INFINITY
  let wroteAt = Number.NEGATIVE_INFINITY

  async function breathe(): Promise<void> {
    for (;;) {
      const now = performance.now()
      if (now - wroteAt >= breathMs) burstSince = now
      if (now - burstSince < burstMs) return
      await systemClock.sleep(breathMs)
    }
  }

  async function run<Result>(
    begin: 'BEGIN' | 'BEGIN IMMEDIATE',
    script: () => Script<Result>,
  ): Promise<Result> {
    const startedAt = performance.now()
    for (let pauseMs = shortestMs; ; pauseMs = Math.min(pauseMs * 2, longestMs)) {
      try {
        return open().run(begin, script)
      } catch (error) {
        if (!(error instanceof Busy)) throw error
      }
      const waitedMs = performance.now() - startedAt
      if (waitedMs >= patienceMs) throw held(waitedMs)
      // Not in step with the others who wait.
      await systemClock.sleep(Math.random() * Math.min(pauseMs, patienceMs - waitedMs))
    }
  }

  return {
    dialect: sqliteDialect,
    writers: 'machine',
    title,
    read: (script) => run('BEGIN', script),
    async write(script) {
      await breathe()
      try {
        return await run('BEGIN IMMEDIATE', script)
      } finally {
        wroteAt = performance.now()
      }
    },
    async close() {
      closed = true
      connection?.close()
      connection = undefined
    },
  }
}
