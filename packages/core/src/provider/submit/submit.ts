import type { RenderRequest } from '../../kinds/kinds.ts'
import type { VideoTask } from '../../model/task.ts'
import { appraise } from '../appraise.ts'
import type { Engine } from '../engine.ts'
import type { SubmitOptions } from '../provider.ts'
import { callOptionProblems } from '../request/call-options.ts'
import { invalidRequest, prepareRequest } from '../request/prepare.ts'
import { conclude } from './conclude.ts'
import { recover } from './find.ts'
import { type PaidRequest, type PostAnswer, post, postAgain } from './post.ts'

async function settle(purchase: PaidRequest): Promise<PostAnswer> {
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
  const seen = await recover(purchase, repeatable && answer.state === 'unknown')
  if (seen.task) return { state: 'accepted', native: seen.task }
  return seen.candidates.length > 0 ? { ...answer, candidates: seen.candidates } : answer
}

/** Buys one render under the money rules: one POST unless the host makes a repeat safe, and exactly one verdict. */
export async function submit(
  engine: Engine,
  request: RenderRequest,
  options: SubmitOptions,
): Promise<VideoTask> {
  const { spec, account, near } = engine
  options.abortSignal?.throwIfAborted()
  const wrong = callOptionProblems(options, spec, near)
  if (wrong.length > 0) throw invalidRequest(spec.id, account, wrong)
  const appraisal = appraise(spec, request, near)
  const prepared = await prepareRequest(engine, request, appraisal, options)
  const purchase: PaidRequest = { engine, ...prepared, quote: appraisal.quote, options }
  const answer = await settle(purchase)
  return conclude(purchase, answer, appraisal)
}
