import type {
  CameraControl,
  KlingModel,
  MicroUsd,
  Mode,
  Offer,
  Rate,
  ShotLimits,
  VideoKind,
  VideoLimits,
} from '@reelay/core/adapter'
import { routes } from '../routes.ts'
import { expectedMs, images, timingOf } from './pace.ts'

/** What the endpoints of a generation have in common. */
interface Family {
  readonly durations: readonly number[]
  readonly audio: VideoLimits['audio']
  readonly negative?: true
  /** Kinds that take a `cfg_scale`. */
  readonly cfg?: readonly VideoKind[]
  /** Camera moves of text to video. */
  readonly moves?: readonly CameraControl['type'][]
  /** What the endpoints call their images. */
  readonly start: 'image_url' | 'start_image_url'
  readonly end: 'tail_image_url' | 'end_image_url'
  readonly imageMB?: number
  readonly ratios?: readonly string[]
  readonly route?: string
}

/** What one endpoint adds. */
interface More {
  /** Both when absent. */
  readonly kinds?: readonly VideoKind[]
  /** Units per second, where it is not 1 silent and nothing with sound. */
  readonly silent?: Rate
  readonly sound?: Rate
  /** Kinds whose price is inferred from the other kind, from another model, or second-hand. */
  readonly derived?: readonly VideoKind[]
  /** Whether only the price with sound is inferred. */
  readonly derivedSound?: true
  /** Where its price stands, if not on its own page: on that of a kind, or at an address. */
  readonly pricedAt?: VideoKind | `${string}/${string}`
  /** Whether it takes an end image. */
  readonly end?: true
  /** Whether it takes an aspect ratio beside an image. */
  readonly ratio?: true
}

type Row = readonly [KlingModel, Mode, path: string, Family, unitUsd: MicroUsd, More?]

const text: readonly VideoKind[] = ['text-to-video']
const image: readonly VideoKind[] = ['image-to-video']
const both: readonly VideoKind[] = [...text, ...image]
const usualRatios: readonly string[] = ['16:9', '9:16', '1:1']
const upTo = (longest: number): readonly number[] => Array.from({ length: longest - 2 }, (_, at) => at + 3)

const v2: Family = {
  durations: [5, 10],
  audio: 'never',
  negative: true,
  cfg: both,
  start: 'image_url',
  end: 'tail_image_url',
}
const v1: Family = {
  ...v2,
  moves: ['down_back', 'forward_up', 'right_turn_forward', 'left_turn_forward', 'simple'],
}
const v26: Family = { ...v2, audio: 'optional', cfg: text, start: 'start_image_url', end: 'end_image_url' }
const v3: Family = { ...v26, durations: upTo(15), cfg: both }
const o3: Family = { durations: upTo(15), audio: 'optional', start: 'image_url', end: 'end_image_url' }
const turbo: Family = { ...o3, audio: 'never', imageMB: 50 }
const o1: Family = { ...o3, durations: upTo(10), audio: 'never', start: 'start_image_url' }
const v4: Family = {
  ...o1,
  durations: upTo(30),
  // No switch (recorded by others, 2026-11).
  audio: 'always',
  imageMB: 30,
  // The page's list starts `auto, 16:9, 9:16`; the last two are known from the model's other pages.
  ratios: [...usualRatios, '21:9', 'auto'],
  route: 'kling-v4',
}

const end = { end: true } as const
// The price API names one unit of $0.14 for v3 and O3 in std and pro, whatever they cost; the ratios make units times
// unit price the pages' price per second. 4k has a unit of its own, sound included.
const unit = 140_000
const ultra = { ...end, sound: 1 }

// What the price API said on 2026-07-28, as somebody else's program has kept it.
const kept = 'github.com/nodetool-ai/nodetool fal-unit-pricing.json'
const byApi = { ...end, pricedAt: kept } as const
const onText = { ...end, pricedAt: 'text-to-video' } as const
const onImage = { ...end, pricedAt: 'image-to-video' } as const
// How many units it takes is by bills of 2026-09-04.
const billed = { ...end, pricedAt: 'api.fal.ai/v1/models/pricing' } as const
const newer = { pricedAt: 'fal.ai/models/fal-ai/kling-video/v2.1/master/text-to-video' } as const

/**
 * Every endpoint: model, mode, path, family, micro-USD of one billable unit.
 *
 * Source: endpoint types of fal-js at 381105e (2026-08-02), prices from the model pages, the price API and bills of
 * 2026-09-04 (v2.5 turbo standard, O3 silent). kling-v4 from its model pages and fal's own guide (2026-10/11), which
 * prices and calls it from three languages; the pages still say "coming soon". Never listed, or
 * gone: `v1/pro`, `v1.5/standard`, `v2.6/standard`, and text to video on `v2.1/standard`, `v2.1/pro`,
 * `v2.5-turbo/standard` and `o1`.
 */
