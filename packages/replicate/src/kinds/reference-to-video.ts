import {
  type Draft,
  type HttpRequest,
  type KlingModel,
  type MediaRule,
  type Mode,
  type Offer,
  type PriceRule,
  type Problem,
  present,
  problem,
  type ReferenceVideoLimits,
  referencesIn,
  referenceToVideo,
  type Sold,
  type Subject,
  sell,
  type Warning,
} from '@reelay/core/adapter'
import { readSpacingMs, tasksPerRead } from './pace.ts'
import { predict } from './predict.ts'
import { deadline } from './video-checks.ts'
import {
  captured,
  expectedMs,
  images,
  longestPrompt,
  page,
  quoted,
  rowOf,
  schemaPage,
  shots,
} from './video-rows.ts'

type Rates = { readonly silent: number; readonly audio?: number; readonly video?: number }

interface ModelRow {
  readonly model: KlingModel
  readonly name: string
  readonly durations: readonly number[]
  /** US dollars per second of output. */
  readonly modes: { readonly [mode in Mode]?: Rates }
  readonly price: Pick<PriceRule, 'asOf' | 'source' | 'basis'>
}

const models: readonly ModelRow[] = [
  {
    model: 'kling-v3-omni',
    name: 'kling-v3-omni-video',
    durations: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    modes: {
      // Its billing tells tiers and sound apart, and no reference video (capture of 2026-10-05).
      std: { silent: 0.168, audio: 0.224, video: 0.168 },
      pro: { silent: 0.224, audio: 0.28, video: 0.224 },
      '4k': { silent: 0.42, audio: 0.42 },
    },
    price: { ...captured, source: schemaPage('kling-v3-omni-video') },
  },
  {
    model: 'kling-video-o1',
    name: 'kling-o1',
    durations: [3, 4, 5, 6, 7, 8, 9, 10],
    modes: { std: { silent: 0.084, video: 0.126 }, pro: { silent: 0.112, video: 0.168 } },
    price: { asOf: '2026-06-04', source: schemaPage('kling-o1') },
  },
  {
    model: 'kling-v1-6',
    name: 'kling-v1.6-standard',
    durations: [5, 10],
    modes: { std: { silent: 0.05 } },
    price: { ...quoted, source: 'github.com/haydenbleasel/tersa', basis: 'derived' },
  },
]

/** mp4 or mov, 3 to 10 s, 200 MB (cards of omni and O1, 2026); an upload holds less than 100 MB. */
const video: MediaRule = {
  forms: ['url', 'upload'],
  mediaTypes: ['video/mp4', 'video/quicktime'],
  maxBytes: 100_000_000,
}

function limitsOf({ model, durations }: ModelRow, mode: Mode, { audio }: Rates): ReferenceVideoLimits {
  const isOld = model === 'kling-v1-6'
  return {
    durations,
    prompt: { required: true, maxLength: longestPrompt },
    negativePrompt: isOld ? { maxLength: longestPrompt } : false,
    aspectRatios: ['16:9', '9:16', '1:1'],
    cfgScale: isOld,
    audio: audio === undefined ? 'never' : 'optional',
    cameraControl: false,
    ...(model === 'kling-v3-omni' && { shots }),
    images,
    endImage: isOld ? false : { alone: false },
    references: {
      images: isOld ? 4 : 7,
      // 4k excludes a reference video (third-party rule, 2026).
      ...(!isOld &&
        mode !== '4k' && {
          videos: { most: 1, media: video, seconds: [3, 10], keepSound: true, startImage: true, shots: true },
        }),
      most: isOld ? 4 : 7,
      ...(!isOld && { mostBesideVideo: 4 }),
      framesCount: false,
      startImage: true,
      ...(!isOld && {
        notation: { image: '<<<image_#>>>', element: '<<<element_#>>>', video: '<<<video_#>>>' },
      }),
    },
  }
}

