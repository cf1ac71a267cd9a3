import type { RenderRequest } from '../../kinds/kinds.ts'
import { timeOf, unlessAborted } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { VideoTask } from '../../model/task.ts'
import type { Appraisal } from '../appraisal.ts'
import type { Engine } from '../engine.ts'
import type { RecordEntry, SubmitOptions } from '../options.ts'
import { callbackProblems } from '../request/callback-url.ts'
import { invalidRequest, prepareRequest } from '../request/prepare.ts'
import { advice, type CallFailure, meaning, toError } from '../task/failure.ts'
import { handleOf, normalizeTask, statusWord } from '../task/normalize.ts'
import { candidatesInWords } from './candidates.ts'
import { type Look, recover } from './find.ts'
import { type PaidRequest, type PostAnswer, post, postAgain } from './post.ts'
import { paidSteps, type takeSteps } from './steps.ts'

async function settle(purchase: PaidRequest, look: Look): Promise<PostAnswer> {
  const { engine, draft, submission } = purchase
  const route = engine.spec.routes[draft.offer.route]
  const repeatable = submission.repeatable !== undefined
  // Refused for its token, and so surely not made: a promise of the provider's own hosts.
  const renewable = engine.host.standing === 'official' && route?.idempotency === 'external-id'
  let answer = await post(purchase)
  if (answer.state === 'rejected' && renewable) {
    const { reply } = answer.failure
    if (reply && engine.auth.renew?.(reply)) {
      const again = await postAgain(purchase)
      const stopped = !again && purchase.options.abortSignal?.aborted
      if (stopped) return { state: 'rejected', failure: { ...answer.failure, code: 'ERR_ABORTED' } }
      answer = again ?? answer
    }
  }
  if (answer.state !== 'unknown' && answer.state !== 'exists') return answer
  if (purchase.options.abortSignal?.aborted) return answer
  if (route?.find === 'none' && !repeatable) return answer
  const seen = await recover(purchase, look, repeatable && answer.state === 'unknown')
  if (seen.task) return { state: 'accepted', native: seen.task }
  return seen.candidates.length > 0 ? { ...answer, candidates: seen.candidates } : answer
}

/** Buys one render under the money rules: one POST unless the host makes a repeat safe, and exactly one verdict. */
export async function submit(
  engine: Engine,
  { look, takeSteps: take }: { readonly look: Look; readonly takeSteps?: typeof takeSteps | undefined },
  request: RenderRequest,
  options: SubmitOptions,
): Promise<VideoTask> {
  const { spec, account, near } = engine
  options.abortSignal?.throwIfAborted()
  const { webhookUrl } = options
  const wrong = webhookUrl === undefined ? [] : callbackProblems(webhookUrl, spec, near)
  if (wrong.length > 0) throw invalidRequest(spec.id, account, wrong)
  const evaluation = engine.appraise(request)
  const { appraisal, shares } = evaluation
  const prepared = await prepareRequest(engine, evaluation, options, async (ready) =>
    take?.(engine, ready, shares, options),
  )
  const purchase: PaidRequest = { engine, ...prepared, quote: shares?.create ?? appraisal.quote, options }
  const answer = await settle(purchase, look)
  return conclude(purchase, answer, appraisal)
}

async function recordVerdict(
  { submission, options }: PaidRequest,
  verdict: Pick<RecordEntry & { type: 'verdict' }, 'outcome' | 'handle' | 'code' | 'at'>,
): Promise<void> {
  // Not for ever: the handle of a paid task must not be out of reach because a journal hangs.
  await unlessAborted(options.record?.({ type: 'verdict', submission, ...verdict }), options.abortSignal)
}

type Refused = Exclude<PostAnswer, { readonly state: 'accepted' }>

/** What may be done to have a single candidate adopted, where anything can. */
function proofOf({ spec, soleSubmitter }: PaidRequest['engine']): string | undefined {
  if (spec.search?.soleSubmitter === undefined || soleSubmitter) return undefined
  return 'Where nobody but this journal buys such requests on the account, make the provider with soleSubmitter: true, and find() adopts it.'
}

