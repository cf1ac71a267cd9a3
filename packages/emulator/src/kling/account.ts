import type { Account } from '../engine/account.ts'
import { checkedSecret } from '../webhooks/standard.ts'
import type { Pack } from './tables.ts'

/**
 * One emulated Kling account. Keys of an account share its balance and its concurrency.
 *
 * @example
 * ```ts
 * import { createEmulator, type KlingAccountOptions } from '@reelay/emulator'
 *
 * const poor: KlingAccountOptions = {
 *   name: 'poor', accessKey: 'ak-poor', secretKey: 'sk-poor', apiKeys: ['key-poor'], units: 1, concurrency: { video: 1 },
 * }
 * const emulator = createEmulator({ kling: { accounts: [poor] } })
 * ```
 */
export interface KlingAccountOptions {
  /** Picture in ledger and tasks; `account-<n>` unless told. */
  readonly name?: string
  readonly accessKey: string
  readonly secretKey: string
  readonly apiKeys?: readonly string[]
  /** Video units the account can spend; 1000 unless told. One unit lists at $0.14. */
  readonly units?: number
  /** Image units the account can spend, from a pack of their own; 10 000 unless told. One lists at $0.0035. */
  readonly imageUnits?: number
  /** Try-on units, from a pack of their own; 1000 unless told. One lists at $0.07. */
  readonly tryOnUnits?: number
  /**
   * Tasks of one model version at a time, by the kind of pack that pays; 5 for video and try-on, 9 images unless told, as in
   * the names of the trial packs. Paid tiers are not known.
   */
  readonly concurrency?: { readonly video?: number; readonly image?: number; readonly 'try-on'?: number }
  /** What pays for its clips: a resource pack, in units, unless told; or the cash balance, in dollars of the list price. */
  readonly paysFrom?: 'pack' | 'balance'
  /** `whsec_` and base64; two during a rotation. Without one, as in a new account, callbacks are not signed. */
  readonly webhookSecret?: string | readonly string[]
}

export interface KlingAccount extends Account {
  /** Stands in result URLs where the real CDN has a bucket number. */
  readonly bucket: string
  readonly accessKey: string
  readonly secretKey: string
  readonly apiKeys: readonly string[]
  readonly packs: Readonly<Record<'image' | 'try-on', number>>
  concurrency: Readonly<Record<Pack, number>>
  readonly paysFrom: 'pack' | 'balance'
  /** The newest one first; without any, callbacks are not signed. */
  webhookSecrets: readonly string[]
}

const FIRST_BUCKET = 1_000_000_001

/** Money is counted in thousandths of a unit. */
export const openAccount = (account: KlingAccountOptions, index: number): Omit<KlingAccount, 'name'> => ({
  bucket: String(FIRST_BUCKET + index),
  accessKey: account.accessKey,
  secretKey: account.secretKey,
  apiKeys: account.apiKeys ?? [],
  granted: Math.round((account.units ?? 1000) * 1000),
  packs: {
    image: Math.round((account.imageUnits ?? 10_000) * 1000),
    'try-on': Math.round((account.tryOnUnits ?? 1000) * 1000),
  },
  concurrency: { video: 5, image: 9, 'try-on': 5, ...account.concurrency },
  paysFrom: account.paysFrom ?? 'pack',
  webhookSecrets: [account.webhookSecret ?? []].flat().map(checkedSecret),
})

/** Keys of the demo account. */
export interface KlingDemo {
  readonly accessKey: string
  readonly secretKey: string
  readonly apiKey: string
  /** For an account that signs: the demo account, as a new one at Kling, has no webhook secret. */
  readonly webhookSecret: string
  /** Of the relay before it. */
  readonly relayKey: string
}

export const klingDemo: KlingDemo = {
  accessKey: 'demo-access-key-not-real',
  secretKey: 'demo-secret-key-not-real-0000000',
  apiKey: 'demo-api-key-not-real',
  relayKey: 'demo-relay-key-not-real',
  webhookSecret: 'whsec_ZGVtby1rbGluZy13ZWJob29rLW5vdC1yZWFs',
}

export const demoAccount: KlingAccountOptions = {
  name: 'demo',
  accessKey: klingDemo.accessKey,
  secretKey: klingDemo.secretKey,
  apiKeys: [klingDemo.apiKey],
}
