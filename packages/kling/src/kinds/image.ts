import {
  type Draft,
  type ImageFields,
  type Mode,
  type Problem,
  present,
  type Subject,
} from '@reelay/core/adapter'
import { elementProblems, watermark } from './video-rules.ts'
import { optionProblem } from './video-shots.ts'

type Body = Readonly<Record<string, unknown>>
type ImageKind = 'text-to-image'

const resolutions: { readonly [mode in Mode]: string } = { std: '1k', pro: '2k', '4k': '4k' }

/** Whether the pictures make one series, and of how many. */
function seriesFields({ series }: ImageFields): Body {
  return series === undefined ? {} : { result_type: 'series', series_amount: series }
}

// The default, `auto`, is not for words alone on kling-v3-omni (image page, 2026-09-20); 16:9 is the default elsewhere.
const shapeOf = ({ request, offer }: Draft<ImageKind>): string | undefined =>
  offer.model === 'kling-v3-omni' && request.kind === 'text-to-image' ? '16:9' : undefined

/** The fields of every image create that Reelay sets itself. */
export function imageFields(draft: Draft<ImageKind>): Body {
  const { request, offer, externalId, webhookUrl } = draft
  const { model, mode, route } = offer
  // 1k is the documented default of `generations`, and costs what 2k costs; omni-image names none.
  const said = request.mode !== undefined || mode !== 'std' || route === 'omni-image'
  return present({
    // Always named: the page's table and its text disagree about the default.
    model_name: model,
    prompt: request.prompt,
    negative_prompt: request.negativePrompt,
    resolution: said ? resolutions[mode] : undefined,
    n: request.series === undefined ? request.n : undefined,
    ...seriesFields(request),
    aspect_ratio: request.aspectRatio ?? shapeOf(draft),
    callback_url: webhookUrl,
    external_task_id: externalId,
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

/** Kling's own keys beside a request for pictures. */
export function imageOptionProblems(subject: Subject<ImageKind>): readonly Problem[] {
  const { options, offer } = subject
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
  const { element_list: elements } = options
  const own = [
    ...watermark(subject),
    ...(elements === undefined ? [] : elementProblems(elements, mostElements)),
  ]
  return [...stray, ...own.filter((found) => !!found)]
}
