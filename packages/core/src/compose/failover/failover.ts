import type { RenderRequest } from '../../kinds/kinds.ts'
import type { Attempt } from '../../model/attempt.ts'
import { ReelayError, withDetails } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import { shortForms } from '../../provider/appraisal.ts'
import type { GetManyOptions, SubmitOptions } from '../../provider/options.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { purchasing } from '../../provider/submit/purchasing.ts'
import { routeAmong } from '../among.ts'
import { taskWithTrail } from './attempts.ts'
import { createBreaker } from './breaker.ts'
import { appraiseChain, encodeFirst, type FailoverChain } from './chain.ts'
import { type FailoverPolicy, movesOnFrom, perOrderOf, settlePolicy } from './policy.ts'
import { knownAlong, submitAlong } from './submit.ts'

/**
 * Several providers as one: a submit goes to the first that can serve it, and moves on to the next only when the verdict
 * so far is that nothing was bought (`none` or `rejected`) for a reason another provider can cure. Tasks and errors
 * carry the trail as `attempts`. Reads, cancels and searches go back to whoever made the task, also after a restart
 * with another order.
 *
 * One idempotency key covers all attempts of a submit. Which leaf took the request is remembered by nobody here: to
 * submit the same key again after a restart without buying from another leaf, put a journal around the failover, or
 * around each leaf: all of them are asked whether they know the key before anything else.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for an empty list, two leaves with equal id and account, or a wrong
 * policy. Its `submit` throws the error of the last leaf tried, with the trail and the outcome of all attempts together;
 * when no leaf was tried, `ERR_UNSUPPORTED` or `ERR_INVALID_REQUEST` (nobody can serve it), `ERR_BUDGET` (all too dear)
 * or `ERR_UNAVAILABLE` with `retryAfterMs` (breakers open), each with outcome `none`.
 *
 * @example
 * ```ts
 * import { failover, generate, usd, type VideoProvider } from '@reelay/core'
 * declare const kling: VideoProvider
 * declare const fal: VideoProvider
 * const provider = failover([kling, fal], { maxCost: usd(0.5) })
 * const task = await generate(provider, { kind: 'text-to-video', prompt: 'A paper boat in the rain' })
 * for (const { provider, outcome, code } of task.attempts ?? []) console.log(provider, outcome, code)
 * ```
 */
export function failover(providers: readonly VideoProvider[], policy: FailoverPolicy = {}): VideoProvider {
  const leaves = [...providers]
  const routed = routeAmong(leaves)
  const settled = settlePolicy(policy, leaves)
  const breakers = new Map(leaves.map((leaf) => [leaf, createBreaker(settled.breaker, routed.clock)]))
  const chain: FailoverChain = { leaves, breakers, routed, policy: settled }
  // A task read later is another object; as long as its handle is the one submit gave, the trail stays on it.
  const trails = new WeakMap<TaskHandle, readonly Attempt[]>()
  const { getMany } = routed

  function trailed<Answer extends VideoTask | ReelayError>(handle: TaskHandle, answer: Answer): Answer
  function trailed(handle: TaskHandle, answer: VideoTask | ReelayError): VideoTask | ReelayError {
    const attempts = trails.get(handle)
    if (!attempts) return answer
    return ReelayError.isInstance(answer)
      ? withDetails(answer, { attempts })
      : taskWithTrail(answer, attempts)
  }

  return Object.freeze({
    ...routed,
    id: 'failover',
    ...shortForms((request) => appraiseChain(chain, request)),
    ...(leaves.some(({ encode }) => encode) && {
      encode: (request: RenderRequest, instead?: RenderRequest) => encodeFirst(chain, request, instead),
    }),
    submit: purchasing({ id: 'failover', account: routed.account }, async (request, options) => {
      const task = await submitAlong(chain, request, options)
      if (task.attempts) trails.set(task.handle, task.attempts)
      return task
    }),
    ...perOrderOf(leaves, settled),
    ...(routed.known && {
      known: (request: RenderRequest, options: SubmitOptions) => knownAlong(chain, request, options),
    }),
    buysAgain(task) {
      const isElsewhere = leaves.some((leaf) => !leaf.owns(task.handle))
      return (movesOnFrom(settled, leaves, task) && isElsewhere) || (routed.buysAgain?.(task) ?? false)
    },
    async get(handle, options) {
      const answer = await routed.get(handle, options).catch((error: unknown) => {
        throw ReelayError.isInstance(error) ? trailed(handle, error) : error
      })
      return trailed(handle, answer)
    },
    ...(getMany && {
      async getMany(handles: readonly TaskHandle[], options: GetManyOptions = {}) {
        const { onAnswer } = options
        const answers = await getMany(handles, {
          ...options,
          ...(onAnswer && { onAnswer: (handle, answer) => onAnswer(handle, trailed(handle, answer)) }),
        })
        return new Map([...answers].map(([handle, answer]) => [handle, trailed(handle, answer)]))
      },
    }),
  } satisfies VideoProvider)
}
