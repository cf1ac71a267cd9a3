import type {
  Catalog,
  Kind,
  KlingModel,
  Limits,
  MediaRule,
  MicroUsd,
  Mode,
  Offer,
  OfferState,
  Rate,
} from '@reelay/core'
import { routes } from './routes.ts'

/** What a model's mode adds to its model. */
interface ModeRow {
  /** Path segment of the endpoint, where it is not the mode's own. */
  readonly segment?: string
  /** Price of one billable unit; `x-fal-billable-units` counts them. */
  readonly unitUsd: MicroUsd
  /** Units per second, where it is not 1 silent and nothing with sound. */
  readonly silent?: Rate
  readonly audio?: Rate
  /** Kinds whose price is inferred from the other kind, from unit ratios, or second-hand. */
  readonly derived?: readonly Kind[]
  /** The model's kinds when absent. */
  readonly kinds?: readonly Kind[]
  readonly endImage?: true
  /** Whether the endpoint takes an aspect ratio beside an image. */
  readonly ratioFromImage?: true
}

/** A model as fal sells it. */
interface ModelRow {
  readonly model: KlingModel
  /** Path between the app and the mode. */
  readonly folder: string
  readonly route?: string
  readonly state?: OfferState
  readonly kinds: readonly Kind[]
  readonly durations: readonly number[]
  readonly negativePrompt?: true
  readonly cfgScale?: readonly Kind[]
  readonly camera?: true
  readonly audio: Limits['audio']
  /** What the endpoint calls its images. */
  readonly start: 'image_url' | 'start_image_url'
  readonly end: 'tail_image_url' | 'end_image_url'
  readonly maxImageMB?: number
  readonly modes: { readonly [mode in Mode]?: ModeRow }
}

const text: readonly Kind[] = ['text-to-video']
const image: readonly Kind[] = ['image-to-video']
const both: readonly Kind[] = [...text, ...image]
const seconds = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
const ratios: readonly string[] = ['16:9', '9:16', '1:1']

/** What the endpoints up to 2.5 have in common. */
const classic = {
  kinds: both,
  durations: [5, 10],
  negativePrompt: true,
  cfgScale: both,
  audio: 'never',
  start: 'image_url',
  end: 'tail_image_url',
} as const

/** What the endpoints from 3 on have in common. */
const recent = {
  kinds: both,
  durations: seconds(3, 15),
  audio: 'optional',
  end: 'end_image_url',
} as const

// The price API names one unit of $0.14 for kling-v3 and kling-v3-omni in std and pro, whatever they cost; the ratios
// make units times unit price the pages' price per second.
const shared = 140_000
// 4k has its own unit, sound included.
const ultra: ModeRow = { unitUsd: 420_000, audio: 1, endImage: true }

/**
 * Source: endpoint types of fal-js at 381105e (2026-08-02); kling-v4 from its model pages, which announced the API as
 * coming soon while fal's own guide called it (2026-11). Never listed, or gone: `v1/pro`, `v1.5/standard`, text to
 * video on `v2.1/standard`, `v2.1/pro`, `v2.5-turbo/standard` and `o1`, anything on `v2.6/standard`.
 */
const models: readonly ModelRow[] = [
  {
    ...classic,
    model: 'kling-v1',
    folder: 'v1',
    camera: true,
    modes: { std: { unitUsd: 45_000, endImage: true } },
  },
  {
    ...classic,
    model: 'kling-v1-5',
    folder: 'v1.5',
    modes: { pro: { unitUsd: 100_000, endImage: true, ratioFromImage: true } },
  },
  {
    ...classic,
    model: 'kling-v1-6',
    folder: 'v1.6',
    modes: {
      std: { unitUsd: 56_000 },
      pro: { unitUsd: 98_000, endImage: true, ratioFromImage: true, derived: image },
    },
  },
  {
    ...classic,
    model: 'kling-v2-master',
    folder: 'v2',
    modes: { pro: { segment: 'master', unitUsd: 280_000, derived: both } },
  },
  {
    ...classic,
    model: 'kling-v2-1',
    folder: 'v2.1',
    kinds: image,
    modes: { std: { unitUsd: 56_000 }, pro: { unitUsd: 98_000, endImage: true } },
  },
  {
    ...classic,
    model: 'kling-v2-1-master',
    folder: 'v2.1',
    modes: { pro: { segment: 'master', unitUsd: 280_000 } },
  },
  {
    ...classic,
    model: 'kling-v2-5-turbo',
    folder: 'v2.5-turbo',
    modes: {
      std: { unitUsd: 42_000, kinds: image },
      pro: { unitUsd: 70_000, endImage: true, derived: text },
    },
  },
  {
    ...classic,
    model: 'kling-v2-6',
    folder: 'v2.6',
    cfgScale: text,
    audio: 'optional',
    start: 'start_image_url',
    end: 'end_image_url',
    modes: { pro: { unitUsd: 70_000, audio: 2, endImage: true } },
  },
  {
    ...recent,
    model: 'kling-v3',
    folder: 'v3',
    negativePrompt: true,
    cfgScale: both,
    start: 'start_image_url',
    modes: {
      std: { unitUsd: shared, silent: 0.6, audio: 0.9, endImage: true, derived: image },
      pro: { unitUsd: shared, silent: 0.8, audio: 1.2, endImage: true, derived: text },
      '4k': ultra,
    },
  },
  {
    ...recent,
    model: 'kling-v3-turbo',
    folder: 'v3/turbo',
    audio: 'never',
    start: 'image_url',
    maxImageMB: 50,
    modes: { std: { unitUsd: 112_000 }, pro: { unitUsd: 140_000 } },
  },
  {
    ...recent,
    model: 'kling-video-o1',
    folder: 'o1',
    kinds: image,
    durations: seconds(3, 10),
    audio: 'never',
    start: 'start_image_url',
    modes: {
      std: { unitUsd: 84_000, endImage: true },
      pro: { segment: '', unitUsd: 112_000, endImage: true },
    },
  },
  {
    ...recent,
    model: 'kling-v3-omni',
    folder: 'o3',
    start: 'image_url',
    modes: {
      std: { unitUsd: shared, silent: 0.6, audio: 0.8, endImage: true, derived: text },
      pro: { unitUsd: shared, silent: 0.8, audio: 1, endImage: true, derived: both },
      '4k': ultra,
    },
  },
  {
    ...recent,
    model: 'kling-v4',
    folder: '',
    route: 'kling-v4',
    state: 'unverified',
    durations: seconds(3, 30),
    // Always on, and no switch (recorded by others, 2026-11).
    audio: 'always',
    start: 'start_image_url',
    maxImageMB: 30,
    modes: {
      std: { segment: '', unitUsd: 157_000, audio: 1, endImage: true },
      pro: { segment: '', unitUsd: 235_000, audio: 1, endImage: true },
    },
  },
]

