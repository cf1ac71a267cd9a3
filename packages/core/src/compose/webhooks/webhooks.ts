import { type Clock, systemClock } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { VideoTask } from '../../model/task.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { submissionFrom } from '../../provider/request/callback-url.ts'
import { deliver, hint } from '../../run/watch/scheduler.ts'
import { confirmEvent } from '../../webhook/confirm.ts'
import { type DeliveryStore, memoryDeliveries } from '../../webhook/deliveries.ts'
import type { TaskEvent, WebhookReceiver } from '../../webhook/event.ts'
import { refusedDelivery, type WebhookError } from '../../webhook/refusal.ts'
import type { Journal } from '../journal/journal.ts'
import { noteStored } from '../journal/purchases.ts'
import { acceptCallback, type CallbackResult, judgeCallback } from './callback.ts'

/**
 * What `webhooks` knows of a delivery besides what it says.
 *
 * @example
 * ```ts
 * import type { DeliveryContext } from '@reelay/core'
 * const foundAgain = ({ purchase }: DeliveryContext): boolean => purchase === 'accepted'
 * ```
 */
export interface DeliveryContext {
  /** What it meant to the journal; absent without one, and for what is not verified. */
  readonly purchase: CallbackResult | undefined
  /** Who made the task, of the `providers`: what downloads ask for a fresh URL. */
  readonly provider: VideoProvider | undefined
}

/**
 * Options of {@link webhooks}.
 *
 * @example
 * ```ts
 * import { type WebhookReceiver, webhooks, type WebhooksOptions } from '@reelay/core'
 * const optionsFor = (kling: WebhookReceiver): WebhooksOptions => ({
 *   receivers: { kling },
 *   onEvent: ({ taskId, status }) => console.log(taskId, status),
 *   onError: (error) => console.warn(error),
 * })
 * export const handler = (kling: WebhookReceiver) => webhooks(optionsFor(kling))
 * ```
 */
export interface WebhooksOptions {
  /** Who takes the deliveries of `<prefix>/<name>`, by name. */
  readonly receivers: Readonly<Record<string, WebhookReceiver>>
  /**
   * Confirm hints and read missing results. Whoever waits for the task at one of these very objects, by `generate`, `wait`
   * or `watch`, is told at once.
   */
  readonly providers?: readonly VideoProvider[] | undefined
  /** Where purchases without a verdict are settled, see {@link acceptCallback}. */
  readonly journal?: Journal | undefined
  /**
   * Told of every delivery once, when it is verified, confirmed and written down; also of hints that no provider of the
   * list can confirm (`verified` is false then). Saving the clip in it is fine: a repetition that comes meanwhile shares
   * its answer. When it throws, the provider is asked to deliver again, and the purchase stays open in the journal. What a
   * delivery says of a purchase that the journal does not know is only what its address claims: never make a path of it.
   */
  readonly onEvent?: ((event: TaskEvent, context: DeliveryContext) => void | Promise<void>) | undefined
  /** Told of every delivery that was not taken, and why. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** `/reelay` when absent. */
  readonly prefix?: string | undefined
  /** Remembers what was delivered; this process alone when absent. */
  readonly deliveries?: DeliveryStore | undefined
  /** The host's clock when absent. */
  readonly clock?: Clock | undefined
}

// As long as providers go on delivering: fal the longest, until its results are deleted (docs, 2026-09).
const rememberedMs = 24 * 60 * 60_000
// A forged hint must not use up the name of the true one that comes later.
const hintRememberedMs = 30_000
// After it a delivery whose process died may be handled again.
const handledWithinMs = 2 * 60_000
// fal gives up on the first try after 15 s (docs, 2026-09).
const confirmedWithinMs = 8_000

const settled = (status: number, text?: string): Response => {
  const headers = status === 503 ? { 'retry-after': '10' } : status === 405 ? { allow: 'POST' } : {}
  return new Response(text ?? null, { status, headers })
}

function answerTo(error: unknown): Response {
  if (!ReelayError.isInstance(error) || error.code !== 'ERR_WEBHOOK') return settled(500)
  const { answer, reason } = error as WebhookError
  return settled(answer, reason)
}

/**
 * One handler for the deliveries of all providers, for any server that speaks `Request` and `Response`.
 *
 * It answers `POST <prefix>/<name>` by the receiver of that name, and `POST <prefix>` by the provider that the address of
 * the delivery names, so that one `webhookUrl` does for a failover. Answers: 200 for what was taken and for what was taken
 * before; 4xx for what is not from the provider; 5xx, so that it comes again, when handling it failed.
 *
 * @example
 * ```ts
 * import { type Journal, type VideoProvider, webhooks, type WebhookReceiver } from '@reelay/core'
 * declare const receivers: { kling: WebhookReceiver; fal: WebhookReceiver } // createKlingWebhook(), createFalWebhook()
 * declare const kling: VideoProvider
 * declare const journal: Journal
 * const handler = webhooks({
 *   receivers,
 *   providers: [kling],
 *   journal,
 *   onEvent: ({ taskId, status }) => console.log(taskId, status),
 * })
 * // export default { fetch: handler }, or app.post('/reelay/*', (c) => handler(c.req.raw)) in Hono
 * ```
 */
