import type { Clock } from '@reelay/core'
import { SignJWT } from 'jose/jwt/sign'

// Official samples sign for 1800 s and backdate nbf by 5 s; no longer life is documented (authentication page, 2026-09).
const lifetimeS = 1_800
const backdateS = 5
const renewBeforeS = 60

/**
 * Signs a token as of `nowS`, in seconds since the epoch. The claims and their order are those of the official samples:
 * `iss`, `exp`, `nbf`, nothing else.
 */
export function signToken(accessKey: string, secretKey: string, nowS: number): Promise<string> {
  return new SignJWT({ iss: accessKey, exp: nowS + lifetimeS, nbf: nowS - backdateS })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secretKey))
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
  let held: { readonly signedAtS: number; readonly token: Promise<string> } | undefined
  let current: string | undefined

  const serverNowS = (skew: number): number => Math.floor((clock.now() + skew) / 1_000)

  return {
    token() {
      const nowS = serverNowS(skewMs)
      const leftS = held ? held.signedAtS + lifetimeS - nowS : 0
      // More left than a token ever has: our clock was set back.
      if (held && leftS >= renewBeforeS && leftS <= lifetimeS) return held.token
      const token = signToken(accessKey, secretKey, nowS).then((text) => {
        current = text
        return text
      })
      held = { signedAtS: nowS, token }
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
