import type { RenderRequest } from '../../kinds/kinds.ts'
import { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import { formatQuote } from '../../model/quote.ts'
import { type Chosen, taskWith } from '../../model/task.ts'
import { type Appraisal, shortForms } from '../../provider/appraisal.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { invalidRequest } from '../../provider/request/prepare.ts'
import { knownAmong, knownFirst, purchasing } from '../../provider/submit/purchasing.ts'
import { nearestMiss, routeAmong } from '../among.ts'
import { appraiseAmong, byPrice, encodeAt, type Priced } from '../priced.ts'

/**
 * How {@link cheapest} chooses.
 *
 * @example
 * ```ts
 * import { type CheapestOptions, cheapest, type VideoProvider } from '@reelay/core'
 * declare const relay: VideoProvider
 * const options: CheapestOptions = { allowUnknownPrice: true }
 * export const provider = cheapest([relay], options)
 * ```
 */
export interface CheapestOptions {
  /**
   * Whether a provider that does not say its price is used where it is the only one that can render the request; `false`
   * when absent. Beside others it is never used: an unknown price is not a low one.
   */
  readonly allowUnknownPrice?: boolean | undefined
}

interface Choice {
  /** All of them, as asked about the same model and mode. */
  readonly all: readonly Priced[]
  /** Those that can render the request. */
  readonly able: readonly Priced[]
  readonly winner: Priced | undefined
  /** Why its model and mode, and why this provider. */
  readonly chosen: Chosen | undefined
}

/** The name of a provider among others: with its account where that tells two of them apart. */
function nameAmong({ id, account }: VideoProvider, leaves: readonly VideoProvider[]): string {
  return leaves.filter((leaf) => leaf.id === id).length > 1 ? `${id} (${account})` : id
}

function choose(
  leaves: readonly VideoProvider[],
  request: RenderRequest,
  allowUnknownPrice: boolean,
): Choice {
  const { leaves: all, chosen: first } = appraiseAmong(leaves, request)
  const able = all.filter(({ appraisal }) => appraisal.problems.length === 0)
  const [best] = byPrice(able)
  const isUsable = best && (best.quote.type !== 'unknown' || (allowUnknownPrice && able.length === 1))
  const winner = isUsable ? best : undefined
  const chosen = first ?? winner?.appraisal.chosen
  if (!winner || !chosen) return { all, able, winner, chosen }
  const name = nameAmong(winner.leaf, leaves)
  const where =
    able.length === 1
      ? `Of ${leaves.length} provider${leaves.length === 1 ? '' : 's'} only ${name} can render it.`
      : `${name} is the cheapest of ${able.length} that can render it: ${formatQuote(winner.quote)}.`
  return { all, able, winner, chosen: { ...chosen, why: `${chosen.why} ${where}` } }
}

const unpriced =
  'Nobody who can render it says what it costs. Tell by prices what you pay there, or use that provider by itself.'

function appraisalOfChoice({ all, able, winner, chosen }: Choice): Appraisal {
  if (winner) return { ...winner.appraisal, ...(chosen && { chosen }) }
  const problems = nearestMiss(all.map(({ appraisal }) => appraisal.problems))
  const { offer, warnings = [], quote } = (able[0] ?? all[0])?.appraisal ?? {}
  return {
    ...(offer && { offer }),
    ...(chosen && { chosen }),
    problems,
    quote: able.length > 0 || !quote ? { type: 'unknown', why: unpriced } : quote,
    warnings,
  }
}

/**
 * Several providers as one that buys each render where it costs least: of those that can render the request, the one
 * whose quote promises the least, at its dearer end where it names two. All are asked about the same model and mode, those
 * that the first able one would choose where the request leaves them open; among equals the first counts. `appraise` is
 * the winner's, and `chosen.why` says who it is.
 *
 * It does not move on: whatever becomes of a purchase, nothing is bought elsewhere in its place (put `cheapest` or
 * `failover` with `order: 'cheapest'` where that is wanted). Reads, cancels and searches go to whoever made the task, and a
 * key that is known answers before anybody's price is looked at.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for an empty list, or two providers with equal id and account. Its
 * `submit` throws what the winner's does; `ERR_UNSUPPORTED` or `ERR_INVALID_REQUEST` where nobody can render the request,
 * and `ERR_BUDGET` where nobody who can says a price, each with outcome `none`.
 *
 * @example
 * ```ts
 * import { cheapest, generate, type VideoProvider } from '@reelay/core'
 * declare const kling: VideoProvider
 * declare const fal: VideoProvider
 * const provider = cheapest([kling, fal])
 * const task = await generate(provider, { kind: 'text-to-video', prompt: 'A paper boat in the rain' })
 * console.log(task.handle.provider, task.chosen?.why)
 * ```
 */
export function cheapest(providers: readonly VideoProvider[], options: CheapestOptions = {}): VideoProvider {
  const leaves = [...providers]
  const routed = routeAmong(leaves)
  const { allowUnknownPrice = false } = options
  if (typeof allowUnknownPrice !== 'boolean') {
    const message = `cheapest: allowUnknownPrice is of type ${typeof allowUnknownPrice}. Pass true or false.`
    throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
  }
  const who = { id: 'cheapest', account: routed.account }
  const about = { provider: who.id, account: who.account, outcome: 'none' } as const
  const choice = (request: RenderRequest): Choice => choose(leaves, request, allowUnknownPrice)

  function winnerOf(request: RenderRequest, repeats: unknown): Pick<Choice, 'winner' | 'chosen'> {
    const made = choice(request)
    // Paid for, perhaps, when it was sent first: what others ask by now is no question any more.
    if (repeats) return { ...made, winner: made.all.find(({ leaf }) => leaf.owns(repeats as TaskHandle)) }
    const { problems } = appraisalOfChoice(made)
    if (problems.length > 0) throw invalidRequest(who.id, who.account, problems)
    if (!made.winner) throw new ReelayError('ERR_BUDGET', `${unpriced} Nothing was sent.`, about)
    return made
  }

  return Object.freeze({
    ...routed,
    id: who.id,
    ...shortForms((request) => appraisalOfChoice(choice(request))),
    ...(leaves.some(({ encode }) => encode) && {
      encode(request: RenderRequest, instead?: RenderRequest) {
        const { winner } = choice(request)
        return winner && encodeAt(winner, leaves, instead)
      },
    }),
    submit: purchasing(who, async (request, given) => {
      const { abortSignal } = given
      abortSignal?.throwIfAborted()
      const first = await knownFirst((...known) => knownAmong(leaves, ...known), request, given)
      if (first.task) return first.task
      abortSignal?.throwIfAborted()
      const { repeats } = first.options.order
      const { winner, chosen } = winnerOf(request, repeats)
      if (!winner) {
        const message =
          'What is to be sent once more was sent by a provider that is not among these. Nothing was sent.'
        throw new ReelayError('ERR_CONFIG', message, about)
      }
      const task = await winner.leaf.submit(winner.own, first.options)
      return chosen && !repeats ? taskWith(task, { chosen }) : task
    }),
  } satisfies VideoProvider)
}
