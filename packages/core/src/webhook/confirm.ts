import { clockErrorMs } from '../model/clock.ts'
import { ReelayError } from '../model/error.ts'
import type { Submission, TaskHandle } from '../model/handle.ts'
import { isTerminal, type VideoTask } from '../model/task.ts'
import type { CallOptions } from '../provider/options.ts'
import type { VideoProvider } from '../provider/provider.ts'
import type { TaskEvent } from './event.ts'
import { refusedDelivery } from './refusal.ts'

const ended: ReadonlySet<TaskEvent['status']> = new Set(['succeeded', 'failed', 'canceled', 'expired'])

/** The task as the provider knows it. By our own id where it takes one: that also proves whose task it is. */
async function ask(
  provider: VideoProvider,
  handle: TaskHandle,
  submission: Submission,
  options: CallOptions,
): Promise<VideoTask | undefined> {
  if (submission.externalId === undefined || !provider.find) return provider.get(handle, options)
  const found = await provider.find(submission, options)
  return found.state === 'found' ? found.task : undefined
}

/**
 * Asks the provider whether a delivery is true: for hints, which anybody may have sent, and for deliveries that came
 * without the result. Costs one free read.
 *
 * @throws ReelayError `ERR_WEBHOOK` ({@link WebhookError}): `foreign` when the task is another one than the delivery's
 * address says, or the address names none; `unconfirmed` when the provider could not be asked or does not say so (yet).
 *
 * @example
 * ```ts
 * import { confirmEvent, type VideoProvider, type WebhookReceiver } from '@reelay/core'
 * async function take(receiver: WebhookReceiver, kling: VideoProvider, request: Request): Promise<void> {
 *   const hint = await receiver.receive(request)
 *   const { task } = hint.verified ? hint : await confirmEvent(hint, kling)
 *   if (task?.status === 'succeeded') console.log(task.outputs[0].url)
 * }
 * ```
 */
export async function confirmEvent(
  event: TaskEvent,
  provider: VideoProvider,
  options: CallOptions = {},
): Promise<TaskEvent & { readonly task: VideoTask }> {
  const { handle, submission, taskId } = event
  if (!handle || !submission) {
    throw refusedDelivery(event.provider, 'foreign', 'its address names no purchase to ask for.')
  }
  const unsure = (why: string): ReelayError =>
    refusedDelivery(event.provider, 'unconfirmed', `${why} Whether it is true is not known yet.`)
  const task = await ask(provider, handle, submission, options).catch((error: unknown) => {
    throw ReelayError.isInstance(error) ? unsure(error.message) : error
  })
  if (!task) throw unsure(`${event.provider} knows no task of this purchase.`)
  if (task.id !== taskId) {
    throw refusedDelivery(event.provider, 'foreign', 'its task is not the one of the purchase it names.')
  }
  if ((task.createdAt ?? submission.startedAt) < submission.startedAt - clockErrorMs) {
    throw refusedDelivery(event.provider, 'foreign', 'its task is older than the purchase it names.')
  }
  if (ended.has(event.status) && !isTerminal(task)) {
    throw unsure(`It says that task ${taskId} has ended, and ${event.provider} says that it has not.`)
  }
  const { status, nativeStatus } = task
  // Named by what the provider said: a hint must not use up the name of the delivery that is true later.
  const deliveryId = event.verified ? event.deliveryId : `${event.provider} ${taskId} ${nativeStatus}`
  const confirmed = { ...event, deliveryId, verified: true, status, nativeStatus, task }
  return Object.defineProperty(confirmed, 'raw', { value: event.raw })
}