const endpointRows: readonly Row[] = [
  ['kling-v1', 'std', 'v1/standard', v1, 45_000, end],
  ['kling-v1-5', 'pro', 'v1.5/pro', v2, 100_000, { ...byApi, ratio: true }],
  ['kling-v1-6', 'std', 'v1.6/standard', v2, 56_000],
  ['kling-v1-6', 'pro', 'v1.6/pro', v2, 98_000, { ...byApi, ratio: true, derived: image }],
  ['kling-v2-master', 'pro', 'v2/master', v2, 280_000, { ...newer, derived: both }],
  ['kling-v2-1', 'std', 'v2.1/standard', v2, 56_000, { kinds: image }],
  ['kling-v2-1', 'pro', 'v2.1/pro', v2, 98_000, { ...end, kinds: image }],
  ['kling-v2-1-master', 'pro', 'v2.1/master', v2, 280_000],
  ['kling-v2-5-turbo', 'std', 'v2.5-turbo/standard', v2, 42_000, { kinds: image }],
  ['kling-v2-5-turbo', 'pro', 'v2.5-turbo/pro', v2, 70_000, { ...onImage, derived: text }],
  ['kling-v2-6', 'pro', 'v2.6/pro', v26, 70_000, { ...onImage, sound: 2 }],
  ['kling-v3', 'std', 'v3/standard', v3, unit, { ...onText, silent: 0.6, sound: 0.9, derived: image }],
  ['kling-v3', 'pro', 'v3/pro', v3, unit, { ...onImage, silent: 0.8, sound: 1.2, derived: text }],
  ['kling-v3', '4k', 'v3/4k', v3, 420_000, ultra],
  ['kling-v3-turbo', 'std', 'v3/turbo/standard', turbo, 112_000, { pricedAt: kept }],
  ['kling-v3-turbo', 'pro', 'v3/turbo/pro', turbo, 140_000],
  ['kling-video-o1', 'std', 'o1/standard', o1, 84_000, { ...byApi, kinds: image }],
  ['kling-video-o1', 'pro', 'o1', o1, 112_000, { ...byApi, kinds: image }],
  ['kling-v3-omni', 'std', 'o3/standard', o3, unit, { ...end, silent: 0.6, sound: 0.8 }],
  ['kling-v3-omni', 'pro', 'o3/pro', o3, unit, { ...billed, silent: 0.8, sound: 1, derivedSound: true }],
  ['kling-v3-omni', '4k', 'o3/4k', o3, 420_000, ultra],
  // One endpoint for both: its unit can only be one of the two prices.
  ['kling-v4', 'std', '', v4, 157_000, { ...end, sound: 1 }],
  ['kling-v4', 'pro', '', v4, 157_000, { ...end, sound: 235 / 157 }],
]

// Kling's own limit; fal's pages name none for the prompts of clips.
const prompt = { maxLength: 2_500 }

// Endpoint types of fal-js at 381105e (2026-08-02); v4 from its model pages (2026-11).
const withShots: readonly string[] = ['kling-v3', 'kling-v3-turbo', 'kling-v3-omni', 'kling-v4']
const shots: Omit<ShotLimits, 'seconds'> = { most: 6, options: ['multi_prompt', 'shot_type'] }

function limitsOf(model: KlingModel, family: Family, more: More, kind: VideoKind): VideoLimits {
  const { durations, audio, negative, cfg, moves, imageMB = 10, ratios = usualRatios } = family
  const fromImage = kind === 'image-to-video'
  return {
    durations,
    audio,
    prompt: { ...prompt, required: true },
    negativePrompt: negative ? prompt : false,
    aspectRatios: fromImage && !more.ratio ? false : ratios,
    cfgScale: cfg?.includes(kind) === true,
    cameraControl: moves && !fromImage ? { types: moves, durations } : false,
    ...(withShots.includes(model) && { shots: { ...shots, seconds: [1, durations.at(-1) ?? 1] } }),
    images: fromImage && images(imageMB),
    endImage: fromImage && more.end ? { alone: false } : false,
  }
}

const pagesOfV4 = '2026-11-26'
const types = {
  source: 'github.com/fal-ai/fal-js@381105e',
  asOf: '2026-08-02',
} as const

function offersOf([model, mode, path, family, unitUsd, more = {}]: Row): readonly Offer<VideoKind>[] {
  const { route = 'kling-video', audio } = family
  const { kinds = both, silent = 1, sound, derived, derivedSound, pricedAt } = more
  const idOf = (kind: VideoKind): string =>
    [routes[route]?.path.slice(1), path, kind].filter(Boolean).join('/')
  // The v4 page of image to video stands under the older owner.
  const pageOf = (kind: VideoKind): string =>
    `fal.ai/models/${idOf(kind).replace('kling/v4/image', 'fal-ai/kling-video/v4/image')}`
  return kinds.map((kind) => ({
    provider: 'fal',
    kind,
    model,
    mode,
    state: 'current',
    route,
    nativeModel: idOf(kind),
    limits: limitsOf(model, family, more, kind),
    price: {
      unit: 'unit',
      unitUsd,
      per: 'second',
      rates: { ...(audio !== 'always' && { silent }), ...(sound && { audio: sound }) },
      ...(derived?.includes(kind) && { basis: 'derived' as const }),
      ...(derivedSound && { basis: { silent: 'list', audio: 'derived' } as const }),
      source: pricedAt?.includes('/') ? pricedAt : pageOf((pricedAt as VideoKind | undefined) ?? kind),
      asOf: family === v4 ? pagesOfV4 : derivedSound ? '2026-09-04' : '2026-07-28',
    },
    timing: timingOf(expectedMs[mode]),
    ...(family === v4 ? { source: pageOf(kind), asOf: pagesOfV4 } : types),
  }))
}

/** Every text-to-video and image-to-video endpoint of Kling at fal, with limits and list prices. */
export const rows: readonly Offer<VideoKind>[] = endpointRows.flatMap(offersOf)

/** Every endpoint's id; the request history takes 50 at a time. */
export const endpoints: readonly string[] = [...new Set(rows.map(({ nativeModel }) => nativeModel))]

/** What a model's endpoints call the start and the end image. */
export function imageNames(model: string): Pick<Family, 'start' | 'end'> | undefined {
  return endpointRows.find(([name]) => name === model)?.[3]
}
