import {
  type Draft,
  type HttpRequest,
  type KlingModel,
  type Offer,
  type PriceRule,
  present,
  problem,
  type ReferenceVideoLimits,
  referencesIn,
  referenceToVideo,
  sell,
} from '@reelay/core/adapter'
import { createTask, type PiapiKind, type Setup } from '../create.ts'
import { crawled, docs, images, priceList, shots } from './video-rows.ts'

type Mode = 'std' | 'pro'
type Rates = Readonly<Record<string, number>>

interface Row {
  readonly model: KlingModel
  /** PiAPI's `model` and `version`. */
  readonly native: string
  readonly route: 'video_generation' | 'omni_video_generation'
  readonly durations: readonly number[]
  /** Dollars per second; of `video` per second of input and output, the input counted at least as long. */
  readonly modes: Readonly<Partial<Record<Mode, Rates>>>
  /** Kling 4.0: videos too, sound always, in the public mode only. */
  readonly newest?: true
  readonly price: Pick<PriceRule, 'basis' | 'source' | 'asOf'>
}

const newest = { source: 'piapi.ai/docs/kling-api/kling-3-omni-api', asOf: '2026-11-26' } as const
const secondsUpTo = (longest: number): readonly number[] =>
  Array.from({ length: longest - 2 }, (_, at) => at + 3)

/**
 * The versions that take references. Reference videos of O1 and 3.0 omni exist, and no page that could be read names their
 * field. Of 4.0 omni the fields and prices are documented (2026-11), the size switch and the names of videos in a prompt are
 * those of 3.0 by analogy: its rows are unverified.
 */
const versions: readonly Row[] = [
  {
    model: 'kling-v3-omni',
    native: 'kling 3.0',
    route: 'omni_video_generation',
    durations: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    modes: { std: { silent: 0.1, audio: 0.15 }, pro: { silent: 0.15, audio: 0.2 } },
    price: { source: 'piapi.ai/ja/kling-3-omni', asOf: '2026-10-01' },
  },
  {
    model: 'kling-video-o1',
    native: 'kling o1',
    route: 'omni_video_generation',
    durations: [5, 10],
    modes: { std: { silent: 0.39 / 5 }, pro: { silent: 0.52 / 5 } },
    price: { source: 'piapi.ai/ar/kling-o1', asOf: crawled },
  },
  {
    model: 'kling-v1-6',
    native: 'kling 1.6',
    route: 'video_generation',
    durations: [5, 10],
    // Listed per clip of 5 s; that 10 s cost twice as much is not.
    modes: { std: { silent: 0.26 / 5 }, pro: { silent: 0.46 / 5 } },
    price: { basis: 'derived', source: priceList, asOf: crawled },
  },
  {
    model: 'kling-v4',
    native: 'kling 4.0',
    route: 'omni_video_generation',
    durations: secondsUpTo(30),
    modes: { std: { audio: 0.1667, video: 0.1 }, pro: { audio: 0.25, video: 0.15 } },
    newest: true,
    price: newest,
  },
  {
    model: 'kling-v4-flash',
    native: 'kling 4.0-flash',
    route: 'omni_video_generation',
    durations: secondsUpTo(20),
    modes: { std: { audio: 0.1, video: 0.0667 } },
    newest: true,
    price: newest,
  },
]

/** Kling's own, which PiAPI's pages do not repeat (read at a reseller, 2026-11). */
const videos: NonNullable<ReferenceVideoLimits['references']['videos']> = {
  most: 5,
  media: { forms: ['url'], mediaTypes: ['video/mp4', 'video/quicktime'], maxBytes: 300 * 1_048_576 },
  seconds: [3, 30],
  keepSound: false,
  startImage: false,
  shots: false,
}

const text = { maxLength: 2_500 }

