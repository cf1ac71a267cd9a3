// A name that could not be resolved, or a certificate refused in the handshake: no byte of the request left.
// Sources: Node's documentation of `Error` codes, getaddrinfo(3), OpenSSL's x509 verify codes as Node names them.
const beforeSending = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_NODATA',
  'EAI_NONAME',
  'UND_ERR_CONNECT_TIMEOUT',
  // A header or an option that undici refuses while it makes the request.
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
])

// These can also strike an open connection (an ICMP answer to a later packet), so only `connect` itself counts.
const whileConnecting = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL'])

// What fetch itself refuses before it opens a connection, by undici's fixed texts, which have no code (lib/web/fetch,
// version 8). Deno and Bun open such ports; workerd says no more than that the connection was lost.
const refusedByFetch = new Set(['bad port', 'URL scheme must be a HTTP(S) scheme', 'unknown scheme'])

interface SystemError {
  readonly code?: unknown
  readonly message?: unknown
  readonly syscall?: unknown
  readonly cause?: unknown
  readonly errors?: unknown
}

const asError = (value: unknown): SystemError | undefined =>
  typeof value === 'object' && value !== null ? value : undefined

/** The error a runtime's fetch really met: `fetch` and HTTP libraries wrap it as `cause`, several levels deep. */
function innermost(error: unknown): SystemError | undefined {
  let current = asError(error)
  try {
    for (let depth = 0; depth < 6; depth++) {
      const next = asError(current?.cause)
      if (!next) return current
      current = next
    }
  } catch {
    // Of somebody's own fetch: what cannot be read proves nothing.
    return undefined
  }
  return current
}

function failedBeforeSending(error: SystemError | undefined): boolean {
  if (!error) return false
  // Happy Eyeballs (RFC 8305): several addresses were tried; all of them must have failed to connect.
  if (Array.isArray(error.errors)) {
    return error.errors.length > 0 && error.errors.every((one) => failedBeforeSending(asError(one)))
  }
  if (typeof error.code !== 'string') return refusedByFetch.has(String(error.message))
  return beforeSending.has(error.code) || (whileConnecting.has(error.code) && error.syscall === 'connect')
}

/** Whether a rejected `fetch` of the runtime itself proves that the request never left. */
export function neverSent(error: unknown): boolean {
  return failedBeforeSending(innermost(error))
}

/** The code of a network error, safe to print: a system code or a class name, never its message. */
export function networkCode(error: unknown): string {
  const code = innermost(error)?.code
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : 'connection failed'
}
