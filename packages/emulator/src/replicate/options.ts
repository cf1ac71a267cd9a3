import type { Account } from '../engine/account.ts'
import type { Lasting } from '../engine/task.ts'
import { checkedSecret } from '../webhooks/standard.ts'

/**
 * One emulated Replicate account. Its tokens share its credit, its limits, its predictions and its files.
 *
 * @example
 * ```ts
 * import { createEmulator, type ReplicateAccountOptions } from '@reelay/emulator'
 *
 * const poor: ReplicateAccountOptions = { name: 'poor', tokens: ['r8_poor'], creditUsd: 1 }
 * const emulator = createEmulator({ replicate: { accounts: [poor] } })
 * ```
 */
export interface ReplicateAccountOptions {
  /** Picture in ledger and tasks, and the `owner` of its files; `account-<n>` unless told. */
  readonly name?: string
  readonly tokens: readonly string[]
  /** US dollars the account can spend; 1000 unless told. */
  readonly creditUsd?: number
  /** `whsec_` and base64; the demo account's unless told. */
  readonly webhookSecret?: string
  /** Signs file downloads; the demo account's unless told. */
  readonly filesSecret?: string
}

/**
 * What a timing function gets to know of a prediction.
 *
 * @example
 * ```ts
 * import { createEmulator, type ReplicatePredictionFacts } from '@reelay/emulator'
 *
 * const slow4k = (facts: ReplicatePredictionFacts): number => (facts.mode === '4k' ? 300_000 : 60_000)
 * createEmulator({ replicate: { processingMs: slow4k } })
 * ```
 */
export interface ReplicatePredictionFacts {
  readonly id: string
  /** `owner/name`. */
  readonly model: string
  readonly mode: string
  /** Requested length, seconds. */
  readonly seconds: number
  readonly prompt: string
}

/**
 * What the emulated content policy objects to. It speaks only after a prediction was accepted: E005.
 *
 * @example
 * ```ts
 * import { createEmulator, type ReplicateContentFilter } from '@reelay/emulator'
 *
 * const filter: ReplicateContentFilter = { fail: ['blood'] }
 * createEmulator({ replicate: { contentFilter: filter } })
 * ```
 */
export interface ReplicateContentFilter {
  /** Words that let the prediction fail; `forbidden-async` unless told. */
  readonly fail?: readonly string[]
  /** Asked when no word was found. */
  readonly judge?: (prompt: string, input: Readonly<Record<string, unknown>>) => 'fail' | 'pass'
}

/**
 * Options of the emulated Replicate. Each switch stands for something that is undocumented or disputed.
 *
 * @example
 * ```ts
 * import { createEmulator, type ReplicateEmulatorOptions } from '@reelay/emulator'
 *
 * const replicate: ReplicateEmulatorOptions = { limits: 'low-credit', listItems: 'thin', processingMs: 1000 }
 * const emulator = createEmulator({ replicate })
 * ```
 */
