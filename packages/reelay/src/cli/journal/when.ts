import { UsageError } from '../failure.ts'

const units = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** Milliseconds of `90d`, `12h`, `30m`, `4w`; `undefined` for another text. */
function lengthOf(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits) * units[unit as keyof typeof units]
}

/**
 * A length of time given as a flag.
 *
 * @throws UsageError for anything else than such as `90d`.
 */
export function lengthFlag(name: string, text: string): number {
  const ms = lengthOf(text)
  if (ms !== undefined && ms > 0) return ms
  throw new UsageError(`--${name} takes a length of time, such as 90d, 12h or 4w, not "${text}".`)
}

/**
 * The moment a flag names, in milliseconds since the epoch: a day (its midnight here), a date with a time, or a length of
 * time before `now`.
 *
 * @throws UsageError for anything else.
 */
export function sinceFlag(name: string, text: string, now: number): number {
  const ms = lengthOf(text)
  if (ms !== undefined) return now - ms
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const at = /^\d{4}-\d{2}-\d{2}(T|$)/.test(text) ? Date.parse(day ? `${text}T00:00` : text) : Number.NaN
  if (!Number.isNaN(at)) return at
  throw new UsageError(
    `--${name} takes a date such as 2026-11-01, or a length of time such as 7d, not "${text}".`,
  )
}
