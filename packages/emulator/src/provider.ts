import type { EmulatorClock } from './clock.ts'
import type { Exchange, Operation, ProviderId } from './exchange.ts'
import type { EmulatedTask } from './ledger.ts'

/**
 * What a client needs to reach one emulated provider: its base URL and the environment variables its adapter reads.
 *
 * @example
 * ```ts
 * import { createEmulator, type ProviderAccess } from '@reelay/emulator'
 *
 * const emulator = createEmulator()
 * const access: ProviderAccess = emulator.providers('http://127.0.0.1:4010').kling
 * console.log(access.baseURL, access.env.KLINGAI_API_KEY)
 * ```
 */
export interface ProviderAccess {
  /** Absolute URL without a final slash. */
  readonly baseURL: string
  /** Base URL of each host a client may need, by name, where a provider has several. */
  readonly hosts?: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  /** The emulator keeps the provider's promises: pass it on, or an adapter takes it for somebody on this machine. */
  readonly official: true
  /**
   * The emulator's time: give it to the adapter, and `wait` and `generate` spend emulated seconds instead of real ones.
   * JSON leaves it out; another process makes its own with `createEmulatorClock`.
   */
  readonly clock: EmulatorClock
  /** A relay that answers in this provider's form and keeps none of its promises, where one is emulated. */
  readonly relay?: { readonly baseURL: string; readonly apiKey: string }
  /** What its webhooks are vouched for with. */
  readonly webhook?: {
    /** fal: what comes in `x-fal-webhook-user-id`. */
    readonly userId?: string
  }
}

/** What a provider's folder knows of it. */
export type OwnAccess = Omit<ProviderAccess, 'clock'>

/** One host of a provider: its real names, and the prefix it has on a local port. */
export interface Site {
  readonly name: string
  readonly hosts: readonly string[]
  readonly prefix: string
}

export interface Classified {
  readonly op: Operation
  readonly taskId?: string
  readonly externalId?: string
  readonly model?: string
}

/** Edits that need to know where a provider keeps things; each returns undefined where there is nothing to edit. */
export interface AnswerEdits {
  setStatus(answer: unknown, word: string): unknown
  dropField(answer: unknown, path: string): unknown
  dropURLs(answer: unknown): unknown
}

/** Everything the provider-neutral half of the emulator asks of a provider folder. */
export interface EmulatedProvider {
  readonly id: ProviderId
  readonly sites: readonly Site[]
  readonly edits: AnswerEdits
  access(origin: string): OwnAccess
  classify(site: string, method: string, path: string, json: unknown): Classified
  fetch(request: Request, exchange: Exchange): Promise<Response>
  /** The provider's own error body for a status or one of its codes; undefined where it documents none. */
  errorAnswer(status: number | undefined, code: number | undefined, exchange: Exchange): Response | undefined
  tasks(): readonly EmulatedTask[]
  knobs: ProviderKnobs
  reset(): void
}

export interface ProviderKnobs {
  balance(account?: string): number
  setBalance(units: number, account?: string): void
  setConcurrency(limit: number, account?: string): void
  /** Absent where the provider documents no lock of an account. */
  setLocked?(locked: boolean | string, account?: string): void
  failNext(count: number, message?: string): void
  slowNext(count: number, ms: number): void
  /** Returns the new secret where there is one; absent where the provider documents no rotation. */
  rotateWebhookKey?(account?: string): string | undefined
  /** `status` is one of the provider's own words. */
  forceStatus(id: string, status: string, message?: string): void
  expireURLs(id?: string): void
}
