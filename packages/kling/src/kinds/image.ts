import {
  type Draft,
  type ImageFields,
  type Mode,
  type Problem,
  present,
  referencesIn,
  type Subject,
} from '@reelay/core/adapter'
import { elementIdProblems, elementList } from './element-ids.ts'
import { elementProblems, watermark } from './video-rules.ts'
import { optionProblem } from './video-shots.ts'

type Body = Readonly<Record<string, unknown>>
type ImageKind = 'text-to-image' | 'image-to-image'

const resolutions: { readonly [mode in Mode]: string } = { std: '1k', pro: '2k', '4k': '4k' }

/** Whether the pictures make one series, and of how many. */
function seriesFields({ series }: ImageFields): Body {
  return series === undefined ? {} : { result_type: 'series', series_amount: series }
}

// The default, `auto`, is not for words alone on kling-v3-omni (image page, 2026-09-20); 16:9 is the default elsewhere.
const shapeOf = ({ request, offer }: Draft<ImageKind>): string | undefined =>
  offer.model === 'kling-v3-omni' && request.kind === 'text-to-image' ? '16:9' : undefined

/** The fields that every image create has. */
export const commonFields = ({ request, externalId, webhookUrl }: Draft<ImageKind>): Body =>
  present({
    prompt: request.prompt,
    n: request.series === undefined ? request.n : undefined,
    callback_url: webhookUrl,
    external_task_id: externalId,
  })

/** The fields of `generations` and `omni-image` that Reelay sets itself, whatever goes in. */
export function imageFields(draft: Draft<ImageKind>): Body {
  const { request, offer } = draft
  const { model, mode, route } = offer
  const { prompt, elements } = referencesIn(draft)
  // 1k is the documented default of `generations`, and costs what 2k costs; omni-image names none.
  const said = request.mode !== undefined || mode !== 'std' || route === 'omni-image'
  return present({
    ...commonFields(draft),
    // Always named: the page's table and its text disagree about the default.
    model_name: model,
    prompt: request.prompt === undefined ? undefined : prompt,
    negative_prompt: request.negativePrompt,
    resolution: said ? resolutions[mode] : undefined,
    ...seriesFields(request),
    aspect_ratio: request.aspectRatio ?? shapeOf(draft),
    element_list: elementList(elements),
  })
}

// Pictures count among them (image pages, 2026-09-20).
const mostElements = 10

/** Kling's own keys that images take; what is not listed here or there is passed on, and leaves the price unknown. */
const imageOptions: readonly string[] = ['watermark_info', 'element_list']
const videoOptions: readonly string[] = [
  'static_mask',
  'dynamic_masks',
  'multi_shot',
  'shot_type',
  'multi_prompt',
]

/** Keys that follow from fields of the request. */
const ofRequest: Readonly<Record<string, string>> = {
  image_list: 'image, or references',
  subject_image_list: 'subjectImages',
  scene_image: 'sceneImage',
  style_image: 'styleImage',
  image_reference: 'reference',
  image_fidelity: 'imageFidelity',
  human_fidelity: 'humanFidelity',
  ...Object.fromEntries(
    ['up', 'down', 'left', 'right'].map((side) => [`${side}_expansion_ratio`, `expand.${side}`]),
  ),
}

/** What is wrong with elements given in Kling's own spelling. */
function ownElements({ request, options, offer }: Subject<ImageKind>): readonly (Problem | false)[] {
  const { element_list: elements } = options
  if (elements === undefined) return []
  const given = Object.values(request.references ?? {}).some((one) => Object.hasOwn(Object(one), 'element'))
  const takes = ['generations', 'omni-image'].includes(offer.route)
  if (!takes) {
    return [optionProblem('element_list', 'unsupported', 'No elements go in here.', 'Leave it out.')]
  }
  return given
    ? [optionProblem('element_list', 'conflict', 'The references name elements too.', 'Use references.')]
    : elementProblems(elements, mostElements)
}

/** Kling's own keys beside a request for pictures, and ids that none at Kling has. */
export function imageOptionProblems(subject: Subject<ImageKind>): readonly Problem[] {
  const { request, options, offer } = subject
  const stray = videoOptions
    .filter((key) => options[key] !== undefined)
    .map((key) =>
      optionProblem(
        key,
        'unsupported',
        `${offer.model} ${offer.kind} takes no ${key}.`,
        `Leave it out; images take ${imageOptions.join(' and ')}.`,
      ),
    )
  const own = [
    ...Object.entries(ofRequest).map(
      ([key, field]) =>
        options[key] !== undefined &&
        optionProblem(key, 'reserved', `${key} follows from the request.`, `Use ${field} of image-to-image.`),
    ),
    ...elementIdProblems(request.references),
    ...watermark(subject),
    ...ownElements(subject),
  ]
  return [...stray, ...own.filter((found) => !!found)]
}
