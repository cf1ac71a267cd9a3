import {
  type Draft,
  type HttpRequest,
  imageToVideo,
  present,
  type Sold,
  sell,
  textToVideo,
  type VideoKind,
} from '@reelay/core/adapter'
import { pathOf } from '../routes.ts'
import { withLongs } from './element-ids.ts'
import { modelsWithoutMode, modelsWithSound, rows } from './video-rows.ts'
import { carriesPrompt, check, warnings } from './video-rules.ts'
import { shotOf } from './video-shots.ts'

type Body = Readonly<Record<string, unknown>>

/** The fields of a V1 create that Reelay sets itself. */
function ownFields({
  request,
  offer,
  duration,
  media: files,
  externalId,
  webhookUrl,
}: Draft<VideoKind>): Body {
  const { model } = offer
  return present({
    // Always named: the documented default, kling-v1, is discontinued.
    model_name: offer.nativeModel,
    // An empty prompt is left out: it stands for "the shots carry their own".
    prompt: (request.shots ? undefined : request.prompt) || undefined,
    ...(request.shots && {
      multi_shot: true,
      shot_type: 'customize',
      multi_prompt: request.shots.map(shotOf),
    }),
    negative_prompt: request.negativePrompt,
    // A string on V1. Whether a number would pass is not known.
    duration: String(duration),
    mode: modelsWithoutMode.has(model) ? undefined : offer.mode,
    // Explicit where there is sound at all, so that a changed default cannot raise the price.
    sound: modelsWithSound.has(model) ? (request.generateAudio === true ? 'on' : 'off') : undefined,
    cfg_scale: request.cfgScale,
    camera_control: request.cameraControl,
    // image2video has no such field: the picture decides.
    aspect_ratio: request.kind === 'text-to-video' ? request.aspectRatio : undefined,
    // A URL, or base64 without its `data:` prefix, which Kling refuses.
    image: files.startImage?.value,
    image_tail: files.endImage?.value,
    callback_url: webhookUrl,
    external_task_id: externalId,
  })
}

/** The create call of a checked request. */
export function encode(draft: Draft<VideoKind>): HttpRequest {
  // Our own fields last: nothing a caller passes through may replace what the quote was made for.
  const json = { ...withLongs(draft.options), ...ownFields(draft) }
  return { method: 'POST', path: pathOf(draft.offer.route), json }
}

/**
 * Text and image to video by Kling's V1 endpoints.
 *
 * @example
 * ```ts
 * import { createKlingWith, klingVideo } from '@reelay/kling/kinds'
 * const kling = createKlingWith({ kinds: [klingVideo] })
 * const problems = kling.check({ kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 })
 * ```
 */
export const video: Sold<VideoKind> = sell([textToVideo, imageToVideo], {
  rows,
  encode,
  check,
  carriesPrompt,
  warnings,
})
