/**
 * Why a provider refuses, in one word for all of them; each answers with its own status, code and body.
 *
 * - `unauthorized`: the credential is missing, wrong or expired.
 * - `forbidden`: the account may not do this.
 * - `locked`: the account is locked or in arrears, whatever it still holds.
 * - `funds`: what the account holds does not cover the task.
 * - `invalid`: a field of the request is wrong.
 * - `content`: the content policy objects, before anything is made.
 * - `not-found`: no such task.
 * - `rate`: too many requests in too short a time.
 * - `concurrency`: too many tasks at a time.
 * - `too-large`: an upload is too large.
 * - `unavailable`: out of service for a while.
 * - `internal`: the provider failed.
 * - `timeout`: the provider gave up waiting for a service behind it.
 *
 * @example
 * ```ts
 * import { createEmulator, type RefusalMeaning } from '@reelay/emulator'
 *
 * const as: RefusalMeaning = 'funds'
 * createEmulator().control.fault({ on: 'create', kind: 'refuse', as, provider: 'piapi' })
 * ```
 */
export type RefusalMeaning =
  | 'unauthorized'
  | 'forbidden'
  | 'locked'
  | 'funds'
  | 'invalid'
  | 'content'
  | 'not-found'
  | 'rate'
  | 'concurrency'
  | 'too-large'
  | 'unavailable'
  | 'internal'
  | 'timeout'

/** A wire's own refusal for each meaning that its provider is known to refuse with. */
export type RefusalTable<Refusal> = Readonly<Partial<Record<RefusalMeaning, Refusal>>>

export const meaningsOf = (table: RefusalTable<unknown>): readonly RefusalMeaning[] =>
  Object.keys(table) as RefusalMeaning[]
