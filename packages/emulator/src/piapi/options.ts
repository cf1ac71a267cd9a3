import type { Account } from '../engine/account.ts'
import type { Lasting } from '../engine/task.ts'

/**
 * One emulated PiAPI account. Keys of an account share its balance and its concurrency.
 *
 * @example
 * ```ts
 * import { createEmulator, type PiapiAccountOptions } from '@reelay/emulator'
 *
 * const poor: PiapiAccountOptions = { name: 'poor', apiKeys: ['key-poor'], points: 1_000_000, concurrency: 1 }
 * const emulator = createEmulator({ piapi: { accounts: [poor] } })
 * ```
 */
export interface PiapiAccountOptions {
  /** Picture in ledger and tasks; `account-<n>` unless told. */
  readonly name?: string
  readonly apiKeys: readonly string[]
  /** Points the account can spend, 10,000,000 to the US dollar; 1,000,000,000 ($100) unless told. */
  readonly points?: number
  /** Tasks at a time; later ones are `staged`. 5 unless told: sources disagree on every plan. */
  readonly concurrency?: number
  /** How many may be staged before a create answers 429; no limit unless told. Not documented. */
  readonly stagedLimit?: number
}

/**
 * What a timing function gets to know of a task.
 *
 * @example
 * ```ts
 * import { createEmulator, type PiapiTaskFacts } from '@reelay/emulator'
 *
 * const slowPro = (task: PiapiTaskFacts): number => (task.mode === 'pro' ? 120_000 : 60_000)
 * const emulator = createEmulator({ piapi: { processingMs: slowPro } })
 * ```
 */
export interface PiapiTaskFacts {
  readonly id: string
  readonly model: 'kling' | 'kling-turbo' | (string & {})
  readonly version: string
  readonly mode: 'std' | 'pro'
  /** Requested length, seconds. */
  readonly seconds: number
  readonly prompt: string
}

/**
 * A word in a prompt that spoils the task, and what the provider says then.
 *
 * @example
 * ```ts
 * import { createEmulator, type PiapiFailureWord } from '@reelay/emulator'
 *
 * const blood: PiapiFailureWord = { word: 'blood', at: 'task', message: 'task failed', rawMessage: 'content violation' }
 * const emulator = createEmulator({ piapi: { failureWords: [blood] } })
 * ```
 */
export interface PiapiFailureWord {
  readonly word: string
  /** `create`: refused at once (400). `task`: accepted, and failed at the end. */
  readonly at: 'create' | 'task'
  /** `data.error.message`. */
  readonly message: string
  /** `data.error.raw_message`: the cause in the words of the service behind. */
  readonly rawMessage: string
}

/**
 * Options of the emulated PiAPI. Each switch stands for something the vendor does not document.
 *
 * @example
 * ```ts
 * import { createEmulator, type PiapiEmulatorOptions } from '@reelay/emulator'
 *
 * const piapi: PiapiEmulatorOptions = { errorsAsHttp200: true, capitalizedStatus: true, processingMs: 1000 }
 * const emulator = createEmulator({ piapi })
 * ```
 */
