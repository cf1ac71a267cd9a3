import type { Account } from '../engine/account.ts'
import type { Lasting } from '../engine/task.ts'

export type Tier = 'standard' | 'pro' | 'master' | '4k'

/**
 * One emulated fal account. What it runs at a time, and its credit, are its own.
 *
 * @example
 * ```ts
 * import { createEmulator, type FalAccountOptions } from '@reelay/emulator'
 *
 * const poor: FalAccountOptions = { name: 'poor', key: 'id-poor:secret-poor', usd: 1, concurrency: 1 }
 * const emulator = createEmulator({ fal: { accounts: [poor] } })
 * ```
 */
export interface FalAccountOptions {
  /** Picture in ledger and tasks; `account-<n>` unless told. */
  readonly name?: string
  /** `<key id>:<key secret>`. */
  readonly key: string
  /** A key with ADMIN scope, `<key id>:<key secret>`, which may do all that the other may; none unless told. */
  readonly adminKey?: string
  /** Prepaid credit, US dollars; 1000 unless told. */
  readonly usd?: number
  /** Requests in progress at a time; 2 unless told, what a new account has. More of them wait, none is refused. */
  readonly concurrency?: number
  /** Whether the key has the API scope, which the request history asks for; true unless told. */
  readonly apiScope?: boolean
  /** What a webhook says in `x-fal-webhook-user-id`; `user_` and a number of 26 digits unless told. */
  readonly userId?: string
}

/**
 * What a timing function gets to know of a request.
 *
 * @example
 * ```ts
 * import { createEmulator, type FalTaskFacts } from '@reelay/emulator'
 *
 * const slowPro = (task: FalTaskFacts): number => (task.tier === 'pro' ? 60_000 : 20_000)
 * const emulator = createEmulator({ fal: { processingMs: slowPro } })
 * ```
 */
export interface FalTaskFacts {
  readonly id: string
  /** Full endpoint id, `fal-ai/kling-video/v3/pro/text-to-video`. */
  readonly endpoint: string
  readonly op: 'text-to-video' | 'image-to-video' | (string & {})
  readonly tier: Tier
  /** Requested length, seconds; 0 where the body is not valid. */
  readonly seconds: number
  readonly prompt: string
}

/**
 * What the emulated content checker objects to. fal decides while the request runs, never at submit.
 *
 * @example
 * ```ts
 * import { createEmulator, type FalContentFilter } from '@reelay/emulator'
 *
 * const filter: FalContentFilter = { words: ['blood'], judge: (prompt) => prompt.length < 999 }
 * const emulator = createEmulator({ fal: { contentFilter: filter } })
 * ```
 */
export interface FalContentFilter {
  /** Words that are flagged; `forbidden` unless told. */
  readonly words?: readonly string[]
  /** Asked when no word was found; false flags the prompt. */
  readonly judge?: (prompt: string, request: Readonly<Record<string, unknown>>) => boolean
}

/**
 * Options of the emulated fal. Each switch stands for something that is not documented, or documented twice.
 *
 * @example
 * ```ts
 * import { createEmulator, type FalEmulatorOptions } from '@reelay/emulator'
 *
 * const fal: FalEmulatorOptions = { waitingStatus: 200, statusError: 'always', processingMs: 1000 }
 * const emulator = createEmulator({ fal })
 * ```
 */
