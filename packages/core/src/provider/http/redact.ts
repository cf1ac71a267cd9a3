const hidden = '[redacted]'

// A bearer JWT is caught by its shape as well: a provider may echo one we did not sign (an older one, say).
const jwt = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g

// Shorter texts are no secrets, and replacing them would tear replies apart.
const shortestSecret = 6

/** A parsed reply with every secret in its texts replaced. */
export function redactValue(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return redact(value, secrets)
  if (Array.isArray(value)) return value.map((item) => redactValue(item, secrets))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, member]) => [redact(key, secrets), redactValue(member, secrets)]),
  )
}

/** Text with every secret replaced, also where it stands JSON-escaped or URI-encoded. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue
    for (const spelling of new Set([
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
    ])) {
      clean = clean.replaceAll(spelling, hidden)
    }
  }
  // A token in an address is the provider's own and opens the clip; without it the clip cannot be fetched.
  return /^https?:\/\//.test(clean) ? clean : clean.replace(jwt, hidden)
}