export function webhooks(options: WebhooksOptions): (request: Request) => Promise<Response> {
  const { receivers, providers = [], journal, onEvent, onError, clock = systemClock } = options
  const { deliveries = memoryDeliveries({ clock }) } = options
  const prefix = (options.prefix ?? '/reelay').replace(/\/+$/, '')
  const underWay = new Map<string, Promise<void>>()

  function receiverOf(url: string): WebhookReceiver | undefined {
    const { pathname } = new URL(url)
    if (pathname !== prefix && !pathname.startsWith(`${prefix}/`)) return undefined
    const name = pathname.slice(prefix.length).replace(/^\/|\/$/g, '')
    if (name !== '') return Object.hasOwn(receivers, name) ? receivers[name] : undefined
    const told = submissionFrom(url)
    return Object.values(receivers).find(
      ({ provider, account = told?.account }) => provider === told?.provider && account === told?.account,
    )
  }

  const ownerOf = ({ handle }: TaskEvent): VideoProvider | undefined =>
    handle && providers.find((provider) => provider.owns(handle))

  async function confirmed(event: TaskEvent): Promise<TaskEvent> {
    const provider = ownerOf(event)
    if (!provider || event.task) return event
    // Before anybody is asked: a provider that keeps a journal writes down whatever it reads.
    if (journal) await judgeCallback(journal, event)
    const deadlineAt = clock.now() + confirmedWithinMs
    return confirmEvent(event, provider, { timeoutMs: confirmedWithinMs / 2, deadlineAt })
  }

  /** Whether the journal waits for `onEvent` to take care of the clip. */
  async function isToBeStored({ task, handle }: TaskEvent): Promise<boolean> {
    if (!journal || !onEvent || !handle || task?.status !== 'succeeded') return false
    const purchase = await noteStored(journal, handle, { state: 'open', by: 'webhooks' }, clock.now())
    return purchase?.stored.state === 'open' && purchase.stored.by === 'webhooks'
  }

  async function handOnEvent(event: TaskEvent): Promise<void> {
    const written = journal && event.verified && event.handle !== undefined
    const purchase = written ? await acceptCallback(journal, event, { clock }) : undefined
    if (!event.task) for (const provider of providers) hint(provider, event.taskId)
    // Noted before: a purchase whose clip could not be taken care of stays open, for whoever resumes it.
    const open = written ? await isToBeStored(event) : false
    await onEvent?.(event, { purchase, provider: ownerOf(event) })
    if (journal && open && event.handle)
      await noteStored(journal, event.handle, { state: 'done' }, clock.now())
    await tellWaiting(providers, event.task)
  }

  /** Once for all that come under one name, in whatever process. */
  async function once(event: TaskEvent, handle: () => Promise<void>): Promise<void> {
    const { deliveryId, provider } = event
    const state = await deliveries.claim(deliveryId, handledWithinMs)
    if (state === 'busy') throw refusedDelivery(provider, 'unavailable', 'it is being handled already.')
    if (state === 'done') return
    try {
      await handle()
    } catch (error) {
      await deliveries.release(deliveryId).catch(() => undefined)
      throw error
    }
    // Handled all the same: without this line it may come, and be handled, once more.
    const ttlMs = event.verified ? rememberedMs : hintRememberedMs
    await deliveries.done(deliveryId, ttlMs).catch(() => undefined)
  }

  async function handle(event: TaskEvent): Promise<void> {
    await once(event, async () => {
      const sure = await confirmed(event)
      await (sure.deliveryId === event.deliveryId ? handOnEvent(sure) : once(sure, () => handOnEvent(sure)))
    })
  }

  /** A repetition that comes while the first is handled gets the same answer, good or bad. */
  function handleTogether(event: TaskEvent): Promise<void> {
    const { deliveryId } = event
    const running = underWay.get(deliveryId)
    if (running) return running
    const work = handle(event).finally(() => underWay.delete(deliveryId))
    underWay.set(deliveryId, work)
    return work
  }

  return async (request) => {
    const receiver = receiverOf(request.url)
    if (!receiver) return settled(404)
    if (request.method !== 'POST') return settled(405)
    try {
      await handleTogether(await receiver.receive(request))
      return settled(200)
    } catch (error) {
      try {
        onError?.(error)
      } catch {
        // Whatever a log does, the provider gets its answer.
      }
      return answerTo(error)
    }
  }
}

/** The one place where a delivery reaches whoever waits for the task, here or in a `watch`. */
async function tellWaiting(providers: readonly VideoProvider[], task: VideoTask | undefined): Promise<void> {
  for (const provider of providers) if (task && provider.owns(task.handle)) await deliver(provider, task)
}
