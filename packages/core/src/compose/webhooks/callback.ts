import { type Clock, systemClock } from '../../model/clock.ts'
import { ownerKey, type Submission, type TaskHandle } from '../../model/handle.ts'
import { isTerminal } from '../../model/task.ts'
import { handleOf } from '../../provider/task/normalize.ts'
import type { TaskEvent } from '../../webhook/event.ts'
import { refusedDelivery } from '../../webhook/refusal.ts'
import type { Change, Journal } from '../journal/journal.ts'
import { end, judge } from '../journal/moves.ts'
import { isReadable, nameOfTask, type Order, type Purchase } from '../journal/order.ts'
import { readable } from '../journal/read-order.ts'

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

/**
 * Options of {@link acceptCallback}.
 *
 * @example
 * ```ts
 * import { acceptCallback, type AcceptCallbackOptions, type Clock, type Journal, type TaskEvent } from '@reelay/core'
 * // In a test the journal's notes carry the test's time.
 * const acceptAt = (clock: Clock, journal: Journal, event: TaskEvent) => {
 *   const options: AcceptCallbackOptions = { clock }
 *   return acceptCallback(journal, event, options)
 * }
 * ```
 */
export interface AcceptCallbackOptions {
  /** The host's clock when absent. */
  readonly clock?: Clock | undefined
}

type NamedEvent = TaskEvent & Required<Pick<TaskEvent, 'handle' | 'submission'>>

const isNamed = (event: TaskEvent): event is NamedEvent => !!event.handle && !!event.submission

/** What was sent under the very name that a callback carries. */
const sentAs = (purchase: Purchase | undefined, { submission }: NamedEvent): Submission | undefined =>
  purchase?.attempts
    .map((one) => one.submission)
    .find((sent) => sent.attempt === submission.attempt && ownerKey(sent) === ownerKey(submission))

const purchaseOf = (order: Order | undefined, event: NamedEvent): Purchase | undefined =>
  order?.purchases.find((purchase) => sentAs(purchase, event))

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

/** What a callback means to an order, or what stands against it. */
function meaningOf(order: Order | undefined, event: NamedEvent): Exclude<CallbackResult, 'not-ours'> | Error {
  const known = purchaseOf(order, event)
  if (!known) return conflict(event, 'was not sent under the name that the callback carries.', undefined)
  if (!known.handle) return 'accepted'
  if (known.handle.id === event.taskId) return 'known'
  return conflict(event, `is the task ${known.handle.id} already, and not ${event.taskId}.`, known.handle)
}

/**
 * What a callback means to a journal, without believing anything yet.
 *
 * @throws ReelayError `ERR_WEBHOOK`, see {@link acceptCallback}.
 */
export async function judgeCallback(journal: Journal, event: TaskEvent): Promise<CallbackResult> {
  if (!isNamed(event)) return 'not-ours'
  const { submission } = event
  const order = readable(await journal.order(submission.idempotencyKey))
  if (!order) return 'not-ours'
  const meaning = meaningOf(order, event)
  if (meaning instanceof Error) throw meaning
  const name = nameOfTask(event.handle)
  for (const found of meaning === 'accepted' ? await journal.named(name) : []) {
    const own = isReadable(found) && purchaseOf(found, event)?.handle
    if (own && nameOfTask(own) === name) continue
    throw conflict(event, `is not the task ${event.taskId}, which is another purchase's.`, undefined)
  }
  return meaning
}

/** What a callback makes of its order; what stands against it is handed out, since a transaction has to end either way. */
function settled(order: Order | undefined, event: NamedEvent, now: number): Change<CallbackResult | Error> {
  const result = meaningOf(order, event)
  const known = purchaseOf(order, event)
  const submission = sentAs(known, event)
  if (!known || !submission || result instanceof Error) return { result }
  // What the journal says was bought, not what the address says.
  const handle = known.handle ?? handleOf(submission, event.taskId, submission.startedAt)
  const accepted = judge(order, { submission, outcome: 'accepted', handle }, now).order
  const { task } = event
  const ended = task && isTerminal(task) ? end(accepted, { ...task, handle }, now).order : undefined
  const changed = ended ?? (result === 'accepted' ? accepted : undefined)
  return { ...(changed && { order: changed }), result }
}

/**
 * Settles a purchase by a callback: one whose answer was lost, or is still on its way, gets its task, and one whose task
 * has ended is closed with its cost. The same callback may come again.
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
  if (!event.verified) {
    throw refusedDelivery(event.provider, 'unconfirmed', 'nobody has confirmed it; see confirmEvent().')
  }
  const first = await judgeCallback(journal, event)
  if (first === 'not-ours' || !isNamed(event)) return first
  const key = event.submission.idempotencyKey
  const result = await journal.change(key, clock.now(), (order, now) => settled(order, event, now))
  if (result instanceof Error) throw result
  return result
}
