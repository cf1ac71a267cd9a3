import type { Offer } from '../../model/offer.ts'
import type { Finding, Warning } from '../../model/problem.ts'
import type { RenderRequest } from '../../model/request/index.ts'
import { camera, count, frame, length } from './rules/look.ts'
import { images, media, sound } from './rules/pictures.ts'
import type { Rule } from './rules/rule.ts'
import { words } from './rules/words.ts'

export { defaultDuration } from './rules/rule.ts'

const rules: readonly Rule[] = [words, length, frame, camera, sound, count, images, media]

/**
 * What of a well-formed request the row does not allow.
 *
 * @param offers The provider's rows: another one may allow it.
 * @param near Whether the provider stands where the caller does.
 */
export function limitProblems(
  request: RenderRequest,
  offer: Offer,
  offers: readonly Offer[],
  near: boolean,
): readonly Finding[] {
  const of = { request, offer, limits: offer.limits, name: `${offer.model} ${offer.mode}`, offers, near }
  return rules.flatMap((rule) => rule(of)).filter((found) => !!found)
}

/** What to know of an accepted request: what is ignored without changing what is paid for, and a row in doubt. */
export function limitWarnings(request: RenderRequest, offer: Offer): readonly Warning[] {
  const fromImage = request.aspectRatio !== undefined && offer.limits.aspectRatios === false
  const { provider, model, state } = offer
  const shape = `${model} takes the aspect ratio from the image; ${request.aspectRatio} was not sent.`
  const doubt = `Whether ${provider} still sells ${model} is unverified (${offer.asOf}); it was sent because you named it.`
  return [
    ...(fromImage ? [{ field: 'aspectRatio', message: shape }] : []),
    ...(state === 'unverified' ? [{ field: 'model', message: doubt }] : []),
  ]
}
