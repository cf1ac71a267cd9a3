import type { Dialect } from '../driver.ts'

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
