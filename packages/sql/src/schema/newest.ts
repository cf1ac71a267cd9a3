import { type Script, sql } from '../script.ts'

/** The later of the caller's time and the newest that was written, in milliseconds since the epoch. */
export function* newestOr(at: number): Script<number> {
  const [row] = yield* sql("SELECT value FROM reelay_meta WHERE name = 'newest'")
  return Math.max(Number.isSafeInteger(Math.floor(at)) ? Math.floor(at) : 0, Number(row?.value ?? 0))
}

/** Notes that something was written at a time. */
export function* noteNewest(now: number): Script<void> {
  yield* sql(
    "INSERT INTO reelay_meta (name, value) VALUES ('newest', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE excluded.value > reelay_meta.value",
    now,
  )
}