export interface FalEmulatorOptions {
  /** One demo account unless told, its key in `demoCredentials`. */
  readonly accounts?: readonly FalAccountOptions[]
  /** Time in `IN_QUEUE` with a free slot, milliseconds; 3000 unless told. */
  readonly queuedMs?: Lasting<FalTaskFacts>
  /** Time in `IN_PROGRESS`, milliseconds; unless told 60 000 for 5 s standard, more for longer and dearer clips. */
  readonly processingMs?: Lasting<FalTaskFacts>
  /** HTTP status of a status that is not `COMPLETED`; 202 unless told. Older pages say 200. */
  readonly waitingStatus?: 202 | 200
  /** Which failures a status tells with `error` and `error_type`: the `platform`'s own unless told. */
  readonly statusError?: 'platform' | 'always' | 'never'
  /** Whether follow-ups on the full endpoint id are served next to owner/alias; true unless told. */
  readonly fullIdFollowUps?: boolean
  /** What a cancel does to a request in progress; `stops` unless told. Unknown for Kling. */
  readonly cancelRunning?: 'stops' | 'ignored'
  /** How much a result says of its file; `full` unless told. Only `url` is promised. */
  readonly outputFile?: 'full' | 'url-only'
  /** How long a result can be read after completion, milliseconds; one hour unless told. */
  readonly resultTtlMs?: number
  /** How long a file lives on the CDN, milliseconds; 7 days unless told or asked by the request's own header. */
  readonly mediaTtlMs?: number
  /** Whether `kling/v4/…` exists; true unless told: fal's guide prices and calls it, its model pages say "soon". */
  readonly kling4?: boolean
  /**
   * Pauses before the retries of a webhook that was not answered 2xx, milliseconds. Unless told 30 of them, growing from
   * 5 s to 2 minutes: their number is documented, their length is not. None comes once the result has expired.
   */
  readonly webhookRetryMs?: readonly number[]
  /** Whether the request history shows requests in progress as well; false unless told. Its schema allows both. */
  readonly historyOfRunning?: boolean
  /** How long after its end a request gets its row in the history, milliseconds; 0 unless told. */
  readonly historyLagMs?: number
  /** How long after its end a request is in the billing events, milliseconds; 0 unless told. It may be minutes. */
  readonly billLagMs?: number
  /** Parts of the list price that the account pays less, 0.1 for a tenth; none unless told. */
  readonly discount?: number
  readonly contentFilter?: FalContentFilter
}

export interface FalAccount extends Account {
  readonly key: string
  /** Opens the books as well. */
  readonly adminKey: string | undefined
  /** In the headers of a webhook. */
  readonly userId: string
  concurrency: number
  /** When `concurrency` last changed: no request starts before that because of it. */
  concurrencySince: number
  /** Whether the key has the API scope. */
  readonly scoped: boolean
  /** Why the account is locked; absent while it is not. */
  lock?: string
}

/** Money is counted in millionths of a dollar. */
export const openAccount = (account: FalAccountOptions, index: number): Omit<FalAccount, 'name'> => ({
  key: account.key,
  adminKey: account.adminKey,
  userId: account.userId ?? `user_${String(index + 1).padStart(26, '0')}`,
  granted: Math.round((account.usd ?? 1000) * 1_000_000),
  concurrency: account.concurrency ?? 2,
  concurrencySince: 0,
  scoped: account.apiScope ?? true,
})

const HOUR_MS = 3_600_000
const MS_PER_SECOND_OF_CLIP = 12_000
const IMAGE_MS = 12_000
const tierFactor: Readonly<Record<Tier, number>> = { standard: 1, pro: 1.5, master: 2, '4k': 3 }

/** The options with every default filled in. */
export interface FalSettings extends Required<Omit<FalEmulatorOptions, 'accounts' | 'contentFilter'>> {
  readonly contentFilter: Required<FalContentFilter>
}

export function settingsOf(options: FalEmulatorOptions): FalSettings {
  const { contentFilter = {} } = options
  return {
    queuedMs: 3000,
    processingMs: ({ seconds, tier }) =>
      Math.round((seconds === 0 ? IMAGE_MS : MS_PER_SECOND_OF_CLIP * seconds) * tierFactor[tier]),
    waitingStatus: 202,
    statusError: 'platform',
    fullIdFollowUps: true,
    cancelRunning: 'stops',
    outputFile: 'full',
    resultTtlMs: HOUR_MS,
    mediaTtlMs: 7 * 24 * HOUR_MS,
    kling4: true,
    historyOfRunning: false,
    historyLagMs: 0,
    billLagMs: 0,
    discount: 0,
    webhookRetryMs: Array.from({ length: 30 }, (_, retry) => Math.min(5000 * 2 ** retry, 120_000)),
    ...options,
    contentFilter: { words: ['forbidden'], judge: () => true, ...contentFilter },
  }
}

/** Key of the demo account. */
export interface FalDemo {
  readonly key: string
  /** With ADMIN scope. */
  readonly adminKey: string
}

export const falDemo: FalDemo = {
  key: 'demo-key-id-not-real:demo-key-secret-not-real',
  adminKey: 'demo-admin-id-not-real:demo-admin-secret-not-real',
}

export const demoAccount: FalAccountOptions = { name: 'demo', ...falDemo }