const segments: { readonly [mode in Mode]: string } = { std: 'standard', pro: 'pro', '4k': '4k' }
// Estimates for 5 s: one to six minutes is what clients report.
const expectedMs: { readonly [mode in Mode]: number } = { std: 120_000, pro: 180_000, '4k': 360_000 }

// Kling's own limit; fal's pages name none for video prompts.
const longestPrompt = 2_500

/** Measures of the o1, v3 turbo and v4 pages, and Kling's own; the other pages name none. */
const images = (maxMB: number): MediaRule => ({
  forms: ['url', 'data-uri', 'upload'],
  mediaTypes: ['image/jpeg', 'image/png'],
  maxBytes: maxMB * 1024 * 1024,
  // "For a few KB", says the files page; larger ones go through fal's storage.
  inlineMaxBytes: 4 * 1024,
  minSide: 300,
  maxRatio: 2.5,
})

function limitsOf(row: ModelRow, mode: ModeRow, kind: Kind): Limits {
  const fromImage = kind === 'image-to-video'
  return {
    durations: row.durations,
    prompt: { required: true, maxLength: longestPrompt },
    negativePrompt: row.negativePrompt ? { maxLength: longestPrompt } : false,
    aspectRatios: fromImage && !mode.ratioFromImage ? false : ratios,
    cfgScale: row.cfgScale?.includes(kind) === true,
    audio: row.audio,
    cameraControl:
      row.camera && !fromImage
        ? {
            types: ['down_back', 'forward_up', 'right_turn_forward', 'left_turn_forward', 'simple'],
            durations: row.durations,
          }
        : false,
    images: fromImage ? images(row.maxImageMB ?? 10) : false,
    endImage: fromImage && mode.endImage ? { alone: false } : false,
  }
}

function offerOf(row: ModelRow, name: Mode, mode: ModeRow, kind: Kind): Offer {
  const { model, folder, route = 'kling-video', state = 'current' } = row
  const { segment = segments[name], unitUsd, silent = 1, audio, derived = [] } = mode
  const announced = state === 'unverified'
  return {
    provider: 'fal',
    kind,
    model,
    mode: name,
    state,
    route,
    nativeModel: [routes[route]?.path.slice(1), folder, segment, kind].filter(Boolean).join('/'),
    limits: limitsOf(row, mode, kind),
    price: {
      unit: 'unit',
      unitUsd,
      per: 'second',
      ...(row.audio === 'always' ? {} : { silent }),
      ...(audio === undefined ? {} : { audio }),
      ...(derived.includes(kind) && { basis: 'derived' as const }),
      source: announced ? "fal's model pages and Kling guide" : "fal's model pages and price API",
      asOf: announced ? '2026-11-24' : '2026-07-28',
    },
    timing: { expectedMs: expectedMs[name], pollFloorMs: 3_000 },
    source: announced ? "fal's model pages" : 'fal-js endpoint types at 381105e',
    asOf: announced ? '2026-11-24' : '2026-08-02',
  }
}

/** Every text-to-video and image-to-video endpoint of Kling at fal, with limits and list prices. */
export const catalog: Catalog = {
  defaultModel: 'kling-v3',
  offers: models.flatMap((row) =>
    (Object.entries(row.modes) as [Mode, ModeRow][]).flatMap(([name, mode]) =>
      (mode.kinds ?? row.kinds).map((kind) => offerOf(row, name, mode, kind)),
    ),
  ),
}

/** What a model's endpoints call the start and the end image. */
export function imageNames(model: string): Pick<ModelRow, 'start' | 'end'> | undefined {
  return models.find((row) => row.model === model)
}
