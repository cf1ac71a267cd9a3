import type { NativeAmount } from '../model/money.ts'
import type { ErrorCode } from '../model/outcome.ts'
import type { Output } from '../model/task.ts'

/**
 * A row of a provider's error table.
 *
 * @example
 * ```ts
 * import type { ErrorRow } from '@reelay/core/adapter'
 * // https://example.com/docs/errors, read 2026-11-26: nothing is created with these.
 * export const errors: Readonly<Record<string, ErrorRow>> = {
 *   no_credit: { code: 'ERR_FUNDS', retryable: false, outcome: 'rejected' },
 *   too_many: { code: 'ERR_RATE_LIMIT', retryable: true, outcome: 'rejected' },
 * }
 * ```
 */
export interface ErrorRow {
  readonly code: ErrorCode
  /** Whether a read may be tried again, unchanged. */
  readonly retryable: boolean
  /** `rejected` only where the provider documents that nothing is created; everything else stays unknown. */
  readonly outcome: 'rejected' | 'unknown'
}

/**
 * A reply that says no.
 *
 * @example
 * ```ts
 * import type { HttpReply, Refusal } from '@reelay/core/adapter'
 * function refusal({ status, headers }: HttpReply): Refusal | undefined {
 *   if (status < 400) return undefined
 *   const requestId = headers['x-request-id']
 *   if (status === 401) return { code: 'ERR_AUTH', retryable: false, outcome: 'rejected', requestId }
 *   return { code: 'ERR_UNAVAILABLE', retryable: true, outcome: 'unknown', requestId, missing: status === 404 }
 * }
 * ```
 */
export interface Refusal extends ErrorRow {
  /** The provider's own code, as text. */
  readonly nativeCode?: string | undefined
  /** The provider's own words. */
  readonly message?: string | undefined
  readonly requestId?: string | undefined
  /** What to do about it, as a sentence, where the general advice for its code would mislead. */
  readonly advice?: string | undefined
  /** Milliseconds to wait, where the provider says so in the body; its `Retry-After` header is read anyway. */
  readonly retryAfterMs?: number | undefined
  /** It says that no task has this id (ours or its own). */
  readonly missing?: boolean | undefined
  /** It says that our external id is taken: the task exists already. */
  readonly duplicate?: boolean | undefined
}

/**
 * A task as read from a reply, in the provider's words.
 *
 * @example
 * ```ts
 * import type { HttpReply, NativeTask } from '@reelay/core/adapter'
 * function readTask({ body }: HttpReply): NativeTask | undefined {
 *   if (typeof body !== 'object' || body === null || !('id' in body) || !('state' in body)) return undefined
 *   const id = String(body.id)
 *   return { id, status: String(body.state).toLowerCase(), nativeStatus: String(body.state), raw: body }
 * }
 * ```
 */
export interface NativeTask {
  readonly id: string
  /** The status word, looked up in {@link ProviderSpec.statuses}. */
  readonly status: string
  /** The same word as the provider spelled it, where `status` is not. */
  readonly nativeStatus?: string | undefined
  /** The id we gave the task, as the provider echoes it. */
  readonly externalId?: string | undefined
  /** The provider's words about it, for a failed task. */
  readonly message?: string | undefined
  /** Milliseconds since the epoch. */
  readonly createdAt?: number | undefined
  /** Milliseconds since the epoch. */
  readonly updatedAt?: number | undefined
  readonly outputs?: readonly Output[] | undefined
  /** What the provider says it charged. */
  readonly charged?: NativeAmount | undefined
  /** The provider no longer holds the result, whatever the status says. */
  readonly expired?: boolean | undefined
  /** The reply it was read from, without secrets the provider may have put into it. */
  readonly raw: unknown
}
