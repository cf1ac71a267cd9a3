import * as z from 'zod/mini'
import type { Kind, Mode } from './words.ts'

/**
 * The provider and account an accepted task belongs to, and everything needed to find it again: plain JSON.
 *
 * @example
 * ```ts
 * import { isTaskHandle, type TaskHandle } from '@reelay/core'
 * const toColumn = (handle: TaskHandle): string => JSON.stringify(handle)
 * function fromColumn(text: string): TaskHandle {
 *   const stored: unknown = JSON.parse(text)
 *   if (!isTaskHandle(stored)) throw new Error('This column does not hold a task handle.')
 *   return stored
 * }
 * ```
 */
export interface TaskHandle {
  readonly v: 1
  /** Id of the provider that made the task; only it can answer for the task. */
  readonly provider: string
  /** The name the user gave the account (`default` unless said otherwise); never derived from a key. */
  readonly account: string
  /** The provider's own task id. */
  readonly id: string
  readonly kind: Kind
  readonly model: string
  readonly mode: Mode
  /** Name of the adapter's route that made the task: some providers poll per product. */
  readonly route: string
  /** Milliseconds since the epoch. */
  readonly submittedAt: number
  readonly idempotencyKey: string
  /** SHA-256 of the normalized request, hex. */
  readonly requestHash: string
  /** Name of the relay that made it; absent where that is the provider itself. */
  readonly host?: string
}

/** The parts of a handle or submission that say whose it is. */
export type Owned = Pick<TaskHandle, 'provider' | 'account' | 'host'>

/** A name for whoever owns a task: equal for equal owners. */
export const ownerKey = ({ provider, account, host }: Owned): string =>
  JSON.stringify(host === undefined ? [provider, account] : [provider, account, host])

/** Whether a value names an owner, and it is this one; `false` for whatever is no handle at all. */
export function isOwnedBy(owner: Owned, value: unknown): boolean {
  try {
    return ownerKey(value as Owned) === ownerKey(owner)
  } catch {
    return false
  }
}

/** The same for a task. */
export const taskKey = (handle: Owned & Pick<TaskHandle, 'id'>): string =>
  JSON.stringify([ownerKey(handle), handle.id])

/** Whoever owns a task, for people. */
export const ownerText = ({ provider, account, host }: Owned): string =>
  `${provider} (account ${account}${host === undefined ? '' : `, at the relay ${host}`})`

/**
 * What is known of a paid request before its answer: enough to look for the task later. Plain JSON.
 *
 * @example
 * ```ts
 * import { ReelayError, type Submission } from '@reelay/core'
 * async function keepForLater(error: unknown, save: (submission: Submission) => Promise<void>): Promise<void> {
 *   // Nobody knows whether there is a task: hand it to `find` later, and buy nothing meanwhile.
 *   if (ReelayError.isInstance(error) && error.outcome === 'unknown' && error.submission) await save(error.submission)
 * }
 * ```
 */
export interface Submission extends Omit<TaskHandle, 'id' | 'submittedAt'> {
  /** The name of this request alone, random: two submits of one key in one millisecond are two. */
  readonly attempt: string
  /** Which purchase under its key it is: absent for the first, 2 and more where a journal bought again after a failure. */
  readonly number?: number
  /**
   * Name of the priced step before the create that it is about; absent for the create itself. A step makes no task: its
   * answer is its whole result.
   */
  readonly step?: string
  /** Milliseconds since the epoch at which the first paid POST was about to leave. */
  readonly startedAt: number
  /** The id we gave the provider for this task, on providers that take one. */
  readonly externalId?: string
  /** SHA-256 of the input as the provider will echo it, hex, on providers where a lost task is found by it. */
  readonly fingerprint?: string
  /**
   * Whether the host it was sent to documents that sending it again under `externalId` makes no second task. With
   * conditions at a relay: until then (milliseconds since the epoch), and the same bytes (SHA-256, hex).
   */
  readonly repeatable?: true | { readonly until: number; readonly bytes: string }
}

// Longer than any part of one; an index of a database would refuse more.
const longestPart = 2_000
const part = z.custom<string>(
  (value) => typeof value === 'string' && value !== '' && value.length <= longestPart,
)

// Whatever kind and mode a later version may name is still this version's to hand on; what else it adds is let through.
const shared = {
  v: z.literal(1),
  provider: part,
  account: part,
  kind: part,
  model: part,
  mode: part,
  route: part,
  idempotencyKey: part,
  requestHash: part,
  host: z.optional(part),
}
const taskHandle = z.object({ ...shared, id: part, submittedAt: z.number() })
const submission = z.object({
  ...shared,
  step: z.optional(part),
  startedAt: z.number(),
  externalId: z.optional(part),
  fingerprint: z.optional(part),
})

function fits(schema: z.core.$ZodType, value: unknown): boolean {
  try {
    return z.safeParse(schema, value).success
  } catch {
    // A proxy may refuse even to be looked at.
    return false
  }
}

/**
 * Whether a value read back from storage is a handle this version understands.
 *
 * @example
 * ```ts
 * import { isTaskHandle } from '@reelay/core'
 * const stored: unknown = JSON.parse('{"v":1}')
 * if (!isTaskHandle(stored)) console.error('not a Reelay handle')
 * ```
 */
export function isTaskHandle(value: unknown): value is TaskHandle {
  return fits(taskHandle, value)
}

/**
 * The same of a submission.
 *
 * @example
 * ```ts
 * import { isSubmission } from '@reelay/core'
 * const stored: unknown = JSON.parse('{"v":1}')
 * if (!isSubmission(stored)) console.error('nothing to look for')
 * ```
 */
export function isSubmission(value: unknown): value is Submission {
  return fits(submission, value)
}
