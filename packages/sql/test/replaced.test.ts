import { copyFileSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { ReelayError } from '@reelay/core'
import { expect, it } from 'vitest'
import { sqliteJournal } from '../src/index.ts'
import { temporary } from './support.ts'
import { orderOf } from './support-order.ts'

// Each leaves a running process with files that nobody else sees, or with those of another time.
const harms: Readonly<Record<string, (file: string) => void>> = {
  'the file is deleted': (file) => rmSync(file),
  'the file is renamed': (file) => renameSync(file, `${file}.old`),
  'the file is replaced by a copy': (file) => {
    copyFileSync(file, `${file}.copy`)
    renameSync(`${file}.copy`, file)
  },
  'the log beside it is deleted': (file) => rmSync(`${file}-wal`),
  'the index beside it is deleted': (file) => rmSync(`${file}-shm`),
  'the log beside it is replaced by a copy': (file) => {
    copyFileSync(`${file}-wal`, `${file}.copy`)
    renameSync(`${file}.copy`, `${file}-wal`)
  },
  'all are deleted': (file) => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix)
  },
}

it.each(Object.keys(harms))('nothing is sent once %s', async (harm) => {
  const file = join(temporary(), 'reelay.db')
  const journal = sqliteJournal(file, { lockTimeoutMs: 50 })
  const put = (key: string): Promise<string> =>
    journal.change(key, 1, (_, now) => ({ order: orderOf(key, now), result: 'written' }))
  await put('before')
  harms[harm]?.(file)
  const attempts = [
    () => put('after'),
    () => journal.order('before'),
    () => journal.reserve({ id: 'r', budget: 'b', key: 'after', amount: 1, limit: 2, windowMs: 1, at: 1 }),
  ]
  for (const attempt of attempts) {
    const error = await attempt().catch((thrown: unknown) => thrown)
    if (!ReelayError.isInstance(error)) throw new Error(`not refused: ${String(error)}`)
    expect([error.code, error.outcome]).toEqual(['ERR_CONFIG', 'none'])
    expect(error.message).toContain('was deleted, renamed or replaced while this process had it open')
  }
  await journal.close()
})

it('a file that is cut off is no empty journal', async () => {
  const file = join(temporary(), 'reelay.db')
  const first = sqliteJournal(file)
  await first.change('order-77', 1, (_, now) => ({ order: orderOf('order-77', now), result: undefined }))
  await first.close()
  truncateSync(file, 8_192)
  const journal = sqliteJournal(file)
  await expect(journal.order('order-77')).rejects.toThrow(/cannot be used|damaged/)
  await journal.close()
})
