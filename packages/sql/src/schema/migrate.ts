import { ReelayError } from '@reelay/core'
import type { Dialect, Driver } from '../driver.ts'
import { type Script, sql } from '../script.ts'

/** What brings a database from one version to the next; a step that has been published is never changed. */
export type Step = (dialect: Dialect) => readonly string[]

const first: Step = ({ clustered, text }) => [
  `CREATE TABLE reelay_orders (key ${text} NOT NULL PRIMARY KEY, began BIGINT NOT NULL, at BIGINT NOT NULL, open INTEGER NOT NULL, doc TEXT NOT NULL)`,
  'CREATE INDEX reelay_orders_by_age ON reelay_orders (began, key)',
  'CREATE INDEX reelay_orders_open ON reelay_orders (began, key) WHERE open = 1',
  'CREATE INDEX reelay_orders_closed ON reelay_orders (at, key) WHERE open = 0',
  `CREATE TABLE reelay_names (name ${text} NOT NULL, key ${text} NOT NULL, PRIMARY KEY (name, key)) ${clustered}`,
  'CREATE INDEX reelay_names_by_key ON reelay_names (key)',
  `CREATE TABLE reelay_reservations (id ${text} NOT NULL PRIMARY KEY, budget ${text} NOT NULL, key ${text} NOT NULL, task ${text}, amount BIGINT NOT NULL, at BIGINT NOT NULL, spent INTEGER NOT NULL)`,
  'CREATE INDEX reelay_reservations_by_key ON reelay_reservations (key)',
  'CREATE INDEX reelay_reservations_by_task ON reelay_reservations (task) WHERE task IS NOT NULL',
  `CREATE TABLE reelay_sums (budget ${text} NOT NULL, level INTEGER NOT NULL, slot BIGINT NOT NULL, amount BIGINT NOT NULL, PRIMARY KEY (budget, level, slot)) ${clustered}`,
]

/** Every step there is; their number is the version that this package reads and writes. */
export const steps: readonly Step[] = [first]

const meta = 'reelay_meta'

const refused = (title: string, what: string, next: string): ReelayError =>
  new ReelayError('ERR_CONFIG', `${title} ${what} Nothing is sent without it. ${next}`, { outcome: 'none' })

/** Of a database that has one. */
function* readVersion(title: string): Script<number> {
  const [row] = yield* sql(`SELECT value FROM ${meta} WHERE name = 'version'`)
  const version = Number(row?.value)
  if (Number.isSafeInteger(version) && version > 0) return version
  throw refused(title, 'does not say of which version it is.', 'Restore it from a copy.')
}

function* versionOf({ dialect, title }: Driver): Script<number> {
  return (yield* dialect.hasTable(meta)) ? yield* readVersion(title) : 0
}

function tooNew(title: string, version: number, own: number): ReelayError {
  const what = `is of version ${version}, and this @reelay/sql reads version ${own}.`
  return refused(title, what, `Update @reelay/sql here to one that reads version ${version}.`)
}

function* migrate(driver: Driver, list: readonly Step[]): Script<void> {
  const { dialect, title } = driver
  yield* dialect.lock('schema')
  const version = yield* versionOf(driver)
  if (version > list.length) throw tooNew(title, version, list.length)
  if (version === list.length) return
  yield* dialect.alone(version === 0 ? undefined : meta)
  if (version === 0)
    yield* sql(`CREATE TABLE ${meta} (name ${dialect.text} NOT NULL PRIMARY KEY, value BIGINT NOT NULL)`)
  for (const step of list.slice(version)) for (const text of step(dialect)) yield* sql(text)
  const known = "INSERT INTO reelay_meta (name, value) VALUES ('version', ?)"
  yield* sql(`${known} ON CONFLICT (name) DO UPDATE SET value = excluded.value`, list.length)
}

/** Brings a database to the newest version that this package knows, from whatever earlier one. */
export async function prepare(driver: Driver, list: readonly Step[] = steps): Promise<void> {
  const version = await driver.read(() => versionOf(driver))
  if (version !== list.length) await driver.write(() => migrate(driver, list))
}

/**
 * The script, once it is sure that the database is still of our version: a later program may have changed it meanwhile,
 * and what we do not find there then is no proof that nothing was bought.
 */
export function* checked<Result>(title: string, script: Script<Result>): Script<Result> {
  const version = yield* readVersion(title)
  if (version !== steps.length) throw tooNew(title, version, steps.length)
  return yield* script
}
