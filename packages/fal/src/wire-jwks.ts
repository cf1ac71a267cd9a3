import { wireReader } from '@reelay/core'
import * as z from 'zod/mini'

/** A public key that WebCrypto reads. */
export interface WireKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
}

// 32 bytes in base64url. Other kinds of keys in the set are none of ours, whatever they are called.
const key = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().check(z.regex(/^[\w-]{43}$/)),
})

const readKey = wireReader(key)
const readSet = wireReader(z.object({ keys: z.array(z.unknown()) }))

/** The Ed25519 keys of a set; `undefined` when the value is no set. */
export function readKeys(value: unknown): readonly WireKey[] | undefined {
  return readSet(value)
    ?.keys.map(readKey)
    .filter((one) => one !== undefined)
}
