import { isRecord, parseJSON } from '../http/json.ts'
import type { KlingAccount } from './accounts.ts'
import { type Refusal, refuse } from './errors.ts'
import type { KlingSettings } from './options.ts'

const encoder = new TextEncoder()

function fromBase64URL(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(binary, (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}

async function signatureHolds(
  secret: string,
  signed: string,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['verify'])
  return crypto.subtle.verify('HMAC', key, signature, encoder.encode(signed))
}

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
  const [head = '', payload = '', signed = ''] = token.split('.')
  const header = parsePart(head)
  const claims = parsePart(payload)
  const signature = fromBase64URL(signed)
  if (!signature || header?.alg !== 'HS256' || header.typ !== 'JWT') return refuse(1002)
  if (typeof claims?.exp !== 'number' || typeof claims.nbf !== 'number') return refuse(1002)

  const account = accounts.find(({ accessKey }) => accessKey === claims.iss)
  if (!account) return refuse(settings.unknownKeyCode)
  if (!(await signatureHolds(account.secretKey, `${head}.${payload}`, signature))) return refuse(1002)

  const seconds = Math.floor(nowMs / 1000)
  if (claims.nbf > seconds + settings.jwtLeewaySeconds) return refuse(1003)
  if (claims.exp <= seconds - settings.jwtLeewaySeconds) return refuse(1004)
  return account
}

function parsePart(part: string): Record<string, unknown> | undefined {
  const bytes = fromBase64URL(part)
  const value = bytes && parseJSON(bytes)
  return isRecord(value) ? value : undefined
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
