import {
  type Draft,
  type HttpRequest,
  type Problem,
  present,
  problem,
  referencesIn,
  referenceToVideo,
  type Sold,
  type Subject,
  sell,
  type Warning,
} from '@reelay/core/adapter'
import { pathOf } from '../routes.ts'
import { elementIdProblems, elementList } from './element-ids.ts'
import { referenceRows } from './reference-rows.ts'
import { isRecord, shotOf } from './video-shots.ts'

type Body = Readonly<Record<string, unknown>>
type Reference = Subject<'reference-to-video'>

/** The fields of an omni-video create that Reelay sets itself (page of spring 2026). */
function omniFields(draft: Draft<'reference-to-video'>): Body {
  const { request, offer, duration, media } = draft
  const { prompt, shots, images, elements, videos } = referencesIn(draft)
  const { startImage, endImage } = media
  // Numbers follow the place in the list, so references come before frames.
  const pictures = [
    ...images.map((image_url) => ({ image_url })),
    ...(startImage ? [{ image_url: startImage.value, type: 'first_frame' }] : []),
    ...(endImage ? [{ image_url: endImage.value, type: 'end_frame' }] : []),
  ]
  const silent = videos.length > 0 || request.generateAudio !== true
  return {
    prompt: (shots ? undefined : prompt) || undefined,
    ...(shots && { multi_shot: true, shot_type: 'customize', multi_prompt: shots.map(shotOf) }),
    image_list: pictures.length > 0 ? pictures : undefined,
    element_list: elementList(elements),
    video_list:
      videos.length > 0
        ? videos.map(({ value, keepSound }) => ({
            video_url: value,
            // Left out, the video would be edited.
            refer_type: 'feature',
            keep_original_sound: keepSound ? 'yes' : 'no',
          }))
        : undefined,
    // O1 makes no sound, and its page has no such field.
    sound: offer.limits.audio === 'never' ? undefined : silent ? 'off' : 'on',
    mode: offer.mode,
    // Needed without a first frame, and not allowed beside one.
    aspect_ratio: startImage ? undefined : (request.aspectRatio ?? '16:9'),
    duration: String(duration),
  }
}

/** The fields of a multi-image2video create (page of 2026-02). */
function multiImageFields(draft: Draft<'reference-to-video'>): Body {
  const { request, offer, duration } = draft
  const { prompt, images } = referencesIn(draft)
  return {
    prompt,
    negative_prompt: request.negativePrompt,
    image_list: images.map((image) => ({ image })),
    mode: offer.mode,
    duration: String(duration),
    aspect_ratio: request.aspectRatio,
  }
}

function encode(draft: Draft<'reference-to-video'>): HttpRequest {
  const { offer, options, externalId, webhookUrl } = draft
  const fields = offer.route === 'omni-video' ? omniFields(draft) : multiImageFields(draft)
  const json = {
    ...options,
    ...present({
      ...fields,
      model_name: offer.nativeModel,
      callback_url: webhookUrl,
      external_task_id: externalId,
    }),
  }
  return { method: 'POST', path: pathOf(offer.route), json }
}

const own = (key: string): string => `providerOptions.kling.${key}`

/** Kling's own keys that stand for something the request says, or that this path does not know. */
function optionProblems({ offer, options }: Reference): readonly (Problem | false)[] {
  const said = { image_list: 'references', video_list: 'references', element_list: 'references' }
  const strange = ['static_mask', 'dynamic_masks', 'multi_prompt'].filter((key) => options[key] !== undefined)
  const { multi_shot: on, shot_type: type, watermark_info: watermark } = options
  const isOmni3 = offer.model === 'kling-v3-omni'
  const cut = on === true && type === 'intelligence'
  return [
    ...Object.entries(said).map(
      ([key, field]) =>
        options[key] !== undefined &&
        problem(own(key), 'reserved', `${key} follows from the request.`, `Use ${field}.`),
    ),
    ...strange.map((key) => {
      const fix = key === 'multi_prompt' ? 'Use shots, whose names are written for you.' : 'Leave it out.'
      return problem(own(key), 'unsupported', `${key} has no place beside references.`, fix)
    }),
    (on !== undefined || type !== undefined) &&
      !(isOmni3 && (cut || on === false)) &&
      problem(
        own(on === undefined ? 'shot_type' : 'multi_shot'),
        isOmni3 ? 'one-of' : 'unsupported',
        isOmni3
          ? 'Beside references Kling cuts shots itself (multi_shot with shot_type intelligence), or takes the shots of the request.'
          : `${offer.model} has no multi-shot.`,
        isOmni3 ? 'Use shots, or shot_type intelligence.' : 'Leave it out, or use kling-v3-omni.',
      ),
    watermark !== undefined &&
      !(isRecord(watermark) && typeof watermark.enabled === 'boolean') &&
      problem(
        own('watermark_info'),
        'type',
        'watermark_info must be an object with a boolean.',
        'Pass { enabled: true }.',
      ),
  ]
}

/** What of references at Kling no limit can say. */
function check(subject: Reference): readonly Problem[] {
  const { request, offer, options, duration } = subject
  const { startImage, references, shots } = request
  const entries = Object.entries(references)
  const isKind = (key: string): boolean => entries.some(([, one]) => Object.hasOwn(Object(one), key))
  const hasVideo = isKind('video')
  const hasPicture = entries.some(
    ([, one]) => !['element', 'images', 'video'].some((key) => Object.hasOwn(Object(one), key)),
  )
  const isO1 = offer.model === 'kling-video-o1'
  // "Text only and with a first frame: 5 or 10" (page of O1); without pictures live on 2026-07-27.
  const fixed = isO1 && (startImage !== undefined || !(hasPicture || hasVideo))
  const near = duration < 8 ? 5 : 10
  return [
    ...elementIdProblems(references),
    fixed &&
      duration !== 5 &&
      duration !== 10 &&
      problem(
        'duration',
        'conflict',
        `kling-video-o1 renders 5 or 10 s ${startImage === undefined ? 'without a picture or a video as reference' : 'from a first frame'}, not ${duration} s.`,
        `Use ${near}.`,
        [{ patch: { duration: near }, cost: 4, fix: `Use ${near}.` }],
      ),
    hasVideo &&
      shots === undefined &&
      options.shot_type === 'customize' &&
      problem(
        own('shot_type'),
        'conflict',
        'Beside a video Kling cuts shots itself.',
        'Use shot_type intelligence.',
      ),
    ...optionProblems(subject),
  ].filter((found) => found !== false)
}

/** What Kling will ignore of an accepted request. */
function warnings({ request: { startImage, aspectRatio }, offer }: Reference): readonly Warning[] {
  const ignored = offer.route === 'omni-video' && startImage !== undefined && aspectRatio !== undefined
  const message = `${offer.model} takes the aspect ratio from the start image; ${aspectRatio} was not sent.`
  return ignored ? [{ field: 'aspectRatio', message }] : []
}

/**
 * Clips with references by Kling's V1 endpoints.
 *
 * @example
 * ```ts
 * import { createKlingWith, klingReference } from '@reelay/kling/kinds'
 * export const kling = createKlingWith({ kinds: [klingReference] })
 * ```
 */
export const reference: Sold<'reference-to-video'> = sell([referenceToVideo], {
  rows: referenceRows,
  encode,
  check,
  warnings,
})
