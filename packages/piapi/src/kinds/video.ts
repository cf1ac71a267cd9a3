import {
  type Draft,
  type HttpRequest,
  imageToVideo,
  present,
  sell,
  textToVideo,
  type VideoKind,
} from '@reelay/core/adapter'
import { createTask, type PiapiKind, type Setup } from '../create.ts'
import { carriesPrompt, check, warnings } from './video-checks.ts'
import { rowsFor } from './video-rows.ts'

// The samples name every axis.
const still = { horizontal: 0, vertical: 0, pan: 0, tilt: 0, roll: 0, zoom: 0 }

type Body = Readonly<Record<string, unknown>>

/** The fields of `input` that Reelay sets itself. */
function ownInput(
  { request, offer, duration, media, options }: Draft<VideoKind>,
  version: string | undefined,
): Body {
  const { cameraControl } = request
  const omni = offer.route === 'omni_video_generation'
  const master = offer.model === 'kling-v2-1-master'
  return present({
    version,
    // An empty prompt is left out: it stands for "the shots carry their own".
    prompt: (request.shots ? undefined : request.prompt) || undefined,
    multi_shots: request.shots ?? options.multi_shots,
    negative_prompt: request.negativePrompt,
    // An integer here, unlike at Kling itself; beside shots, whose sum it must be, it is not said.
    duration: (request.shots ?? options.multi_shots) === undefined ? duration : undefined,
    // The schema calls it a string, samples and clients send a number.
    cfg_scale: request.cfgScale,
    // It has one quality. Version 2.0 is sampled with `std`.
    mode: omni || master ? undefined : offer.mode,
    resolution: omni ? (offer.mode === 'pro' ? '1080p' : '720p') : undefined,
    aspect_ratio: request.kind === 'text-to-video' ? request.aspectRatio : undefined,
    camera_control: cameraControl && {
      type: cameraControl.type,
      config: { ...still, ...cameraControl.config },
    },
    // Off when left out: two sources agree, and recorded bodies leave it out (dossier, section 6.1).
    // On 4.0 it is always on, and whether the field is refused there is not known.
    enable_audio: offer.limits.audio === 'optional' ? request.generateAudio : undefined,
    image_url: media.startImage?.value,
    image_tail_url: media.endImage?.value,
  })
}

/** The create call of a checked request. */
function encode(draft: Draft<VideoKind>, setup: Setup): HttpRequest {
  const { offer, options, webhookUrl } = draft
  const [model, version] = offer.nativeModel.split(' ')
  // Kling 4.0 takes one image under `image_to_video`, first and last frame under `video_generation`.
  const taskType = offer.route === 'image_to_video' && draft.media.endImage ? 'video_generation' : offer.route
  // Our own fields last: nothing a caller passes through may replace what the quote was made for.
  const input = { ...options, ...ownInput(draft, version) }
  return createTask({ model, taskType, input, webhookUrl }, setup)
}

/**
 * Text and image to video, as one instance wants them.
 *
 * @example
 * ```ts
 * import { createPiapiWith, piapiVideo } from '@reelay/piapi/kinds'
 * export const piapi = createPiapiWith({ kinds: [piapiVideo] })
 * ```
 */
export const videoOf: PiapiKind<VideoKind> = (setup) =>
  sell([textToVideo, imageToVideo], {
    rows: rowsFor(setup.serviceMode === 'public'),
    encode: (draft) => encode(draft, setup),
    check,
    carriesPrompt,
    warnings,
  })
