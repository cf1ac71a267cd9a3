import {
  type Auth,
  type Clock,
  createReader,
  elapsedOf,
  type InstanceOptions,
  isolatesRequests,
  ReelayError,
  refusedDelivery,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { spec } from './spec.ts'

// 32 bytes in base64url. Other kinds of keys in the set are none of ours, whatever they are called.
const key = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().check(z.regex(/^[\w-]{43}$/)),
})

const readKey = wireReader(key)
const readSet = wireReader(z.object({ keys: z.array(z.unknown()) }))

/** The Ed25519 keys of a set; `undefined` when the value is no set. */
function readKeys(value: unknown): readonly z.infer<typeof key>[] | undefined {
  return readSet(value)
    ?.keys.map(readKey)
    .filter((one) => one !== undefined)
}

/** The public keys a delivery may be signed with. */
export interface KeySource {
  /** @throws ReelayError `ERR_WEBHOOK` (`unavailable`) when there are none to be had just now. */
  current(): Promise<readonly CryptoKey[]>
  /** Newer ones than those, if it is time to look for some. */
  newer(than: readonly CryptoKey[]): Promise<readonly CryptoKey[] | undefined>
}

// "Cache, for 24 hours at most": webhook page, 2026-09.
const keptForMs = 24 * 60 * 60_000
// Anybody can send what no key fits: it must not make us ask more often than this.
const restMs = 60_000
const restAfterFailureMs = 5_000
// fal gives up on the first try after 15 s.
const timeoutMs = 4_000
const mostKeys = 16

/** Keys are public: nobody's credentials are needed, and none are sent. */
const nobody: Auth = { authorize: () => undefined, secrets: () => [] }

/** fal's keys, fetched when they are first needed. */
export function keySource(options: Omit<InstanceOptions, 'auth'>, clock: Clock): KeySource {
  const read = createReader(spec, { ...options, auth: nobody, clock, timeoutMs })
  let keys: readonly CryptoKey[] = []
  let fetchedAt = Number.NEGATIVE_INFINITY
  let restUntil = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined

  async function load(): Promise<void> {
    const request = { method: 'GET', host: 'rest', path: '/.well-known/jwks.json' } as const
    const deadlineAt = clock.now() + timeoutMs
    try {
      const found = await read('the webhook keys', request, ({ body }) => readKeys(body), { deadlineAt })
      const imported = found
        .slice(0, mostKeys)
        .map((key) =>
          crypto.subtle.importKey('jwk', key, 'Ed25519', false, ['verify']).catch(() => undefined),
        )
      const usable = (await Promise.all(imported)).filter((key) => key !== undefined)
      if (usable.length === 0) throw refusedDelivery('fal', 'unavailable', 'fal publishes no key that fits.')
      keys = usable
      fetchedAt = elapsedOf(clock)
      restUntil = fetchedAt + restMs
    } catch (error) {
      restUntil = elapsedOf(clock) + restAfterFailureMs
      throw error
    }
  }

  function refresh(): Promise<void> {
    // What another request has begun may not be waited for there.
    if (isolatesRequests()) return load()
    running ??= load().finally(() => {
      running = undefined
    })
    return running
  }

  return {
    async current() {
      if (elapsedOf(clock) - fetchedAt < keptForMs) return keys
      const unavailable = (why: string): Error =>
        refusedDelivery('fal', 'unavailable', `fal’s keys could not be read. ${why}`)
      if (!running && elapsedOf(clock) < restUntil)
        throw unavailable('They will be asked for again in a moment.')
      await refresh().catch((error: unknown) => {
        throw ReelayError.isInstance(error) ? unavailable(error.message) : error
      })
      return keys
    },
    async newer(than) {
      if (keys === than && (running || elapsedOf(clock) >= restUntil)) await refresh().catch(() => undefined)
      return keys === than ? undefined : keys
    },
  }
}
