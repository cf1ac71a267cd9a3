const MIN_MS = 5000
const MAX_MS = 24 * 3_600_000
const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 }

/** Reads `Cancel-After`: `30`, `30s`, `5m`, `2h` or `1h30m45s`, from 5 s to 24 h. Undefined where it is none of it. */
export function parseCancelAfter(header: string): number | undefined {
  const sent = header.trim()
  if (sent === '' || !/^(?:\d+|(?:\d+h)?(?:\d+m)?(?:\d+s)?)$/.test(sent)) return undefined
  const ms = [...sent.matchAll(/(\d+)([hms]?)/g)].reduce(
    (sum, [, amount = '0', unit = '']) => sum + Number(amount) * (unitMs[unit || 's'] ?? 0),
    0,
  )
  return ms >= MIN_MS && ms <= MAX_MS ? ms : undefined
}

const LONGEST_WAIT_SECONDS = 60

/** Reads `Prefer`: milliseconds to wait; `invalid` outside the specification's pattern, which lets 61 to 99 through. */
export function parsePrefer(header: string): number | 'invalid' {
  const found = /^wait(?:=([1-9]|[1-9][0-9]))?$/.exec(header.trim())
  if (!found) return 'invalid'
  return Math.min(Number(found[1] ?? LONGEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS) * 1000
}
