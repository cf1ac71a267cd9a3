import { type Clock, systemClock } from '../model/clock.ts'
import { type Submission, type TaskHandle, taskKey } from '../model/handle.ts'
import { isTerminal } from '../model/task.ts'
import { handleOf } from '../provider/task/normalize.ts'
import type { TaskEvent } from '../webhook/event.ts'
import { refusedDelivery } from '../webhook/refusal.ts'
import { type Journal, purchaseId } from './journal.ts'
import { endOf } from './journaled.ts'
import { type Purchase, purchasesOf } from './journaled-purchases.ts'

/**
 * What a callback meant to a journal.
 *
 * - `accepted`: the purchase had no verdict; now it has a task
 * - `known`: the journal had the task already
 * - `not-ours`: the journal knows nothing of the purchase, or the callback names none
 *
 * @example
 * ```ts
 * import type { CallbackResult } from '@reelay/core'
 * const isNews = (result: CallbackResult): boolean => result === 'accepted'
 * ```
 */
export type CallbackResult = 'accepted' | 'known' | 'not-ours'

/** Options of {@link acceptCallback}. */
export interface AcceptCallbackOptions {
  /** The host's clock when absent. */
  readonly clock?: Clock | undefined
}

type NamedEvent = TaskEvent & Required<Pick<TaskEvent, 'handle' | 'submission'>>

/** What of a purchase was sent under the very name that a callback carries, its time and request included. */
function sentAs({ submission, attempts }: Purchase, event: TaskEvent): Submission | undefined {
  const sent = attempts.length > 0 ? attempts.map((attempt) => attempt.submission) : [submission]
  const { startedAt, requestHash } = event.submission ?? {}
  return sent.find((one) => one.startedAt === startedAt && one.requestHash === requestHash)
}

const isSameTask = (a: TaskHandle, b: TaskHandle): boolean => taskKey(a) === taskKey(b)

const isNamed = (event: TaskEvent): event is NamedEvent => !!event.handle && !!event.submission

function conflict(event: NamedEvent, why: string, first: TaskHandle | undefined): Error {
  const { provider, account, idempotencyKey } = event.submission
  const message = `the purchase "${idempotencyKey}" (account ${account}) ${why} Nothing was written down. Look into the console of ${provider}.`
  return refusedDelivery(provider, 'foreign', message, {
    account,
    ...(first
      ? { outcome: 'accepted', handle: first }
      : { outcome: 'unknown', submission: event.submission }),
  })
}

/**
 * What a callback means to what is known, without believing anything yet.
 *
 * @throws ReelayError `ERR_WEBHOOK`, see {@link acceptCallback}.
 */
export function judgeCallback(purchases: ReadonlyMap<string, Purchase>, event: TaskEvent): CallbackResult {
  const known = isNamed(event) ? purchases.get(purchaseId(event.submission)) : undefined
  if (!isNamed(event) || !known) return 'not-ours'
  if (known.handle) {
    if (known.handle.id === event.taskId) return 'known'
    throw conflict(event, `is the task ${known.handle.id} already, and not ${event.taskId}.`, known.handle)
  }
  if (known.state !== 'created' && !sentAs(known, event)) {
    throw conflict(event, 'was not sent under the name that the callback carries.', undefined)
  }
  for (const { handle } of purchases.values()) {
    if (!handle || !isSameTask(handle, event.handle)) continue
    throw conflict(event, `is not the task ${event.taskId}, which is another purchase's.`, undefined)
  }
  return 'accepted'
}

/**
 * Writes down what a callback means to purchases that were just read.
 *
 * @param at Milliseconds since the epoch.
 * @throws ReelayError `ERR_WEBHOOK`, see {@link acceptCallback}.
 */
export async function settleCallback(
  journal: Journal,
  purchases: ReadonlyMap<string, Purchase>,
  event: TaskEvent,
  at: number,
): Promise<CallbackResult> {
  if (!event.verified) {
    throw refusedDelivery(event.provider, 'unconfirmed', 'nobody has confirmed it; see confirmEvent().')
  }
  const result = judgeCallback(purchases, event)
  const known = isNamed(event) ? purchases.get(purchaseId(event.submission)) : undefined
  if (result === 'not-ours' || !known) return result
  const { id, state, submission } = known
  // What the journal says was bought, not what the address says.
  const sent = sentAs(known, event) ?? submission
  const handle = known.handle ?? handleOf(sent, event.taskId, sent.startedAt)
  if (result === 'accepted') {
    // A purchase taken for free gave its claim back; without one, the next submit under its key would buy it again.
    if (state === 'free') await journal.claim(id, submission.requestHash)
    await journal.append({ type: 'verdict', submission: sent, outcome: 'accepted', handle, at })
  }
  const { task } = event
  if (task && isTerminal(task) && state !== 'ended') await journal.append(endOf({ ...task, handle }, at))
  return result
}

/**
 * Settles a purchase by a callback: one whose answer was lost, or is still on its way, gets its task, and one whose task
 * has ended is closed with its cost. The same callback may come again. Reads the journal once.
 *
 * @param event Verified by its signature, or by {@link confirmEvent}.
 * @throws ReelayError `ERR_WEBHOOK` ({@link WebhookError}), and nothing is written: `unconfirmed` for a hint; `foreign`
 * when the purchase has another task already (outcome `accepted`, with that one's handle), or was not sent under the name
 * that the callback carries (outcome `unknown`).
 *
 * @example
 * ```ts
 * import { acceptCallback, type Journal, type WebhookReceiver } from '@reelay/core'
 * async function take(receiver: WebhookReceiver, journal: Journal, request: Request): Promise<void> {
 *   const event = await receiver.receive(request)
 *   if ((await acceptCallback(journal, event)) === 'accepted') console.log(`${event.taskId} was not lost after all`)
 * }
 * ```
 */
export async function acceptCallback(
  journal: Journal,
  event: TaskEvent,
  options: AcceptCallbackOptions = {},
): Promise<CallbackResult> {
  const { clock = systemClock } = options
  return settleCallback(journal, await purchasesOf(journal), event, clock.now())
}
