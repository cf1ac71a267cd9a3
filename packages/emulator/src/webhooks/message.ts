/** One thing a provider has to tell, with everything that an attempt to tell it needs. */
export interface Message {
  readonly taskId: string
  readonly url: string
  /** The provider's word for it: a status, or an event. */
  readonly event: string
  /** Whether it is the task's last one. */
  readonly last: boolean
  /** Why the provider would not even try; absent where it would. */
  readonly undeliverable?: string
  /** Pauses before the retries, milliseconds. */
  readonly retryMs: readonly number[]
  /** Whether an attempt that ended so is followed by another; `undefined` stands for no answer. */
  isRetried(status: number | undefined): boolean
  /** No attempt from this time on, milliseconds since the Unix epoch. */
  readonly expiresAt?: number
  /** How long the provider waits for an answer, milliseconds. */
  timeoutMs(attempt: number): number
  /** Headers and body of one attempt. */
  write(stamp: Stamp): Promise<Draft>
  /** The same with a credential that is not right; undefined where there is none to spoil. */
  spoil(draft: Draft): Draft | undefined
  /** Turns the parsed body, in place, into one that claims what is not so. */
  tamper(body: Record<string, unknown>): void
}

export interface Stamp {
  /** When the attempt claims to be made, by the receiver's clock, milliseconds since the Unix epoch. */
  readonly at: number
  /** Whose key or secret it carries: the account's, or one that nobody was given. */
  readonly key: 'own' | 'foreign'
  /** Whether the result is in it, where a provider may leave it out. */
  readonly payload: 'full' | 'missing'
}

/** What goes onto the wire. */
export interface Draft {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Somebody who has news from time to time: a task, or all tasks of a provider that have a callback. */
export interface Source {
  /**
   * Whatever happened until `now` and has not been told, in order; and when there may be more, `Infinity` where only
   * something from outside can bring it. Without `again` nothing will ever come, and the source is forgotten.
   */
  look(now: number): { readonly news: readonly Message[]; readonly again?: number }
  /** Forgets what it has not told. */
  forget(): void
}

/** What a wire may ask of the deliveries. */
export interface Follow {
  /** Looks at a source now and whenever it has news, until it has none left. */
  follow(source: Source): void
}

/** How long most senders give a receiver, milliseconds: taken where a provider documents nothing. */
export const USUAL_TIMEOUT_MS = 30_000

/** Where a tampered message says that the clip lies. */
export const FOREIGN_CLIP = 'https://clips.attacker.invalid/clip.mp4'

/** Neither a redirect nor an error: what every provider takes for delivered. */
export const isAccepted = (status: number | undefined): boolean =>
  status !== undefined && status >= 200 && status < 300
