import type { RenderRequest } from '../../kinds/kinds.ts'
import { type ClockWatch, elapsedOf } from '../../model/clock.ts'
import { ReelayError, withDetails } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import type { AskClaims, CallOptions, SubmitOptions } from '../../provider/options.ts'
import type { Known } from '../../provider/order.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import type { Ordered } from '../../provider/submit/purchasing.ts'
import type { Journal } from '../journal/journal.ts'
import { ownedBy, type Purchase } from '../journal/order.ts'
import { readable } from '../journal/read-order.ts'
import { type Standing, standingOf } from '../journal/standing.ts'
import { boughtElsewhere, otherRequest, unknownSubmission } from './errors.ts'
import { findLost } from './find-lost.ts'

const lookEveryMs = 500

/** What `journaled` works with. */
export interface Books {
  readonly provider: VideoProvider
  readonly journal: Journal
  /** Milliseconds. */
  readonly inFlightMs: number
  readonly resend: boolean
  /** Whether a key whose purchase failed for free may be bought again. */
  readonly again: boolean
  /** What the wall says, unless somebody has set it: a request must not seem older than it is. */
  readonly watch: ClockWatch
  /** Asks the journal whose tasks are. */
  readonly claimed: AskClaims
  /** Sends a purchase without a verdict once more, under the external id that its provider takes once. */
  resubmit(request: RenderRequest, options: Ordered, purchase: Purchase): Promise<VideoTask>
}

/** What of a submit's options a read takes. */
export function readOptions(options: SubmitOptions): CallOptions {
  const { idempotencyKey: _key, webhookUrl: _url, record: _record, order: _order, ...reading } = options
  return reading
}

/** Reads the task that was bought before. */
async function readFirst(
  provider: VideoProvider,
  handle: TaskHandle,
  options: CallOptions,
): Promise<VideoTask> {
  if (!provider.owns(handle)) throw boughtElsewhere(handle)
  try {
    return await provider.get(handle, options)
  } catch (error) {
    if (ReelayError.isInstance(error)) throw withDetails(error, { handle, outcome: 'accepted' })
    const { provider: id, account } = handle
    const message = `Task ${handle.id} at ${id} was bought before under the same key, and could not be read. Keep the handle of this error.`
    const details = { provider: id, account, outcome: 'accepted', handle, cause: error } as const
    throw new ReelayError('ERR_UNAVAILABLE', message, details)
  }
}

/** Looks at the order as it is now. */
async function standingNow({ journal, again }: Books, { idempotencyKey, order }: Ordered): Promise<Standing> {
  const known = readable(await journal.order(idempotencyKey))
  // The hash of a large file is worth its time only where there is something to compare.
  return known ? standingOf(known, await order.hash(), again) : { state: 'free' }
}

/** The same, and whether the purchase is taken to be under way, by the journal's clock. */
async function standingUnderLock(
  { journal, again, watch }: Books,
  { idempotencyKey, order }: Ordered,
): Promise<{ readonly standing: Standing; readonly underWay: boolean }> {
  const hash = await order.hash()
  return journal.change(idempotencyKey, watch.earlier(), (known, now) => {
    const standing = standingOf(known, hash, again)
    return { result: { standing, underWay: standing.state === 'unknown' && standing.until > now } }
  })
}

/** Waits while another submit runs the purchase, for as long as it can be thought to; says what stands then. */
async function waitOutRun(books: Books, options: Ordered, first: Purchase): Promise<Standing> {
  const { provider, inFlightMs } = books
  const { clock } = provider
  const from = elapsedOf(clock)
  for (;;) {
    const { standing, underWay } = await standingUnderLock(books, options)
    if (standing.state !== 'unknown' || standing.purchase.id !== first.id) return standing
    // Never longer than one who has just begun could need: the clock that wrote it down may have been wrong.
    if (!underWay || elapsedOf(clock) - from >= inFlightMs) return standing
    await clock.sleep(lookEveryMs, options.abortSignal)
  }
}

/** Finds out what came of a purchase without a verdict. */
async function settleUnknown(
  books: Books,
  request: RenderRequest,
  options: Ordered,
  first: Purchase,
): Promise<VideoTask | undefined> {
  const { provider, resend } = books
  const reading = readOptions(options)
  // Ownership is a matter of provider, account and relay, which a submission has as well.
  const isOurs = provider.owns(first.submission as unknown as TaskHandle)
  if (isOurs && first.submission.externalId !== undefined) {
    // By an id of ours a look is proof, whoever else is at it: after a crash nobody has to wait.
    const found = await findLost(books, first, reading).catch(() => undefined)
    if (found?.task) return found.task
  }
  const standing = await waitOutRun(books, options, first)
  if (standing.state === 'conflict') throw otherRequest(options.idempotencyKey, standing.first)
  if (standing.state === 'bought') return answerOf(books, options, standing.purchase)
  if (standing.state !== 'unknown') return undefined
  const { purchase } = standing
  // Its step is done, and the create has followed.
  if (first.submission.step !== undefined && purchase.id !== first.id)
    return settleUnknown(books, request, options, purchase)
  const { submission } = purchase
  if (!ownedBy(provider, purchase)) {
    const why = 'was sent before and has no verdict, and its provider is not among those asked'
    throw unknownSubmission(submission, why, false)
  }
  const { task, candidates } = await findLost(books, purchase, reading)
  if (task) return task
  if (resend && submission.repeatable !== undefined) return books.resubmit(request, options, purchase)
  const why = 'was sent before and has no verdict'
  throw unknownSubmission(submission, why, provider.find !== undefined, candidates)
}

async function answerOf(
  { provider }: Books,
  options: Ordered,
  { handle, submission }: Purchase,
): Promise<VideoTask> {
  if (handle) return readFirst(provider, handle, readOptions(options))
  throw unknownSubmission(submission, 'was settled by hand as created, without the id of its task', false)
}

/** What an order that was looked at means for a submit, see `VideoProvider.known`. */
export function knownAs(
  books: Books,
  request: RenderRequest,
  options: Ordered,
  standing: Exclude<Standing, { readonly state: 'free' }>,
): Known {
  const of = 'purchase' in standing && {
    purchase: standing.purchase.id,
    number: standing.purchase.number,
    elsewhere: !ownedBy(books.provider, standing.purchase),
  }
  switch (standing.state) {
    case 'again':
      return { ...standing, purchase: standing.last }
    case 'conflict':
      return {
        state: 'conflict',
        answer: async () => Promise.reject(otherRequest(options.idempotencyKey, standing.first)),
      }
    case 'bought':
      return { ...of, state: 'bought', answer: () => answerOf(books, options, standing.purchase) }
    case 'unknown':
      return {
        ...of,
        state: 'unknown',
        answer: () => settleUnknown(books, request, options, standing.purchase),
      }
  }
}

/** What this journal knows of the order under a submit's key; nothing where it may be bought. */
export async function knownHere(
  books: Books,
  request: RenderRequest,
  options: Ordered,
): Promise<Known | undefined> {
  const standing = await standingNow(books, options)
  return standing.state === 'free' ? undefined : knownAs(books, request, options, standing)
}
