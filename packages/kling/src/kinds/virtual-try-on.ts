import {
  type Draft,
  type HttpRequest,
  type Problem,
  present,
  problem,
  type Sold,
  type Subject,
  sell,
  virtualTryOn,
} from '@reelay/core/adapter'
import { solution, solutions } from '../dialects/solutions.ts'
import { freeOptions } from '../provider-options.ts'
import { routeOf } from '../routes.ts'
import { tryOnRows } from './virtual-try-on-rows.ts'

type TryOn = Draft<'virtual-try-on'>

/** V1: two pictures under names of their own (page of 2026-02). */
function encodeV1({ request: _request, offer, options, media, externalId, webhookUrl }: TryOn): HttpRequest {
  const own = present({
    // Always named: the documented default is the older of the two.
    model_name: offer.nativeModel,
    human_image: media.personImage?.value,
    cloth_image: media.garmentImage?.value,
    callback_url: webhookUrl,
    external_task_id: externalId,
  })
  return { method: 'POST', path: routeOf(offer.route).path, json: { ...options, ...own } }
}

/** The Solution: the same two as contents, and what of the person to keep (page of 2026-09-15). */
function encodeSolution(draft: TryOn): HttpRequest {
  const { request, offer, media } = draft
  const contents = [
    { type: 'product_image', url: media.garmentImage?.value },
    { type: 'person_image', url: media.personImage?.value },
  ]
  return solution(routeOf(offer.route), draft, contents, {
    keep_face: request.keepFace,
    keep_pose: request.keepPose,
    keep_background: request.keepBackground,
  })
}

const isSolution = (route: string): boolean => Object.hasOwn(solutions.routes, route)

const encode = (draft: TryOn): HttpRequest =>
  isSolution(draft.offer.route) ? encodeSolution(draft) : encodeV1(draft)

/** Settings of Kling's that are about clips; a watermark can be had at the Solution alone. */
function check({ offer, options }: Subject<'virtual-try-on'>): readonly Problem[] {
  return freeOptions
    .filter((key) => options[key] !== undefined && !(key === 'watermark_info' && isSolution(offer.route)))
    .map((key) =>
      problem(
        `providerOptions.kling.${key}`,
        'unsupported',
        `${offer.model} does not know ${key}.`,
        'Leave it out.',
      ),
    )
}

/**
 * A person dressed in a garment, by V1 and by the Solution that took its place on 2026-09-15.
 *
 * @example
 * ```ts
 * import { createKlingWith, klingTryOn } from '@reelay/kling/kinds'
 * export const kling = createKlingWith({ kinds: [klingTryOn] })
 * ```
 */
export const tryOn: Sold<'virtual-try-on'> = sell([virtualTryOn], { rows: tryOnRows, encode, check })
