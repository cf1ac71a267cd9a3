import type { Journal } from '@reelay/core'
import { describeJournal } from '@reelay/testing'
import { afterAll, beforeAll, describe } from 'vitest'
import { postgresJournal } from '../src/index.ts'
import { toColumn } from '../src/text.ts'
import { binaries, type PostgresServer, postgresServer } from './postgres-server.ts'

describe.skipIf(!binaries())('PostgreSQL (skipped where no binaries of it are)', () => {
  let server: PostgresServer
  let count = 0
  beforeAll(async () => {
    server = await postgresServer()
  }, 120_000)
  afterAll(async () => server.stop(), 60_000)

  for (const time of ['server', 'caller'] as const) {
    describeJournal({
      name: `postgresJournal by the ${time}'s clock`,
      manifest: { clock: time, damage: true },
      world() {
        count += 1
        const schema = `of "case" ${count}`
        const opened: Required<Journal>[] = []
        return {
          open() {
            // Connections of their own, as two machines have them.
            const journal = postgresJournal(server.url, { schema, time, lockTimeoutMs: 60_000 })
            opened.push(journal)
            return journal
          },
          async damage(key, text) {
            const table = `"${schema.replaceAll('"', '""')}".reelay_orders`
            await server.ask(`UPDATE ${table} SET doc = $1 WHERE key = $2`, [text, toColumn(key)])
          },
          async close() {
            for (const journal of opened) await journal.close()
          },
        }
      },
    })
  }
})
