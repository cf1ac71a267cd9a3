import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import type { KlingAccount } from './account.ts'
import type { KlingSettings } from './options.ts'
import { type Refusal, refuse } from './tables.ts'

const encoder = new TextEncoder()

/**
 * Checks an access-key token: format, key and signature are 1002, `nbf` ahead 1003, `exp` reached 1004 (RFC 7519,
 * section 4.1.4: not on or after it). How long a token may live is not documented, so any `exp` passes.
 */
async function verifyJWT(
  token: string,
  accounts: readonly KlingAccount[],
  nowMs: number,
  settings: KlingSettings,
): Promise<KlingAccount | Refusal> {
  try {
    const { iss } = decodeJwt(token)
    // The header as the vendor writes it; jose alone would take any case of `typ`, and `application/jwt`.
    if (decodeProtectedHeader(token).typ !== 'JWT') return refuse(1002)
    const account = accounts.find(({ accessKey }) => accessKey === iss)
    if (!account) return refuse(settings.unknownKeyCode)
    await jwtVerify(token, encoder.encode(account.secretKey), {
      algorithms: ['HS256'],
      requiredClaims: ['exp', 'nbf'],
      currentDate: new Date(nowMs),
      clockTolerance: settings.jwtLeewaySeconds,
    })
    return account
  } catch (error) {
    return refuse(codeOf(error))
  }
}

/** Of a token that does not hold: the time is told apart from everything else. */
function codeOf(error: unknown): 1002 | 1003 | 1004 {
  if (error instanceof errors.JWTExpired) return 1004
  const early = error instanceof errors.JWTClaimValidationFailed && error.reason === 'check_failed'
  return early && error.claim === 'nbf' ? 1003 : 1002
}

// Live on V1 paths, 2026-09-20. API 2.0 words it differently.
const MADE_UP_KEY = 'The token was expected to have 3 parts, but got 0'

const looksLikeJWT = (token: string): boolean => token.split('.').length === 3

/** The account a request belongs to. Both schemes travel as a Bearer token; V1 takes either. */
export async function authenticate(
  authorization: string | null,
  accounts: readonly KlingAccount[],
  nowMs: number,
  settings: KlingSettings,
): Promise<KlingAccount | Refusal> {
  if (authorization === null || authorization.trim() === '') return refuse(1001)
  const token = /^Bearer (\S+)$/.exec(authorization)?.[1]
  if (token === undefined) return refuse(1002)
  const owner = accounts.find(({ apiKeys }) => apiKeys.includes(token))
  if (owner) return owner
  return looksLikeJWT(token)
    ? verifyJWT(token, accounts, nowMs, settings)
    : refuse(settings.unknownKeyCode, MADE_UP_KEY)
}
