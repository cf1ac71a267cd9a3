// RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8.
const PKCS8_PREFIX = [
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]
const encoder = new TextEncoder()

/** Public key of the JWKS; the documented verifiers read nothing but `x`. */
interface PublicKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
}

/** The key pairs that sign webhooks. They are fixed and public, and belong to nobody else. */
export interface WebhookKeys {
  /** Ed25519 signature in lower-case hex. */
  sign(text: string, key: 'own' | 'foreign'): Promise<string>
  /** Every public key that is in use or was, the newest first. */
  jwks(): Promise<{ readonly keys: readonly PublicKey[] }>
  /** Signs with another key pair from now on. */
  rotate(): void
  reset(): void
}

interface Pair {
  readonly privateKey: CryptoKey
  readonly publicKey: PublicKey
}

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

export const sha256Hex = async (text: string): Promise<string> =>
  hex(await crypto.subtle.digest('SHA-256', encoder.encode(text)))

async function pairFrom(seed: string): Promise<Pair> {
  const pkcs8 = Uint8Array.from([...PKCS8_PREFIX, ...encoder.encode(seed)])
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign'])
  const { x = '' } = await crypto.subtle.exportKey('jwk', privateKey)
  return { privateKey, publicKey: { kty: 'OKP', crv: 'Ed25519', x } }
}

/** 32 bytes for the nth key pair of a name. */
const seedOf = (name: string, number: number): string =>
  `demo-fal-${name}-not-real-`.padEnd(32, '0').slice(0, 30) + String(number).padStart(2, '0')

export function createWebhookKeys(): WebhookKeys {
  const pairs = new Map<string, Promise<Pair>>()
  let number = 1
  const pair = (name: string, nth: number): Promise<Pair> => {
    const seed = seedOf(name, nth)
    const known = pairs.get(seed) ?? pairFrom(seed)
    pairs.set(seed, known)
    return known
  }
  return {
    sign: async (text, key) => {
      const { privateKey } = await (key === 'own' ? pair('webhook', number) : pair('foreign', 1))
      return hex(await crypto.subtle.sign('Ed25519', privateKey, encoder.encode(text)))
    },
    jwks: async () => {
      const numbers = Array.from({ length: number }, (_, index) => number - index)
      const all = await Promise.all(numbers.map((nth) => pair('webhook', nth)))
      return { keys: all.map(({ publicKey }) => publicKey) }
    },
    rotate: () => {
      number += 1
    },
    reset: () => {
      number = 1
    },
  }
}
