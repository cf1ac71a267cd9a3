import {
  type Draft,
  type HttpRequest,
  type Mode,
  type Problem,
  present,
  problem,
  referencesIn,
  type Subject,
} from '@reelay/core/adapter'

type Body = Readonly<Record<string, unknown>>
type ImageKind = 'text-to-image' | 'image-to-image'

// Capital letters here, small ones at Kling itself.
const resolutions: { readonly [mode in Mode]: string } = { std: '1K', pro: '2K', '4k': '4K' }

/** The fields of every image create that Reelay sets itself, whatever goes in. */
export function imageFields(draft: Draft<ImageKind>): Body {
  const { request, offer } = draft
  const { series } = request
  const { prompt, elements } = referencesIn(draft)
  const made = elements.map((element) => {
    const [frontal_image_url, ...reference_image_urls] = 'images' in element ? element.images : []
    return { frontal_image_url, ...(reference_image_urls.length > 0 && { reference_image_urls }) }
  })
  return present({
    prompt: request.prompt === undefined ? undefined : prompt,
    negative_prompt: request.negativePrompt,
    num_images: series === undefined ? request.n : undefined,
    // Always said: 4K costs twice as much.
    resolution: resolutions[offer.mode],
    aspect_ratio: request.aspectRatio,
    ...(series !== undefined && { result_type: 'series', series_amount: series }),
    elements: made.length > 0 ? made : undefined,
  })
}

/** The create call of an image endpoint. */
export const imageCreate = ({ offer, options, webhookUrl }: Draft<ImageKind>, own: Body): HttpRequest => ({
  method: 'POST',
  path: `/${offer.nativeModel}`,
  ...(webhookUrl !== undefined && { query: { fal_webhook: webhookUrl } }),
  // Our own fields last: nothing a caller passes through may replace what the quote was made for.
  json: { ...options, ...own },
})

const formats: readonly unknown[] = ['jpeg', 'png', 'webp']
// Keys that clips take, and images do not.
const ofClips: readonly string[] = [
  'multi_prompt',
  'shot_type',
  'static_mask_url',
  'dynamic_masks',
  'middle_image_urls',
]
// Keys that follow from the request.
const ofRequest: readonly string[] = ['image_urls', 'video_url', 'video_urls']

const own = (key: string, rule: Problem['rule'], message: string, fix: string): Problem =>
  problem(`providerOptions.fal.${key}`, rule, message, fix)

/** fal's own keys beside a request for pictures. */
export function imageOptionProblems({ request, options, offer }: Subject<ImageKind>): readonly Problem[] {
  const { output_format: format, elements } = options
  const stray = ofClips
    .filter((key) => options[key] !== undefined)
    .map((key) => own(key, 'unsupported', `${offer.model} ${offer.kind} takes no ${key}.`, 'Leave it out.'))
  const named = Object.values(request.references ?? {}).some((one) => Object.hasOwn(Object(one), 'images'))
  const reserved = ofRequest
    .filter((key) => options[key] !== undefined)
    .map((key) =>
      own(key, 'reserved', `${key} follows from the request.`, 'Use image or references of image-to-image.'),
    )
  const found = [
    elements !== undefined &&
      named &&
      own('elements', 'conflict', 'The references are made of elements too.', 'Use references.'),
    format !== undefined &&
      !formats.includes(format) &&
      own('output_format', 'one-of', 'output_format is unknown.', 'Use jpeg, png or webp.'),
    elements !== undefined &&
      !Array.isArray(elements) &&
      own(
        'elements',
        'type',
        'elements is no list.',
        'Pass a list of { frontal_image_url, reference_image_urls }.',
      ),
  ]
  return [...stray, ...reserved, ...found.filter((one) => one !== false)]
}
