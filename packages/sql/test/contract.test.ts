import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Journal } from '@reelay/core'
import { describeJournal } from '@reelay/testing'
import { sqliteJournal } from '../src/index.ts'
import { toColumn } from '../src/text.ts'

describeJournal({
  name: 'sqliteJournal',
  manifest: { clock: 'caller', damage: true },
  world() {
    const folder = mkdtempSync(join(tmpdir(), 'reelay-sqlite-'))
    const file = join(folder, 'reelay.db')
    const opened: Required<Journal>[] = []
    return {
      open() {
        // Connections of their own, as two processes have them.
        const journal = sqliteJournal(file)
        opened.push(journal)
        return journal
      },
      damage(key, text) {
        const database = new DatabaseSync(file)
        database.prepare('UPDATE reelay_orders SET doc = ? WHERE key = ?').run(text, toColumn(key))
        database.close()
      },
      async close() {
        for (const journal of opened) await journal.close()
        rmSync(folder, { recursive: true })
      },
    }
  },
})
