import {
  type CameraControl,
  type Draft,
  type HttpRequest,
  imageToVideo,
  type Sold,
  sell,
  textToVideo,
  type VideoKind,
} from '@reelay/core/adapter'
import { carriesPrompt, check, moves } from './video-checks.ts'
import { imageNames, rows } from './video-rows.ts'

type Body = Readonly<Record<string, unknown>>

function camera(control: CameraControl | undefined): Body {
  if (control?.type !== 'simple') return { camera_control: control?.type }
  const [[movement_type, movement_value] = []] = moves(control)
  return { advanced_camera_control: { movement_type, movement_value } }
}

/** The fields of a create that Reelay sets itself; those that are `undefined` are not sent. */
function ownFields({ request, offer, duration, media }: Draft<VideoKind>): Body {
  const { model, mode, limits } = offer
  const { start = '', end = '' } = imageNames(model) ?? {}
  const newest = model === 'kling-v4'
  return {
    // An empty prompt is left out: it stands for "the shots carry their own".
    prompt: (request.shots ? undefined : request.prompt) || undefined,
    ...(request.shots && {
      multi_prompt: request.shots.map((shot) => ({
        prompt: shot.prompt,
        duration: newest ? shot.duration : String(shot.duration),
      })),
    }),
    negative_prompt: request.negativePrompt,
    // A bare string, "5s" is refused; a number since v4.
    duration: newest ? duration : String(duration),
    // Since v4 one endpoint serves both qualities, and its default is the dearer one.
    resolution: newest ? (mode === 'pro' ? '1080p' : '720p') : undefined,
    aspect_ratio: limits.aspectRatios ? request.aspectRatio : undefined,
    cfg_scale: request.cfgScale,
    // Always said where there is a choice: the default is sound on v2.6 and v3, at up to twice the price.
    generate_audio: limits.audio === 'optional' ? request.generateAudio === true : undefined,
    ...camera(request.cameraControl),
    [start]: media.startImage?.value,
    [end]: media.endImage?.value,
  }
}

/** The create call of a checked request. */
function encode(draft: Draft<VideoKind>): HttpRequest {
  return {
    method: 'POST',
    path: `/${draft.offer.nativeModel}`,
    ...(draft.webhookUrl !== undefined && { query: { fal_webhook: draft.webhookUrl } }),
    // Our own fields last: nothing a caller passes through may replace what the quote was made for.
    json: { ...draft.options, ...ownFields(draft) },
  }
}

/**
 * Text and image to video, each model and mode an endpoint.
 *
 * @example
 * ```ts
 * import { createFalWith, falVideo } from '@reelay/fal/kinds'
 * export const fal = createFalWith({ kinds: [falVideo] })
 * ```
 */
export const video: Sold<VideoKind> = sell([textToVideo, imageToVideo], {
  rows,
  encode,
  check,
  carriesPrompt,
})