const rows = models.flatMap((row) =>
  (Object.entries(row.modes) as [Mode, Rates][]).map(
    ([mode, rates]): Offer<'reference-to-video'> => ({
      provider: 'replicate',
      kind: 'reference-to-video',
      model: row.model,
      mode,
      state: 'current',
      route: 'predictions',
      nativeModel: `kwaivgi/${row.name}`,
      limits: limitsOf(row, mode, rates),
      price: {
        unit: 'usd',
        unitUsd: 1_000_000,
        per: 'second',
        rates: { ...rates },
        ...row.price,
        ...(row.model === 'kling-v3-omni' && { basis: { video: 'derived' } }),
      },
      timing: { expectedMs: expectedMs[mode], pollFloorMs: 2_000, readSpacingMs, tasksPerRead },
      source: page(row.name),
      asOf: '2026-11-26',
    }),
  ),
)

function encode(draft: Draft<'reference-to-video'>): HttpRequest {
  const { request, offer, duration, media } = draft
  const { prompt, shots: told, images: pictures, videos } = referencesIn(draft)
  const [clip] = videos
  const row = rowOf(offer.model)
  return predict(
    draft,
    present({
      multi_prompt: told && JSON.stringify(told),
      prompt,
      negative_prompt: request.negativePrompt,
      duration,
      // Always named where it exists: the default is `pro`, which costs more.
      mode: row?.std && (offer.mode === 'std' ? row.std : offer.mode),
      generate_audio: offer.limits.audio === 'optional' ? request.generateAudio === true : undefined,
      ...(row?.scale && { [row.scale]: request.cfgScale }),
      // Ignored beside a start image: the picture decides.
      aspect_ratio: media.startImage ? undefined : request.aspectRatio,
      start_image: media.startImage?.value,
      end_image: media.endImage?.value,
      reference_images: pictures.length > 0 ? pictures : undefined,
      reference_video: clip?.value,
      video_reference_type: clip && 'feature',
      // Kept when not told, by the card.
      keep_original_sound: clip && !clip.keepSound ? false : undefined,
    }),
  )
}

type Reference = Subject<'reference-to-video'>

function check({ request, offer, options, duration }: Reference): readonly Problem[] {
  const own = ['reference_images', 'multi_prompt'].filter((key) => options[key] !== undefined)
  const isFixed =
    offer.model === 'kling-video-o1' &&
    !Object.values(request.references).some((one) => Object.hasOwn(Object(one), 'video')) &&
    duration % 5 !== 0
  const near = duration < 8 ? 5 : 10
  return [
    ...own.map((key) =>
      problem(
        `providerOptions.replicate.${key}`,
        'reserved',
        `${key} follows from the request.`,
        `Use ${key === 'multi_prompt' ? 'shots' : 'references'}, whose names are written for you.`,
      ),
    ),
    isFixed &&
      problem(
        'duration',
        'conflict',
        `kling-video-o1 renders 5 or 10 s without a video as reference, not ${duration} s.`,
        `Use ${near}.`,
        [{ patch: { duration: near }, cost: 4, fix: `Use ${near}.` }],
      ),
    ...deadline(options),
  ].filter((found) => !!found)
}

function warnings({ request: { startImage, aspectRatio }, offer }: Reference): readonly Warning[] {
  const message = `${offer.model} takes the aspect ratio from the start image; ${aspectRatio} was not sent.`
  return startImage !== undefined && aspectRatio !== undefined ? [{ field: 'aspectRatio', message }] : []
}

/**
 * Clips with references by the models of `kwaivgi`.
 *
 * @example
 * ```ts
 * import { createReplicateWith, replicateReference } from '@reelay/replicate/kinds'
 * export const replicate = createReplicateWith({ kinds: [replicateReference] })
 * ```
 */
export const reference: Sold<'reference-to-video'> = sell([referenceToVideo], {
  rows,
  encode,
  check,
  warnings,
})
