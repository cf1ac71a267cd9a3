import { linkSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ReelayError } from '@reelay/core'
import { describe, expect, it } from 'vitest'
import { sqliteJournal } from '../src/index.ts'
import { type Script, sql } from '../src/script.ts'
import { sqliteDriver } from '../src/sqlite/driver.ts'
import { loadRuntime } from '../src/sqlite/runtime.ts'
import { temporary } from './support.ts'
import { orderOf } from './support-order.ts'

/** What is said of a path, at once or at first use. */
async function said(path: unknown, options: unknown = {}): Promise<string> {
  try {
    const journal = sqliteJournal(path as string, options as object)
    await journal.change('order-77', 1, () => ({ result: undefined }))
    return 'taken'
  } catch (error) {
    if (!ReelayError.isInstance(error)) throw error
    expect([error.code, error.outcome]).toEqual(['ERR_CONFIG', 'none'])
    return error.message
  }
}

describe('a path is refused before anything is sent', () => {
  it.each([
    [undefined, 'has to be a text'],
    ['', 'has to be a text'],
    [7, 'has to be a text'],
    ['a\0b', 'has to be a text'],
    [':memory:', 'memoryJournal()'],
    ['file:journal.db', 'Give a path'],
    ['FILE:///srv/journal.db', 'Give a path'],
    ['renders/journal.jsonl', "sqliteJournal('reelay.db')"],
    ['renders/JOURNAL.JSONL', "sqliteJournal('reelay.db')"],
  ])('%j', async (path, words) => {
    expect(() => sqliteJournal(path as string)).toThrow(words)
    expect(await said(path)).toContain(words)
  })

  it.each([Number.NaN, -1, '5', Number.POSITIVE_INFINITY, 600_001, null])(
    'with a lockTimeoutMs of %j',
    async (ms) => {
      expect(await said('reelay.db', { lockTimeoutMs: ms })).toContain('lockTimeoutMs has to be')
    },
  )

  it('that is a folder, something else than a file, or leads nowhere', async () => {
    const folder = temporary()
    symlinkSync(join(folder, 'nothing'), join(folder, 'dangling.db'))
    writeFileSync(
      join(folder, 'text.db'),
      'not a database, but long enough to look like a file of some kind'.repeat(20),
    )
    expect(await said(folder)).toContain('is a folder')
    expect(await said(join(folder, 'dangling.db'))).toContain('leads nowhere')
    expect(await said('/dev/null')).toContain('is not a file')
    expect(await said(join(folder, 'text.db'))).toContain('give the journal a path of its own')
    expect(await said(join(folder, 'text.db', 'reelay.db'))).toContain('cannot be used')
  })

  it('that has a second name', async () => {
    const file = join(temporary(), 'reelay.db')
    expect(await said(file)).toBe('taken')
    const journal = sqliteJournal(file)
    await journal.order('order-77')
    linkSync(file, `${file}.too`)
    expect(await said(file)).toContain('2 names (hard links)')
    expect(await said(`${file}.too`)).toContain('2 names (hard links)')
    // Nobody can come by it any more, so whoever has it open goes on.
    expect(await journal.order('order-77')).toBeUndefined()
    await journal.close()
  })

  it('that is a database of another program, which is left as it was', async () => {
    const file = join(temporary(), 'app.db')
    const app = new DatabaseSync(file)
    app.exec('CREATE TABLE users (name TEXT)')
    app.close()
    const before = readFileSync(file)
    expect(await said(file)).toContain('is a database of another program')
    expect(readFileSync(file).equals(before)).toBe(true)
  })
})

describe('one file', () => {
  it('is one journal, by whatever name it is reached', async () => {
    const folder = temporary()
    mkdirSync(join(folder, 'real'))
    symlinkSync(join(folder, 'real'), join(folder, 'linked'))
    const file = join(folder, 'real', 'reelay.db')
    const first = sqliteJournal(file)
    await first.change('order-77', 1, (_, now) => ({ order: orderOf('order-77', now), result: undefined }))
    symlinkSync(file, join(folder, 'other.db'))
    const names = [
      file,
      join(folder, 'linked', 'reelay.db'),
      join(folder, 'other.db'),
      relative(process.cwd(), file),
    ]
    for (const name of names) {
      const journal = sqliteJournal(name)
      expect((await journal.order('order-77'))?.v).toBe(1)
      await journal.close()
    }
    await first.close()
  })

  it('is made with its folder, and opened at first use only', async () => {
    const file = join(temporary(), 'not', 'there', 'reelay.db')
    sqliteJournal(file)
    expect(() => realpathSync(file)).toThrow('ENOENT')
    expect(await said(file)).toBe('taken')
    expect(realpathSync(file)).toBe(realpathSync(file))
  })

  it('is opened as the promises need it: shared, on the disk with each commit, and without a wait in SQLite', async () => {
    const driver = sqliteDriver(join(temporary(), 'reelay.db'), 1_000)
    const settings = ['journal_mode', 'synchronous', 'busy_timeout']
    const told = await driver.read(function* (): Script<readonly unknown[]> {
      const all: unknown[] = []
      for (const name of settings) all.push(Object.values((yield* sql(`PRAGMA ${name}`))[0] ?? {})[0])
      return all
    })
    // 2: FULL.
    expect(told).toEqual(['wal', 2, 0])
    await driver.close()
  })

  it('gives back long texts of any kind as they were', async () => {
    const file = join(temporary(), 'reelay.db')
    const journal = sqliteJournal(file)
    const long = orderOf('order-77', 1, ['🎬é\u0000"\\ '.repeat(20_000)])
    await journal.change('order-77', 1, () => ({ order: long, result: undefined }))
    const other = sqliteJournal(file)
    expect(await other.order('order-77')).toEqual(long)
    await journal.close()
    await other.close()
  })

  it('is not used after close', async () => {
    const journal = sqliteJournal(join(temporary(), 'reelay.db'))
    await journal.order('order-77')
    await journal.close()
    await journal.close()
    await expect(journal.order('order-77')).rejects.toThrow('was closed')
  })
})

it('a runtime without SQLite is refused, and told of the other journal', () => {
  for (const host of [{}, { process: {} }, { process: { getBuiltinModule: () => undefined } }])
    expect(() => loadRuntime(host)).toThrow(/Use postgresJournal of @reelay\/sql/)
})
