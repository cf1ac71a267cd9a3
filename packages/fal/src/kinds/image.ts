import {
  type Draft,
  type HttpRequest,
  type Mode,
  type Problem,
  problem,
  type Subject,
} from '@reelay/core/adapter'

type Body = Readonly<Record<string, unknown>>
type ImageKind = 'text-to-image'

// Capital letters here, small ones at Kling itself.
const resolutions: { readonly [mode in Mode]: string } = { std: '1K', pro: '2K', '4k': '4K' }

/** The fields of every image create that Reelay sets itself; those that are `undefined` are not sent. */
export function imageFields({ request, offer }: Draft<ImageKind>): Body {
  const { series } = request
  return {
    prompt: request.prompt,
    negative_prompt: request.negativePrompt,
    num_images: series === undefined ? request.n : undefined,
    // Always said: 4K costs twice as much.
    resolution: resolutions[offer.mode],
    aspect_ratio: request.aspectRatio,
    ...(series !== undefined && { result_type: 'series', series_amount: series }),
  }
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

const own = (key: string, rule: Problem['rule'], message: string, fix: string): Problem =>
  problem(`providerOptions.fal.${key}`, rule, message, fix)

/** fal's own keys beside a request for pictures. */
export function imageOptionProblems({ options, offer }: Subject<ImageKind>): readonly Problem[] {
  const { output_format: format, elements } = options
  const stray = ofClips
    .filter((key) => options[key] !== undefined)
    .map((key) => own(key, 'unsupported', `${offer.model} ${offer.kind} takes no ${key}.`, 'Leave it out.'))
  const found = [
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
  return [...stray, ...found.filter((one) => one !== false)]
}
