import { ReelayError, withDetails } from '../model/error.ts'
import { type Owned, ownerKey, type Submission, type TaskHandle } from '../model/handle.ts'
import type { VideoTask } from '../model/task.ts'
import type { CallOptions, SubmitOptions, VideoProvider } from '../provider/provider.ts'
import type { Journal } from './journal.ts'
import { failedLook, unknownSubmission } from './journaled-errors.ts'
import { type Purchase, purchasesOf } from './journaled-purchases.ts'

/** What an earlier submit under the same key means for this one. */
export type Earlier =
  /** It is answered with this task, or this error; nothing is sent. */
  | { readonly state: 'answered'; answer(): Promise<VideoTask> }
  /** Another submit of it is still running. */
  | { readonly state: 'running' }
  /** It may be sent once more, under the id it was sent with before. */
  | { readonly state: 'repeatable'; readonly first: Submission }
  /** Nothing was sent, or nothing came of it. */
  | { readonly state: 'free' }

/** What {@link journaled} works with. */
export interface Books {
  readonly provider: VideoProvider
  readonly journal: Journal
  /** Milliseconds. */
  readonly inFlightMs: number
  readonly resend: boolean
}

/** What of a submit's options a read takes. */
function readOptions(options: SubmitOptions): CallOptions {
  const { idempotencyKey: _key, webhookUrl: _url, record: _record, ...reading } = options
  return reading
}

/** Reads the task that was bought before. */
async function readFirst(
  provider: VideoProvider,
  handle: TaskHandle,
  options: CallOptions,
): Promise<VideoTask> {
  try {
    return await provider.get(handle, options)
  } catch (error) {
    if (ReelayError.isInstance(error)) throw withDetails(error, { handle, outcome: 'accepted' })
    const { provider: id, account } = handle
    const message = `Task ${handle.id} at ${id} was bought before under the same key, and could not be read. Keep the handle of this error.`
    throw new ReelayError('ERR_UNAVAILABLE', message, {
      provider: id,
      account,
      outcome: 'accepted',
      handle,
      cause: error,
    })
  }
}

const sameOwner = (a: Owned, b: Owned): boolean => ownerKey(a) === ownerKey(b)

/**
 * Whether sending it again makes no second task, as the host documents it for the one that is about to be sent. What was
 * sent first sets the end of it, and the bytes.
 */
function isRepeatable(first: Submission, { externalId, repeatable }: Submission, now: number): boolean {
  if (externalId === undefined || externalId !== first.externalId || repeatable === undefined) return false
  if (repeatable === true) return true
  if (first.repeatable === undefined || first.repeatable === true) return false
  return now < first.repeatable.until && first.repeatable.bytes === repeatable.bytes
}

/**
 * Whether a task is, or may be, another purchase's. Where tasks are found by what they echo, equal requests look alike,
 * and a provider that was just started knows only its own.
 */
function isOthers(task: TaskHandle, submission: Submission, others: readonly Purchase[]): boolean {
  const { fingerprint } = submission
  return others.some(
    ({ handle, attempts }) =>
      (handle?.id === task.id && sameOwner(handle, task)) ||
      (fingerprint !== undefined &&
        attempts.some(
          ({ submission: rival }) => rival.fingerprint === fingerprint && sameOwner(rival, submission),
        )),
  )
}

/**
 * Looks for the task of an open purchase, and writes it down when it is there.
 *
 * @throws ReelayError outcome `unknown` with the submission, when nobody could be asked.
 */
export async function reconcile(
  { provider, journal }: Pick<Books, 'provider' | 'journal'>,
  purchase: Purchase,
  options: CallOptions,
): Promise<VideoTask | undefined> {
  for (const { submission } of purchase.attempts) {
    const result = await provider.find?.(submission, options).catch((error: unknown) => {
      throw failedLook(error, submission)
    })
    if (result?.state !== 'found') continue
    const { handle } = result.task
    const others = [...(await purchasesOf(journal)).values()].filter(({ id }) => id !== purchase.id)
    if (isOthers(handle, submission, others)) continue
    const at = provider.clock.now()
    await journal.append({ type: 'verdict', submission, outcome: 'accepted', handle, at })
    return result.task
  }
  return undefined
}

const isRunning = ({ attempts }: Purchase, since: number): boolean =>
  attempts.some(({ concluded, at }) => !concluded && at > since)

/** The earlier purchase that decides: a task if there is one (the last that was tried), then what may have become one. */
function deciding(purchases: readonly Purchase[]): Purchase | undefined {
  return (
    purchases.filter(({ handle }) => handle).at(-1) ??
    purchases.find(({ state }) => state === 'created') ??
    purchases.find(({ state }) => state === 'unknown')
  )
}

/**
 * Finds out what came of earlier submits under the key of this one, at any account of this provider.
 *
 * @param abandoned Whether the process that claimed the key has surely died.
 */
export async function lookBack(
  books: Books,
  submission: Submission,
  abandoned: boolean,
  options: SubmitOptions,
): Promise<Earlier> {
  const { provider, journal, inFlightMs, resend } = books
  const reading = readOptions(options)
  const failed = (error: ReelayError): Earlier => ({ state: 'answered', answer: () => Promise.reject(error) })
  const purchases = [...(await purchasesOf(journal)).values()].filter(
    (one) =>
      one.submission.idempotencyKey === submission.idempotencyKey &&
      // Ownership is a matter of provider, account and relay, which a submission has as well.
      provider.owns(one.submission as Submission & TaskHandle),
  )
  const first = deciding(purchases)
  if (!first) return { state: 'free' }
  const { handle, state } = first
  if (handle) return { state: 'answered', answer: () => readFirst(provider, handle, reading) }
  if (state === 'created') {
    const why = 'was settled by hand as created, without the id of its task'
    return failed(unknownSubmission(first.submission, why, false))
  }
  if (!abandoned && isRunning(first, provider.clock.now() - inFlightMs)) return { state: 'running' }
  try {
    const task = await reconcile(books, first, reading)
    if (task) return { state: 'answered', answer: async () => task }
  } catch (error) {
    if (ReelayError.isInstance(error)) return failed(error)
    throw error
  }
  // The same id: the provider takes it once, so sending again can buy no second task.
  if (resend && isRepeatable(first.submission, submission, provider.clock.now())) {
    return { state: 'repeatable', first: first.submission }
  }
  const why = 'was sent before and has no verdict'
  return failed(unknownSubmission(first.submission, why, provider.find !== undefined))
}
