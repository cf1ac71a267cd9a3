import type { ClipRef } from '../../kinds/clip.ts'
import type { RenderRequest } from '../../kinds/kinds.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { type ChainPlan, planOf } from './plan.ts'
import { type ChainOptions, type ChainResult, runChain } from './run.ts'
import type { ClipKind, Link, NextRequest, StepOptions } from './steps.ts'

/**
 * Steps of which each goes on from the clip of the one before; made by {@link chain}. Immutable: each step makes a longer
 * chain.
 *
 * @example
 * ```ts
 * import type { Chain } from '@reelay/core'
 * const inTwo = (film: Chain): Chain => film.extend({ model: 'kling-v1-6' }).extend({ model: 'kling-v1-6' })
 * ```
 */
export interface Chain {
  /** A step of any kind that takes a clip. */
  next<K extends ClipKind>(kind: K, request: NextRequest<K>, options?: StepOptions): Chain
  /** Some seconds more. */
  extend(request?: NextRequest<'extend'>, options?: StepOptions): Chain
  /** Lips that move to words or to a sound. */
  lipSync(request: NextRequest<'lip-sync'>, options?: StepOptions): Chain
  /** What each step would be, what is wrong, and the worst case of all; pure, sends nothing. */
  plan(): ChainPlan
  /**
   * Buys one step after the other, each seen to its end before the next. Before the first cent: every step is checked with
   * the clips that it may be given (ids of one provider mean nothing to another: there a step takes the clip's address, or
   * the chain is refused), all of them are priced, held against `maxCost`, and confirmed.
   *
   * @throws ReelayError what `generate` throws; once a step is finished, the error has the handles of all finished ones as
   * `earlier`, its outcome is never less than `accepted`, and its message says how to go on. `ERR_BUDGET`, `ERR_DECLINED`
   * and `ERR_INVALID_REQUEST` before anything is sent.
   */
  run(options?: ChainOptions): Promise<ChainResult>
}

/**
 * The beginning of a chain: a render, or a clip that there is.
 *
 * @example
 * ```ts
 * import { type Chain, type ChainStart, clipOf, type SucceededTask } from '@reelay/core'
 * const longer = (start: ChainStart, task: SucceededTask): Chain =>
 *   start.from(clipOf(task)).extend({ model: task.handle.model, mode: task.handle.mode })
 * ```
 */
export interface ChainStart {
  /** The first clip is bought. */
  generate(request: RenderRequest): Chain
  /** The chain goes on from a clip that was made before. */
  from(clip: ClipRef): Chain
}

function chainOf(provider: VideoProvider, links: readonly Link[], clip: ClipRef | undefined): Chain {
  const next: Chain['next'] = (kind, request, options = {}) =>
    chainOf(
      provider,
      [
        ...links,
        {
          provider: options.provider ?? provider,
          request: (video) => ({ ...request, kind, video }) as unknown as RenderRequest,
        },
      ],
      clip,
    )
  return {
    next,
    extend: (request = {}, options) => next('extend', request, options),
    lipSync: (request, options) => next('lip-sync', request, options),
    plan: () => planOf(links, clip),
    run: (options = {}) => runChain(links, clip, options),
  }
}

/**
 * Clips made from clips: render, extend, let speak, each step from the result of the one before. The worst case is known
 * before the first cent, and a chain under a key goes on where it broke off where its providers keep a journal.
 *
 * @example
 * ```ts
 * import { chain, usd, type VideoProvider } from '@reelay/core'
 * declare const kling: VideoProvider // journaled, so that a chain that breaks off goes on
 * const film = chain(kling)
 *   .generate({ kind: 'text-to-video', model: 'kling-v1-6', prompt: 'A paper boat in the rain' })
 *   .extend({ model: 'kling-v1-6', prompt: 'The boat reaches the drain' })
 * console.log(film.plan().budget.max)
 * const { task } = await film.run({ idempotencyKey: 'boat-1', maxCost: usd(2) })
 * ```
 */
export function chain(provider: VideoProvider): ChainStart {
  return {
    generate: (request) => chainOf(provider, [{ provider, request: () => request }], undefined),
    from: (clip) => chainOf(provider, [], clip),
  }
}
