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
  type Sold,
  sell,
} from '@reelay/core/adapter'
import { createTask, type Setup } from '../create.ts'
import { crawled, docs, images, priceList, shots } from './video-rows.ts'

type Mode = 'std' | 'pro'
type Rates = Readonly<Record<string, number>>

interface Row {
  readonly model: KlingModel
  /** PiAPI's `model` and `version`. */
  readonly native: string
  readonly route: 'video_generation' | 'omni_video_generation'
  readonly durations: readonly number[]
  /** Dollars per second. */
  readonly modes: Readonly<Record<Mode, Rates>>
  readonly price: Pick<PriceRule, 'basis' | 'source' | 'asOf'>
}

/**
 * The versions that take references. Reference videos of O1 and 3.0 omni exist, and no page that could be read names their
 * field; of 4.0 omni neither the size switch nor the names of references are known (2026-11).
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
]

const text = { maxLength: 2_500 }

function limitsOf({ model, route, durations }: Row, { audio }: Rates): ReferenceVideoLimits {
  const isOmni = route === 'omni_video_generation'
  return {
    durations,
    prompt: { required: true, ...text },
    negativePrompt: isOmni ? false : text,
    aspectRatios: ['16:9', '9:16', '1:1'],
    cfgScale: !isOmni,
    audio: audio === undefined ? 'never' : 'optional',
    cameraControl: false,
    ...(model === 'kling-v3-omni' && { shots }),
    images,
    endImage: false,
    references: {
      images: isOmni ? 7 : 4,
      most: isOmni ? 7 : 4,
      framesCount: false,
      startImage: false,
      ...(isOmni && { notation: { image: '@image_#', element: '@element_#', video: '@video_#' } }),
    },
  }
}

const rowsFor = (priced: boolean): readonly Offer<'reference-to-video'>[] =>
  versions.flatMap((row) =>
    (Object.entries(row.modes) as [Mode, Rates][]).map(
      ([mode, rates]): Offer<'reference-to-video'> => ({
        provider: 'piapi',
        kind: 'reference-to-video',
        model: row.model,
        mode,
        state: 'current',
        route: row.route,
        nativeModel: row.native,
        limits: limitsOf(row, rates),
        price: { unit: 'usd', unitUsd: 1_000_000, per: 'second', rates: priced ? rates : {}, ...row.price },
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
  const { prompt, shots: told, images: pictures } = referencesIn(draft)
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
    images: isOmni ? pictures : undefined,
    elements: isOmni ? undefined : pictures.map((image_url) => ({ image_url })),
  })
  return createTask({ model, taskType: offer.route, input: { ...options, ...own }, webhookUrl }, setup)
}

const said: Readonly<Record<string, string>> = {
  images: 'references',
  elements: 'references',
  multi_shots: 'shots',
  prefer_multi_shots: 'shots',
}

/** Clips with references, as one instance wants them. */
export const referenceOf = (setup: Setup): Sold =>
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
