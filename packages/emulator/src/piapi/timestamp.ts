const HOUR_MS = 3_600_000

/**
 * RFC 3339 with nine fraction digits, as the samples have it. The clock knows milliseconds; the six digits
 * below them are taken from a seed, so that a client which reads them with fewer digits gets caught.
 */
export function rfc3339(at: number, seed: string, offset: '+00:00' | '+08:00'): string {
  const local = new Date(at + (offset === '+08:00' ? 8 * HOUR_MS : 0)).toISOString().slice(0, -1)
  const below = String(Number.parseInt(seed.slice(0, 8), 16) % 1_000_000).padStart(6, '0')
  return `${local}${below}${offset === '+00:00' ? 'Z' : offset}`
}