export interface ReplicateEmulatorOptions {
  /** One demo account unless told, its token in `demoCredentials`. */
  readonly accounts?: readonly ReplicateAccountOptions[]
  /**
   * `documented` unless told: 600 creates and 3000 other calls per minute, and 6 creates with a burst of one
   * below five dollars of credit. `low-credit` has the latter whatever the credit, `off` never throttles.
   */
  readonly limits?: 'documented' | 'low-credit' | 'off'
  /** Whether the ordinary 429 names its wait in a header too; false unless told. The low-credit one always does. */
  readonly retryAfterHeader?: boolean
  /** Time in `starting`, milliseconds; 2000 unless told. */
  readonly queuedMs?: Lasting<ReplicatePredictionFacts>
  /** Time in `processing`; unless told 60 s for 5 s of standard video, more for longer clips and higher modes. */
  readonly processingMs?: Lasting<ReplicatePredictionFacts>
  /** Status of a `Prefer: wait` answer whose output is ready; `processing` unless told, as recorded. */
  readonly syncStatus?: 'processing' | 'succeeded'
  /** A `Prefer` outside the specification's pattern: `refuse` (422) unless told, or as if it were not there. */
  readonly invalidPrefer?: 'refuse' | 'ignore'
  /** Keys of `input` that the model's card lacks: ignored and logged unless told. */
  readonly unknownInputs?: 'ignore' | 'refuse'
  /** Whether list items are whole predictions, as specified, or lack input, output, error and logs, as in older samples. */
  readonly listItems?: 'full' | 'thin'
  /** Keys without a value: null (as in newer recordings) unless told, or left out (as in older ones). */
  readonly emptyKeys?: 'null' | 'absent'
  /** How far `created_at` moves once the model runs, milliseconds; 0 unless told. About 30 was recorded once. */
  readonly createdAtDriftMs?: number
  /** How long input, output, logs and files of an ended prediction are kept, milliseconds; one hour unless told. */
  readonly retentionMs?: number
  /** Life of an uploaded file, milliseconds; 24 hours unless told (recorded; a sample in the specification has one). */
  readonly fileTtlMs?: number
  /** Size an upload must stay below, bytes; 100 MB unless told. */
  readonly maxFileBytes?: number
  /** Largest picture in a `data:` URI, bytes; 256 KB unless told (the specification; other pages say 1 MB). */
  readonly maxDataURIBytes?: number
  /** Status in the body of a `start` webhook; `starting` unless told, as in Cog's pages. */
  readonly startStatus?: 'starting' | 'processing'
  /** Whether an aborted prediction completes a webhook; false unless told: the webhook pages do not name it. */
  readonly abortedWebhook?: boolean
  /** Pauses before the retries of a `completed` webhook, milliseconds; 1 to 32 s doubling unless told, a minute in all. */
  readonly webhookRetryMs?: readonly number[]
  readonly contentFilter?: ReplicateContentFilter
}

/** A token bucket, full when it is first asked. */
export interface Bucket {
  tokens: number
  /** When `tokens` was right, milliseconds since the Unix epoch. */
  at: number
}

export interface ReplicateAccount extends Account {
  readonly tokens: readonly string[]
  readonly webhookSecret: string
  readonly filesSecret: string
  readonly buckets: Map<string, Bucket>
}

/** Money is counted in millionths of a dollar. */
export const openAccount = (account: ReplicateAccountOptions): Omit<ReplicateAccount, 'name'> => ({
  tokens: account.tokens,
  webhookSecret: checkedSecret(account.webhookSecret ?? replicateDemo.webhookSecret),
  filesSecret: account.filesSecret ?? replicateDemo.filesSecret,
  granted: Math.round((account.creditUsd ?? 1000) * 1_000_000),
  buckets: new Map(),
})

const HOUR_MS = 3_600_000
const FIVE_STANDARD_MS = 60_000
const modeFactors: Readonly<Record<string, number>> = { pro: 1.5, master: 1.5, '4k': 3 }

/** The options with every default filled in. */
export interface ReplicateSettings
  extends Required<Omit<ReplicateEmulatorOptions, 'accounts' | 'contentFilter'>> {
  readonly contentFilter: Required<ReplicateContentFilter>
}

export function settingsOf(options: ReplicateEmulatorOptions): ReplicateSettings {
  return {
    limits: 'documented',
    retryAfterHeader: false,
    queuedMs: 2000,
    processingMs: ({ mode, seconds }) =>
      Math.round((FIVE_STANDARD_MS * seconds * (modeFactors[mode] ?? 1)) / 5),
    syncStatus: 'processing',
    invalidPrefer: 'refuse',
    unknownInputs: 'ignore',
    listItems: 'full',
    emptyKeys: 'null',
    createdAtDriftMs: 0,
    retentionMs: HOUR_MS,
    fileTtlMs: 24 * HOUR_MS,
    maxFileBytes: 100_000_000,
    maxDataURIBytes: 256 * 1024,
    startStatus: 'starting',
    abortedWebhook: false,
    webhookRetryMs: [1000, 2000, 4000, 8000, 16_000, 32_000],
    ...options,
    contentFilter: { fail: ['forbidden-async'], judge: () => 'pass', ...options.contentFilter },
  }
}

/** Keys of the demo account. */
export interface ReplicateDemo {
  readonly apiToken: string
  readonly webhookSecret: string
  readonly filesSecret: string
}

export const replicateDemo: ReplicateDemo = {
  apiToken: 'r8_demo-token-not-real',
  webhookSecret: 'whsec_ZGVtby13ZWJob29rLXNlY3JldC1ub3QtcmVhbA==',
  filesSecret: 'demo-files-secret-not-real',
}

export const demoAccount: ReplicateAccountOptions = { name: 'demo', tokens: [replicateDemo.apiToken] }