function limitsOf({ model, route, durations, newest }: Row, { audio }: Rates): ReferenceVideoLimits {
  const isOmni = route === 'omni_video_generation'
  return {
    durations,
    prompt: { required: true, ...text },
    negativePrompt: isOmni ? false : text,
    aspectRatios: ['16:9', '9:16', '1:1', ...(newest ? ['21:9'] : [])],
    cfgScale: !isOmni,
    audio: newest ? 'always' : audio === undefined ? 'never' : 'optional',
    cameraControl: false,
    ...(model === 'kling-v3-omni' && { shots }),
    images,
    endImage: false,
    references: {
      images: newest ? 10 : isOmni ? 7 : 4,
      most: newest ? 10 : isOmni ? 7 : 4,
      ...(newest && { videos }),
      framesCount: false,
      startImage: false,
      ...(isOmni && { notation: { image: '@image_#', element: '@element_#', video: '@video_#' } }),
    },
  }
}

const rowsFor = (priced: boolean): readonly Offer<'reference-to-video'>[] =>
  versions
    .filter((row) => priced || !row.newest)
    .flatMap((row) =>
      (Object.entries(row.modes) as [Mode, Rates][]).map(
        ([mode, rates]): Offer<'reference-to-video'> => ({
          provider: 'piapi',
          kind: 'reference-to-video',
          model: row.model,
          mode,
          state: row.newest ? 'unverified' : 'current',
          route: row.route,
          nativeModel: row.native,
          limits: limitsOf(row, rates),
          price: {
            unit: 'usd',
            unitUsd: 1_000_000,
            per: row.newest ? 'input-and-output-second' : 'second',
            rates: priced ? rates : {},
            ...row.price,
          },
          // Client remarks: std 1 to 3 minutes, omni 2 to 5.
          timing: {
            expectedMs: row.route === 'omni_video_generation' ? 210_000 : 180_000,
            pollFloorMs: 5_000,
            readSpacingMs: 1_000,
            tasksPerRead: 1,
          },
          source: docs,
          asOf: row.price.asOf,
        }),
      ),
    )

function encode(draft: Draft<'reference-to-video'>, setup: Setup): HttpRequest {
  const { request, offer, duration, options, webhookUrl } = draft
  const { prompt, shots: told, images: pictures, videos: clips } = referencesIn(draft)
  const [model, version] = offer.nativeModel.split(' ')
  const isOmni = offer.route === 'omni_video_generation'
  const own = present({
    version,
    prompt: (told ? undefined : prompt) || undefined,
    multi_shots: told,
    negative_prompt: request.negativePrompt,
    // Beside shots, whose sum it must be, it is not said.
    duration: told ? undefined : duration,
    cfg_scale: request.cfgScale,
    mode: isOmni ? undefined : offer.mode,
    resolution: isOmni ? (offer.mode === 'pro' ? '1080p' : '720p') : undefined,
    aspect_ratio: request.aspectRatio,
    // Off when left out (dossier, section 6.1).
    enable_audio: offer.limits.audio === 'optional' ? request.generateAudio : undefined,
    images: isOmni && (pictures.length > 0 || clips.length === 0) ? pictures : undefined,
    videos: clips.length > 0 ? clips.map(({ value }) => value) : undefined,
    elements: isOmni ? undefined : pictures.map((image_url) => ({ image_url })),
  })
  return createTask({ model, taskType: offer.route, input: { ...options, ...own }, webhookUrl }, setup)
}

const said: Readonly<Record<string, string>> = {
  images: 'references',
  video: 'references',
  videos: 'references',
  elements: 'references',
  multi_shots: 'shots',
  prefer_multi_shots: 'shots',
}

/**
 * Clips with references, as one instance wants them.
 *
 * @example
 * ```ts
 * import { createPiapiWith, piapiReference } from '@reelay/piapi/kinds'
 * export const piapi = createPiapiWith({ kinds: [piapiReference] })
 * ```
 */
export const referenceOf: PiapiKind<'reference-to-video'> = (setup) =>
  sell([referenceToVideo], {
    rows: rowsFor(setup.serviceMode === 'public'),
    encode: (draft) => encode(draft, setup),
    check: ({ options }) =>
      Object.entries(said).flatMap(([key, field]) =>
        options[key] === undefined
          ? []
          : [
              problem(
                `providerOptions.piapi.${key}`,
                'reserved',
                `${key} follows from the request.`,
                `Use ${field}, whose names are written for you.`,
              ),
            ],
      ),
  })
