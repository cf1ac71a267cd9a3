import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ReelayError } from '@reelay/core'
import { expect, it } from 'vitest'
import { sqliteJournal } from '../src/index.ts'
import { prepare, type Step, steps } from '../src/schema/migrate.ts'
import { sqliteDriver } from '../src/sqlite/driver.ts'
import { temporary } from './support.ts'
import { orderOf } from './support-order.ts'

const fileHere = (): string => join(temporary(), 'reelay.db')

async function write(file: string): Promise<void> {
  const journal = sqliteJournal(file)
  await journal.change('order-77', 1, (_, now) => ({ order: orderOf('order-77', now), result: undefined }))
  await journal.close()
}

/** What a later program does to a file. */
function inFile(file: string, text: string): void {
  const database = new DatabaseSync(file)
  database.exec(text)
  database.close()
}

const later = steps.length + 1
const raise = `UPDATE reelay_meta SET value = ${later} WHERE name = 'version'`

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown)
  if (!ReelayError.isInstance(error)) throw new Error(`not refused: ${String(error)}`)
  expect([error.code, error.outcome]).toEqual(['ERR_CONFIG', 'none'])
  return error.message
}

it('a file of a later version is not opened, and both versions are named', async () => {
  const file = fileHere()
  await write(file)
  inFile(file, raise)
  const journal = sqliteJournal(file)
  const asked = [
    () => journal.order('order-77'),
    () => journal.change('order-78', 1, () => ({ result: undefined })),
    () => journal.open()[Symbol.asyncIterator]().next(),
  ]
  for (const ask of asked) {
    const message = await refusal(ask())
    expect(message).toContain(`is of version ${later}, and this @reelay/sql reads version ${steps.length}`)
    expect(message).toContain('Nothing is sent without it.')
  }
  await journal.close()
})

it('a file that a later program takes over is not used any more', async () => {
  const file = fileHere()
  const journal = sqliteJournal(file)
  await journal.order('order-77')
  // Its orders lie elsewhere now: an empty answer would be no proof of anything.
  inFile(file, `ALTER TABLE reelay_orders RENAME TO reelay_orders_2; ${raise}`)
  expect(await refusal(journal.order('order-77'))).toContain(`is of version ${later}`)
  expect(await refusal(journal.change('order-77', 1, () => ({ result: undefined })))).toContain(
    `version ${later}`,
  )
  await journal.close()
})

it('an earlier version is brought to the newest by the steps that it lacks, once, and keeps its orders', async () => {
  const file = fileHere()
  await write(file)
  const more: Step = () => ['CREATE TABLE reelay_more (name TEXT)', "INSERT INTO reelay_more VALUES ('once')"]
  const drivers = [sqliteDriver(file, 1_000), sqliteDriver(file, 1_000)]
  await Promise.all(drivers.map((driver) => prepare(driver, [...steps, more])))
  for (const driver of drivers) await driver.close()
  const database = new DatabaseSync(file)
  expect(database.prepare('SELECT name FROM reelay_more').all()).toEqual([{ name: 'once' }])
  expect(database.prepare('SELECT key FROM reelay_orders').all()).toEqual([{ key: 'order-77' }])
  expect(database.prepare("SELECT value FROM reelay_meta WHERE name = 'version'").get()).toEqual({
    value: later,
  })
  database.close()
})

it('a step that fails leaves the version that was there', async () => {
  const file = fileHere()
  await write(file)
  const driver = sqliteDriver(file, 1_000)
  const broken: Step = () => ['CREATE TABLE reelay_more (name TEXT)', 'INSERT INTO reelay_nowhere VALUES (1)']
  await refusal(prepare(driver, [...steps, broken]))
  await driver.close()
  const journal = sqliteJournal(file)
  expect((await journal.order('order-77'))?.v).toBe(1)
  await journal.close()
})

it('a file that does not say its version is not used', async () => {
  const file = fileHere()
  await write(file)
  inFile(file, "UPDATE reelay_meta SET value = 'x' WHERE name = 'version'")
  const journal = sqliteJournal(file)
  expect(await refusal(journal.order('order-77'))).toContain('does not say of which version')
  inFile(file, "DELETE FROM reelay_meta WHERE name = 'version'")
  expect(await refusal(journal.order('order-77'))).toContain('does not say of which version')
  await journal.close()
})
