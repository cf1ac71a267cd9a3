import {
  type Draft,
  type HttpRequest,
  present,
  problem,
  referencesIn,
  referenceToVideo,
  type Sold,
  type Subject,
  sell,
} from '@reelay/core/adapter'
import { videoSibling } from '../routes.ts'
import { referenceRows } from './reference-rows.ts'

type Body = Readonly<Record<string, unknown>>

function ownFields(draft: Draft<'reference-to-video'>): Body {
  const { request, offer, duration, media } = draft
  const { prompt, shots, images: pictures, elements, videos } = referencesIn(draft)
  const { model, mode, limits } = offer
  const newest = model === 'kling-v4'
  const [clip] = videos
  const made = elements.map((element) => {
    const [frontal_image_url, ...reference_image_urls] = 'images' in element ? element.images : []
    return { frontal_image_url, ...(reference_image_urls.length > 0 && { reference_image_urls }) }
  })
  return present({
    prompt: (shots ? undefined : prompt) || undefined,
    multi_prompt: shots?.map((shot) => ({
      prompt: shot.prompt,
      duration: newest ? shot.duration : String(shot.duration),
    })),
    negative_prompt: request.negativePrompt,
    // A bare string; a number since v4.
    duration: newest ? duration : String(duration),
    resolution: newest ? (mode === 'pro' ? '1080p' : '720p') : undefined,
    // Beside a video the endpoint's own default is said aloud: the video's shape.
    aspect_ratio: request.aspectRatio ?? (clip && !newest ? 'auto' : undefined),
    // Always said where there is a choice, but where sound is none of the endpoint's.
    generate_audio: limits.audio === 'optional' && !clip ? request.generateAudio === true : undefined,
    start_image_url: media.startImage?.value,
    end_image_url: media.endImage?.value,
    [model === 'kling-v1-6' ? 'input_image_urls' : 'image_urls']: pictures.length > 0 ? pictures : undefined,
    elements: made.length > 0 ? made : undefined,
    // A list since v4, and then at the endpoint of pictures.
    video_url: newest ? undefined : clip?.value,
    video_urls: newest && clip ? videos.map(({ value }) => value) : undefined,
    // Its default is false at O1 and true at O3.
    keep_audio: newest ? undefined : clip?.keepSound,
  })
}

function encode(draft: Draft<'reference-to-video'>): HttpRequest {
  const { request, offer, options, webhookUrl } = draft
  const hasVideo = Object.values(request.references).some((one) => Object.hasOwn(Object(one), 'video'))
  return {
    method: 'POST',
    path: `/${hasVideo ? videoSibling(offer.nativeModel) : offer.nativeModel}`,
    ...(webhookUrl !== undefined && { query: { fal_webhook: webhookUrl } }),
    json: { ...options, ...ownFields(draft) },
  }
}

const said: Readonly<Record<string, string>> = {
  elements: 'references',
  image_urls: 'references',
  video_urls: 'references',
  middle_image_urls: 'references',
  multi_prompt: 'shots',
}

const check = ({ options }: Subject<'reference-to-video'>) =>
  Object.entries(said).flatMap(([key, field]) =>
    options[key] === undefined
      ? []
      : [
          problem(
            `providerOptions.fal.${key}`,
            'reserved',
            `${key} follows from the request.`,
            `Use ${field}, whose names are written for you.`,
          ),
        ],
  )

/**
 * Clips with references, each model and mode an endpoint; a video as reference has one of its own beside it.
 *
 * @example
 * ```ts
 * import { createFalWith, falReference } from '@reelay/fal/kinds'
 * export const fal = createFalWith({ kinds: [falReference] })
 * ```
 */
export const reference: Sold<'reference-to-video'> = sell([referenceToVideo], {
  rows: referenceRows,
  encode,
  check,
})
