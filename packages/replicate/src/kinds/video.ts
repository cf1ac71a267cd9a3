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
import { routes } from '../routes.ts'
import { check } from './video-checks.ts'
import { rowOf, rows } from './video-rows.ts'

/** The create call of a checked request. The top level takes the documented keys only; all else belongs into `input`. */
function encode({ request, offer, duration, options, media, webhookUrl }: Draft<VideoKind>): HttpRequest {
  const row = rowOf(offer.model)
  const { cancel_after: cancelAfter, multi_prompt: own, ...others } = options
  const shots = request.shots ?? own
  const input = present({
    ...others,
    // A string that holds JSON.
    multi_prompt: shots === undefined || typeof shots === 'string' ? shots : JSON.stringify(shots),
    // Our own fields last: nothing a caller passes through may replace what the quote was made for.
    prompt: request.prompt,
    negative_prompt: request.negativePrompt,
    // A JSON integer, not a string.
    duration,
    // Always named where it exists: the default is mostly `pro`, which costs more.
    mode: row?.std && (offer.mode === 'std' ? row.std : offer.mode),
    // Explicit where there is sound at all: v2.6 makes it when not told, and it costs twice as much.
    generate_audio: offer.limits.audio === 'optional' ? request.generateAudio === true : undefined,
    ...(row?.scale && { [row.scale]: request.cfgScale }),
    // Ignored beside a start image: the picture decides.
    aspect_ratio: request.kind === 'text-to-video' ? request.aspectRatio : undefined,
    start_image: media.startImage?.value,
    end_image: media.endImage?.value,
  })
  return {
    method: 'POST',
    path: routes.predictions?.path.replace('{model}', offer.nativeModel) ?? '',
    json: {
      input,
      ...(webhookUrl === undefined
        ? {}
        : { webhook: webhookUrl, webhook_events_filter: ['start', 'completed'] }),
    },
    ...(cancelAfter === undefined ? {} : { headers: { 'cancel-after': String(cancelAfter) } }),
  }
}

/** Text and image to video by the models of `kwaivgi`. */
export const video: Sold = sell([textToVideo, imageToVideo], { rows, encode, check })