function unknownError(
  { engine, submission, options }: PaidRequest,
  { failure, candidates = [] }: Refused,
): ReelayError {
  const { spec, account, host } = engine
  const where = host.standing === 'relay' ? `The relay ${host.name}` : 'This provider'
  const at = host.standing === 'relay' ? `${spec.id} at the relay ${host.name}` : spec.id
  const aborted = options.abortSignal?.aborted === true
  const searched =
    spec.find || spec.search ? ' and looking for its task found none that is surely its own' : ''
  const next =
    spec.find || spec.search
      ? 'Pass the submission on this error to find() later, or look into the provider’s console.'
      : `${where} offers no way to look for it: check the console or bill there, then settle it by hand.`
  const said = failure.message ? ` and said: "${failure.message}"` : ''
  const message = aborted
    ? `Stopped waiting for the answer to a paid request to ${at}.`
    : `A paid request to ${at} has no verdict: ${spec.id} ${failure.what}${said}${searched}.`
  const named = candidatesInWords(candidates)
  return new ReelayError(
    aborted ? 'ERR_ABORTED' : 'ERR_SUBMISSION_UNKNOWN',
    [message, meaning.unknown, named, named && proofOf(engine), next, failure.message && advice[failure.code]]
      .filter(Boolean)
      .join(' '),
    {
      provider: spec.id,
      account,
      outcome: 'unknown',
      submission,
      ...(candidates.length > 0 && { candidates }),
      httpStatus: failure.httpStatus,
      nativeCode: failure.nativeCode,
      requestId: failure.requestId,
      ...(aborted ? { cause: options.abortSignal?.reason } : {}),
    },
  )
}

function rejectedError({ engine, draft, options }: PaidRequest, failure: CallFailure): ReelayError {
  const details = { provider: engine.spec.id, account: engine.account }
  const money = draft.steps ? paidSteps(Object.keys(draft.steps)) : meaning.rejected
  if (failure.code !== 'ERR_ABORTED') return toError(failure, 'a paid request', 'rejected', details, money)
  const message = `Stopped before a refused request was sent to ${engine.spec.id} again. ${money}`
  const cause = options.abortSignal?.reason
  return new ReelayError('ERR_ABORTED', message, { ...details, outcome: 'rejected', cause })
}

/**
 * The one verdict of a submit: the task, or the error that says whether money was spent.
 *
 * @throws ReelayError with outcome `rejected` or `unknown`; or `accepted`, with the handle, when the verdict could not
 * be recorded.
 */
export async function conclude(
  purchase: PaidRequest,
  answer: PostAnswer,
  appraisal: Appraisal,
): Promise<VideoTask> {
  const { engine, submission } = purchase
  const { spec, account, clock, transport } = engine
  const at = timeOf(clock)
  // Without a verdict it may yet have made a task, which must not be taken for another submission's.
  if (answer.state === 'accepted' || answer.state === 'rejected') engine.claims?.settled(submission)
  if (answer.state === 'accepted') {
    const { native } = answer
    const handle = handleOf(submission, native.id, at)
    engine.claims?.claim(native.id, handle)
    const redactor = answer.redactor ?? transport.redactor(purchase.options)
    try {
      await recordVerdict(purchase, { outcome: 'accepted', handle, at })
    } catch (cause) {
      const aborted = purchase.options.abortSignal?.aborted === true
      const what = aborted ? 'the wait for record() was aborted' : 'record() failed to note it'
      const message = `Task ${native.id} was created at ${spec.id}, but ${what}. Keep the handle of this error.`
      throw new ReelayError(aborted ? 'ERR_ABORTED' : 'ERR_CONFIG', message, {
        provider: spec.id,
        account,
        outcome: 'accepted',
        handle,
        cause,
      })
    }
    // A create that claims success without a result is a reply to distrust, but the task is real: ask again later.
    return (
      normalizeTask(spec, native, handle, redactor, appraisal) ?? {
        id: native.id,
        handle,
        nativeStatus: statusWord(spec, native, redactor),
        status: 'unknown',
        warnings: appraisal.warnings,
        ...(appraisal.chosen && { chosen: appraisal.chosen }),
      }
    )
  }
  const error =
    answer.state === 'rejected' ? rejectedError(purchase, answer.failure) : unknownError(purchase, answer)
  // The verdict itself matters more to the caller than a journal that failed to take it.
  await recordVerdict(purchase, { outcome: error.outcome, code: error.code, at }).catch(() => undefined)
  throw error
}
