import type { EmulatorClock } from '../clock.ts'
import type { MediaStore } from '../media/store.ts'
import type { Ids } from '../random.ts'
import type { Follow } from '../webhooks/message.ts'
import { type Account, type Accounts, createUpcoming, type Upcoming } from './account.ts'
import type { AnswerEdits } from './edits.ts'
import type { Exchange, Operation } from './exchange.ts'
import type { Pictures } from './pictures.ts'
import type { RefusalMeaning } from './refusals.ts'
import { createTaskStore, type TaskSnapshot, type TaskStore } from './store.ts'
import type { Task } from './task.ts'

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

/** What a wire knows of its access. */
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

/** What `control` may turn on a provider. */
export interface ProviderKnobs {
  balance(account?: string): number
  setBalance(units: number, account?: string): void
  setConcurrency(limit: number, account?: string): void
  /** Absent where the provider documents no lock of an account. */
  setLocked?(locked: boolean | string, account?: string): void
  failNext(count: number, message?: string): void
  slowNext(count: number, ms: number): void
  chargeNext(count: number, factor: number): void
  /** Returns the new secret where there is one; absent where the provider documents no rotation. */
  rotateWebhookKey?(account?: string): string | undefined
  /** `status` is one of the provider's own words. */
  forceStatus(id: string, status: string, message?: string): void
  expireURLs(id?: string): void
}

/** Everything the provider-neutral half of the emulator asks of a wire. Which provider it is, only the list knows. */
export interface Wire {
  readonly sites: readonly Site[]
  readonly edits: AnswerEdits
  access(origin: string): OwnAccess
  classify(site: string, method: string, path: string, json: unknown): Classified
  fetch(request: Request, exchange: Exchange): Promise<Response>
  /** The provider's own error body for a status or one of its codes; undefined where it documents none. */
  errorAnswer(status: number | undefined, code: number | undefined, exchange: Exchange): Response | undefined
  /** The meanings it is known to refuse with. */
  readonly refuses: readonly RefusalMeaning[]
  /** The provider's own refusal of this request; undefined where it never refuses such a request so. */
  refusalAnswer(meaning: RefusalMeaning, exchange: Exchange): Response | undefined
  tasks(): readonly TaskSnapshot[]
  readonly knobs: ProviderKnobs
  reset(): void
}

/** What a wire is made with. */
export interface WireParts<Options> {
  readonly clock: EmulatorClock
  readonly ids: Ids
  readonly media: MediaStore
  readonly webhooks: Follow
  readonly pictures: Pictures
  readonly options: Options
}

/** How the list of wires names one: how to make it, and what opens its demo account. */
export interface WireEntry<Options, Demo> {
  create(parts: WireParts<Options>): Wire
  /** Fixed, public, and worthless anywhere else. */
  readonly demo: Demo
  /** The provider's own domains, of its results too: a program on the emulator reaches none of their hosts. */
  readonly domains: readonly string[]
  /** Every variable that a client of the provider, official or not, reads a credential from, with the demo's own value. */
  readonly variables: Readonly<Record<string, string>>
}

/** What every wire keeps; a wire that keeps more extends it. */
export interface WireState<Settings, A extends Account, T extends Task, Failure>
  extends Omit<WireParts<unknown>, 'options'> {
  readonly settings: Settings
  readonly accounts: Accounts<A>
  readonly tasks: TaskStore<T>
  readonly upcoming: Upcoming<Failure>
}

export function openState<Settings, A extends Account, T extends Task, Failure>(
  { clock, ids, media, webhooks, pictures }: WireParts<unknown>,
  settings: Settings,
  accounts: Accounts<A>,
): WireState<Settings, A, T, Failure> {
  return {
    clock,
    ids,
    media,
    webhooks,
    pictures,
    settings,
    accounts,
    tasks: createTaskStore(),
    upcoming: createUpcoming(),
  }
}

/** Forgets what happened; the settings stay. */
export function resetState({
  tasks,
  media,
  accounts,
  upcoming,
}: Pick<WireState<unknown, Account, Task, unknown>, 'media'> & {
  readonly tasks: { clear(): void }
  readonly accounts: { reopen(): void }
  readonly upcoming: { clear(): void }
}): void {
  tasks.clear()
  media.clear()
  accounts.reopen()
  upcoming.clear()
}