export interface PiapiEmulatorOptions {
  /** One demo account unless told, its key in `demoCredentials`. */
  readonly accounts?: readonly PiapiAccountOptions[]
  /** Status words as the schema of 2024 spells them (`Completed`); lower case, as in every sample, unless told. */
  readonly capitalizedStatus?: boolean
  /** Errors come as HTTP 200 with a `code` other than 200; false unless told. */
  readonly errorsAsHttp200?: boolean
  /** `data` of an error: null, a failed task object, or (unless told) the latter for 402 and 500 on a create. */
  readonly errorData?: 'mixed' | 'null' | 'task'
  /** Version of a `kling` task that names none; `1.6` unless told. Not documented. */
  readonly defaultVersion?: string
  /** Versions without a price of 2026 (1.0, 1.5, 2.0, 2.1); `accept` unless told. */
  readonly unverifiedVersions?: 'accept' | 'refuse'
  /** Task types that the pages of 2026 have no more (`extend_video`); `accept` unless told. */
  readonly unverifiedTaskTypes?: 'accept' | 'refuse'
  /** Modes of `kling-turbo`; only `pro` unless told, as in the one documented sample. */
  readonly turboModes?: readonly ('std' | 'pro')[]
  /** A documented field that `kling-turbo` does not list: `refuse` (400) unless told. Not documented. */
  readonly unsupportedFields?: 'refuse' | 'ignore'
  /** `aspect_ratio` and `camera_control` next to `image_url`: pages of 2024 refuse them; `accept` unless told. */
  readonly textOnlyFields?: 'accept' | 'refuse'
  /** Images as data URIs: `refuse` unless told; the documentation speaks of URLs, one client sends them. */
  readonly dataURIs?: 'refuse' | 'accept'
  /** Field of a finished `kling-turbo` clip; `video` unless told. Not documented. */
  readonly turboOutput?: 'video' | 'video_url'
  /** Whether works carry a clip without watermark; `empty` leaves the field blank and `video_url` out. */
  readonly unwatermarked?: 'present' | 'empty'
  /** Whether the task history lists tasks that wait or run; false unless told. Not documented. */
  readonly historyRunning?: boolean
  /** Fields of `/account/info`: those of the reference of 2026-05 unless told, or of the vendor's first client. */
  readonly accountInfo?: 'credit-pack' | 'remaining-credits'
  /** Zone of every timestamp; UTC unless told, some samples have the other. */
  readonly utcOffset?: '+00:00' | '+08:00'
  readonly failureWords?: readonly PiapiFailureWord[]
  /** Time in `pending`, milliseconds; 3000 unless told. Only then a task can be cancelled. */
  readonly queuedMs?: Lasting<PiapiTaskFacts>
  /** Time in `processing`, milliseconds; unless told a minute for 5 s std, more for longer clips and pro. */
  readonly processingMs?: Lasting<PiapiTaskFacts>
  /** How long results and uploads can be fetched, milliseconds; 24 hours unless told. Not documented. */
  readonly mediaTtlMs?: number
  /** Largest upload, bytes; 10 MB unless told. Not documented. */
  readonly uploadMaxBytes?: number
  /** Statuses that a webhook tells; `completed` and `failed` unless told. One sentence also speaks of the creation. */
  readonly webhookOn?: readonly ('staged' | 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled')[]
  /** Pauses before the retries of a webhook that was not answered 2xx, milliseconds; three of 5 s unless told. Hearsay. */
  readonly webhookRetryMs?: readonly number[]
  /** Endpoints on plain http: `ignored` unless told (hearsay), but for loopback addresses. */
  readonly plainHttpWebhooks?: 'ignored' | 'sent'
}

export interface PiapiAccount extends Account {
  readonly apiKeys: readonly string[]
  concurrency: number
  /** When `concurrency` last changed, milliseconds since the Unix epoch: it frees no place before that. */
  concurrencySince: number
  readonly stagedLimit: number
}

/** Money is counted in points. */
export const openAccount = (account: PiapiAccountOptions): Omit<PiapiAccount, 'name'> => ({
  apiKeys: account.apiKeys,
  granted: account.points ?? 1_000_000_000,
  concurrency: account.concurrency ?? 5,
  concurrencySince: 0,
  stagedLimit: account.stagedLimit ?? Number.POSITIVE_INFINITY,
})

const DAY_MS = 86_400_000
const FIVE_STD_MS = 60_000
const IMAGE_MS = 24_000
const modeFactor = { std: 1, pro: 1.5 }

/**
 * Every raw message holds a fragment that public clients look for (2025 to 2026); the sentences around them
 * are ours, none has been captured.
 */
const failureWords: readonly PiapiFailureWord[] = [
  {
    word: 'forbidden-sync',
    at: 'create',
    message: 'failed to create task',
    rawMessage: '404 not found: content violation',
  },
  {
    word: 'forbidden-async',
    at: 'task',
    message: 'task failed',
    rawMessage: '404 not found: deleted for content violation',
  },
  {
    word: 'busy-async',
    at: 'task',
    message: 'failed to submit task',
    rawMessage: 'submit task failed: 500, service busy',
  },
  { word: 'timeout-async', at: 'task', message: 'task failed', rawMessage: 'task timed out' },
  { word: 'no-face-async', at: 'task', message: 'task failed', rawMessage: 'identify failed: status 609' },
  {
    word: 'too-large-async',
    at: 'task',
    message: 'failed to submit task',
    rawMessage: 'task input too large: maximum is 10MB',
  },
  {
    word: 'unreachable-async',
    at: 'task',
    message: 'failed to submit task',
    rawMessage: 'proxyconnect tcp: connection refused',
  },
]

/** The options with every default filled in. */
export type PiapiSettings = Required<Omit<PiapiEmulatorOptions, 'accounts'>>

export function settingsOf(options: PiapiEmulatorOptions): PiapiSettings {
  return {
    capitalizedStatus: false,
    errorsAsHttp200: false,
    errorData: 'mixed',
    defaultVersion: '1.6',
    unverifiedVersions: 'accept',
    unverifiedTaskTypes: 'accept',
    turboModes: ['pro'],
    unsupportedFields: 'refuse',
    textOnlyFields: 'accept',
    dataURIs: 'refuse',
    turboOutput: 'video',
    unwatermarked: 'present',
    historyRunning: false,
    accountInfo: 'credit-pack',
    utcOffset: '+00:00',
    failureWords,
    queuedMs: 3000,
    processingMs: ({ seconds, mode }) =>
      Math.round((seconds === 0 ? IMAGE_MS : (FIVE_STD_MS * seconds) / 5) * modeFactor[mode]),
    mediaTtlMs: DAY_MS,
    uploadMaxBytes: 10 * 1024 * 1024,
    webhookOn: ['completed', 'failed'],
    webhookRetryMs: [5000, 5000, 5000],
    plainHttpWebhooks: 'ignored',
    ...options,
  }
}

/** Key of the demo account. */
export interface PiapiDemo {
  readonly apiKey: string
}

export const piapiDemo: PiapiDemo = { apiKey: 'demo-piapi-key-not-real' }

export const demoAccount: PiapiAccountOptions = { name: 'demo', apiKeys: [piapiDemo.apiKey] }
