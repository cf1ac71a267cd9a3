import {
  clipIn,
  type Draft,
  extend as extendKind,
  type HttpRequest,
  type Problem,
  present,
  problem,
  type Sold,
  type Subject,
  sell,
} from '@reelay/core/adapter'
import { freeOptions } from '../provider-options.ts'
import { pathOf } from '../routes.ts'
import { extendRows } from './extend-rows.ts'

/** The create call of a checked request. It names no model: the clip's id says which. */
function encode(draft: Draft<'extend'>): HttpRequest {
  const { request, offer, options, externalId, webhookUrl } = draft
  const clip = clipIn(draft)
  const own = present({
    video_id: clip.by === 'media' ? undefined : clip.id,
    prompt: request.prompt || undefined,
    negative_prompt: request.negativePrompt,
    cfg_scale: request.cfgScale,
    callback_url: webhookUrl,
    external_task_id: externalId,
  })
  return { method: 'POST', path: pathOf(offer.route), json: { ...options, ...own } }
}

/** What else the other paths take, this one has no field for. */
function check({ options }: Subject<'extend'>): readonly Problem[] {
  return freeOptions
    .filter((key) => key !== 'watermark_info' && options[key] !== undefined)
    .map((key) => {
      const message = `video-extend has no ${key}.`
      return problem(`providerOptions.kling.${key}`, 'unsupported', message, 'Leave it out.')
    })
}

/**
 * Longer clips by V1's video-extend.
 *
 * @example
 * ```ts
 * import { createKlingWith, klingExtend, klingVideo } from '@reelay/kling/kinds'
 * export const kling = createKlingWith({ kinds: [klingVideo, klingExtend] })
 * ```
 */
export const extend: Sold<'extend'> = sell([extendKind], { rows: extendRows, encode, check })
