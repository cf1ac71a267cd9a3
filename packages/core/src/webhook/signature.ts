import { ReelayError } from '../model/error.ts'
import { readEnv } from '../provider/http/auth.ts'
import { keyText } from '../provider/http/key-text.ts'
import type { VerifyDelivery } from './protocol.ts'
import { refusedDelivery } from './refusal.ts'

/**
 * Where the secrets of {@link standardWebhooks} come from.
 *
 * @example
 * ```ts
 * import { standardWebhooks, type StandardWebhooksOptions } from '@reelay/core/adapter'
 * const secrets: StandardWebhooksOptions = {
 *   provider: 'mine',
 *   variables: ['MINE_WEBHOOK_SECRET'],
 *   howTo: 'It is in the console of Mine, under Webhooks.',
 * }
 * export const verify = standardWebhooks(secrets)
 * ```
 */
export interface StandardWebhooksOptions {
  /** Id of the provider, for errors. */
  readonly provider: string
  /** `whsec_` and base64; several while one replaces another. The environment is read on use when absent. */
  readonly secrets?: string | readonly string[] | undefined
  /** Environment variables, in order. */
  readonly variables: readonly string[]
  /** Where a person finds the secret: a sentence. */
  readonly howTo: string
}

// 24 bytes at least by the specification; shorter ones are cut or made up.
const shortestKey = 24
// A rotation needs two. A header full of them would be work for nothing.
const mostSignatures = 16

/** Bytes of canonical base64 only: two spellings of one signature would be two signatures. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(text)
    if (btoa(binary) !== text) return undefined
    return Uint8Array.from(binary, (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

function joined(head: Uint8Array, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.byteLength + body.byteLength)
  whole.set(head)
  whole.set(body, head.byteLength)
  return whole
}

/**
 * The scheme of standardwebhooks.com, which Kling and Replicate use: HMAC-SHA256 over id, time and the raw body. Any
 * `v1` signature of the header may be any secret's; other versions are passed over.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`: here for an explicit secret that is none, on use for the environment.
 *
 * @example
 * ```ts
 * import { standardWebhooks } from '@reelay/core/adapter'
 * const verify = standardWebhooks({
 *   provider: 'mine',
 *   variables: ['MINE_WEBHOOK_SECRET'],
 *   howTo: 'It is in the console of Mine.',
 * })
 * ```
 */
export function standardWebhooks(options: StandardWebhooksOptions): VerifyDelivery {
  const { provider, secrets, variables, howTo } = options
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const fail = (message: string): ReelayError =>
    new ReelayError('ERR_CONFIG', `${message} ${howTo}`, { provider, outcome: 'none' })

  function decode(secret: string, name: string): Uint8Array<ArrayBuffer> {
    const bytes = fromBase64(keyText(secret, name, { provider }).replace(/^whsec_/, ''))
    if (bytes && bytes.byteLength >= shortestKey) return bytes
    throw fail(`${name} is no webhook secret of ${provider}: "whsec_" and base64.`)
  }

  function fromEnvironment(): readonly Uint8Array<ArrayBuffer>[] {
    const name = variables.find((variable) => readEnv(variable) !== undefined)
    const secret = name && readEnv(name)
    if (!secret)
      throw fail(`There is no webhook secret for ${provider}. Set ${variables[0]} or pass secrets.`)
    return [decode(secret, name)]
  }

  const given = secrets === undefined ? undefined : [secrets].flat().map((one) => decode(one, 'secrets'))
  if (given?.length === 0) throw fail('secrets is empty.')
  // The keys and not their promise: where requests are isolated (workerd), none may wait for what another began.
  let imported: readonly CryptoKey[] | undefined

  return async (headers, body, now) => {
    imported ??= await Promise.all(
      (given ?? fromEnvironment()).map((key) =>
        crypto.subtle.importKey('raw', key, algorithm, false, ['verify']),
      ),
    )
    const [id, time, list] = ['id', 'timestamp', 'signature'].map((name) => headers.get(`webhook-${name}`))
    if (!id || !time || !list) {
      const why = 'it lacks a signature (headers webhook-id, webhook-timestamp and webhook-signature).'
      throw refusedDelivery(provider, 'unsigned', why)
    }
    const at = freshTimestamp(provider, time, now)
    const signed = joined(new TextEncoder().encode(`${id}.${time}.`), body)
    const signatures = list.split(' ').flatMap((entry) => {
      const bytes = entry.startsWith('v1,') ? fromBase64(entry.slice(3)) : undefined
      return bytes ? [bytes] : []
    })
    for (const key of imported) {
      for (const signature of signatures.slice(0, mostSignatures)) {
        // Compares in constant time.
        if (await crypto.subtle.verify('HMAC', key, signature, signed)) return { verified: true, id, at }
      }
    }
    throw refusedDelivery(provider, 'forged', 'none of its signatures is made with a secret of ours.')
  }
}

/**
 * For receivers that were told so: takes every delivery, as a hint that proves nothing.
 *
 * @example
 * ```ts
 * import { standardWebhooks, unsignedDeliveries, type VerifyDelivery } from '@reelay/core/adapter'
 * export const verifierOf = (unsigned: boolean): VerifyDelivery =>
 *   unsigned
 *     ? unsignedDeliveries
 *     : standardWebhooks({ provider: 'mine', variables: ['MINE_WEBHOOK_SECRET'], howTo: 'It is in the console of Mine.' })
 * ```
 */
export const unsignedDeliveries: VerifyDelivery = async () => ({ verified: false })

// Five minutes either way, the tolerance that Kling and fal document and Standard Webhooks recommends.
const toleranceMs = 300_000

/**
 * The milliseconds of a signed time in whole Unix seconds.
 *
 * @throws ReelayError `ERR_WEBHOOK` when it is none, or more than five minutes away from now: a replay, or a clock that
 * is wrong.
 *
 * @example
 * ```ts
 * import { freshTimestamp } from '@reelay/core/adapter'
 * freshTimestamp('mine', '1795510885', 1_795_510_900_000) // 1795510885000
 * ```
 */
export function freshTimestamp(provider: string, seconds: string, now: number): number {
  if (!/^\d{1,12}$/.test(seconds)) {
    throw refusedDelivery(provider, 'forged', 'its timestamp is not a number of seconds.')
  }
  const at = Number(seconds) * 1_000
  if (Math.abs(now - at) <= toleranceMs) return at
  const off = `${Math.round(Math.abs(now - at) / 1_000)} s ${at < now ? 'old' : 'ahead of our clock'}`
  throw refusedDelivery(provider, 'stale', `it is ${off}, 300 s are allowed. Check this machine's clock.`)
}
