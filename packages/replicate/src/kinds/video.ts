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
import { predict } from './predict.ts'
import { check } from './video-checks.ts'
import { rowOf, rows } from './video-rows.ts'

/** The create call of a checked request. */
function encode(draft: Draft<VideoKind>): HttpRequest {
  const { request, offer, duration, options, media } = draft
  const row = rowOf(offer.model)
  const shots = request.shots ?? options.multi_prompt
  return predict(
    draft,
    present({
      // A string that holds JSON.
      multi_prompt: shots === undefined || typeof shots === 'string' ? shots : JSON.stringify(shots),
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
    }),
  )
}

/**
 * Text and image to video by the models of `kwaivgi`.
 *
 * @example
 * ```ts
 * import { createReplicateWith, replicateVideo } from '@reelay/replicate/kinds'
 * export const replicate = createReplicateWith({ kinds: [replicateVideo] })
 * ```
 */
export const video: Sold<VideoKind> = sell([textToVideo, imageToVideo], { rows, encode, check })
