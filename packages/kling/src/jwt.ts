import { type Clock, elapsedOf } from '@reelay/core/adapter'

// Official samples sign for 1800 s and backdate nbf by 5 s; no longer life is documented (authentication page, 2026-09).
const lifetimeS = 1_800
const backdateS = 5
const renewBeforeS = 60

/**
 * Signs a token as of `nowS`, in seconds since the epoch. The claims and their order are those of the official samples:
 * `iss`, `exp`, `nbf`, nothing else. The signer is loaded with the first token, since an API key needs none.
 *
 * @throws whatever the loading, or the runtime's cryptography, stumbles over; the transport makes it an `ERR_CONFIG` before
 * anything is sent.
 */
export async function signToken(accessKey: string, secretKey: string, nowS: number): Promise<string> {
  // The claims are complete: what `jose/jwt/sign` adds to this is a builder of them (2 kB of a bundle, 2026-11-27).
  const { CompactSign } = await import('jose/jws/compact/sign')
  const utf8 = new TextEncoder()
  const claims = { iss: accessKey, exp: nowS + lifetimeS, nbf: nowS - backdateS }
  return new CompactSign(utf8.encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(utf8.encode(secretKey))
}

/** Tokens of one key pair: kept while they last, and signed by the server's time once it has told us. */
export interface TokenSource {
  token(): Promise<string>
  /** The server refused a token. `serverTime` is its clock, in milliseconds since the epoch, if it said. */
  renew(serverTime: number | undefined): void
  /** The last token signed. */
  current(): string | undefined
}

/** Makes the tokens of one key pair. */
export function createTokenSource(accessKey: string, secretKey: string, clock: Clock): TokenSource {
  let skewMs = 0
  // The text and not its promise: where requests are isolated (workerd), none may wait for what another began.
  let held: { readonly signedAtS: number; readonly signedAt: number; readonly token: string } | undefined
  let current: string | undefined

  const serverNowS = (skew: number): number => Math.floor((clock.now() + skew) / 1_000)

  return {
    async token() {
      // By the time that has passed: whoever sets our clock ages no token.
      const ageS = held ? (elapsedOf(clock) - held.signedAt) / 1_000 : lifetimeS
      if (held && ageS >= 0 && ageS <= lifetimeS - renewBeforeS) return held.token
      const nowS = serverNowS(skewMs)
      const signedAt = elapsedOf(clock)
      const signedWith = skewMs
      const token = await signToken(accessKey, secretKey, nowS)
      current = token
      // Meanwhile the server may have said what time it really is.
      if (skewMs === signedWith) held = { signedAtS: nowS, signedAt, token }
      return token
    },
    renew(serverTime) {
      const skew = serverTime === undefined ? skewMs : serverTime - clock.now()
      // Several requests may come back with the same stale token: the first renews, the rest find a fresh one. Two
      // seconds, since `Date` counts whole ones.
      const fresh =
        held && Math.abs(serverNowS(skew) - held.signedAtS) <= 2 && Math.abs(skew - skewMs) <= 2_000
      if (fresh) return
      skewMs = skew
      held = undefined
    },
    current: () => current,
  }
}
