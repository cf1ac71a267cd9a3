import type {
  CameraControl,
  KlingModel,
  MediaRule,
  Mode,
  Offer,
  OfferState,
  ShotLimits,
  VideoKind,
  VideoLimits,
} from '@reelay/core/adapter'
import { pollFloorMs, readSpacingMs, tasksPerRead } from './pace.ts'

/** What a model's mode adds to its model. */
interface ModeRow {
  /** Units per second of output: the price list's dollars per second over $0.14. */
  readonly silent: number
  /** Units per second with native audio; absent where clips are silent only. */
  readonly audio?: number
  /** On image-to-video. */
  readonly endImage?: Exclude<VideoLimits['endImage'], false>
  /** Estimate for a 5 s clip, milliseconds. */
  readonly expectedMs: number
  readonly camera?: {
    readonly kind: VideoKind
    readonly types: readonly CameraControl['type'][]
    readonly durations: readonly number[]
  }
}

/** A model of the V1 video matrix. */
interface ModelRow {
  readonly model: KlingModel
  readonly state: OfferState
  readonly kinds: readonly VideoKind[]
  readonly durations: readonly number[]
  readonly cfgScale: boolean
  /** Whether image-to-video needs a prompt too. */
  readonly alwaysPrompt?: boolean
  /** A master model: one quality, no `mode` on the wire. */
  readonly withoutMode?: boolean
  readonly modes: { readonly [mode in Mode]?: ModeRow }
  readonly source: string
}

const both: readonly VideoKind[] = ['text-to-video', 'image-to-video']
const imageOnly: readonly VideoKind[] = ['image-to-video']
const fiveOrTen: readonly number[] = [5, 10]
const threeToFifteen: readonly number[] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]

// Its capability map of the official pages (2026-02-03).
const capabilityMap = 'github.com/WHQ25/rawgenai@b3f9cef docs/research/kling'
// The text-to-video and image-to-video pages, read 2026-09 and 2026-10.
const currentPages = 'kling.ai/document-api'

/**
 * The V1 video matrix. `kling-v1` has answered "discontinued" since 2026-09. Everything before 2.5 Turbo has left the
 * capability map (2026-05-19) and the price page (2026-09-20); a client announced the end of 1.5, 1.6, 2.1 and 2.1
 * Master for 2026-09-15, and no refusal of one of them was seen. `kling-v1-6` was accepted on 2026-05-24.
 */
const models: readonly ModelRow[] = [
  {
    model: 'kling-v1',
    state: 'discontinued',
    kinds: both,
    durations: fiveOrTen,
    cfgScale: true,
    source: capabilityMap,
    modes: {
      std: {
        silent: 0.2,
        endImage: { alone: false, durations: [5] },
        expectedMs: 120_000,
        camera: {
          kind: 'text-to-video',
          types: ['simple', 'down_back', 'forward_up', 'right_turn_forward', 'left_turn_forward'],
          durations: [5],
        },
      },
      pro: { silent: 0.7, endImage: { alone: false, durations: [5] }, expectedMs: 240_000 },
    },
  },
  {
    model: 'kling-v1-5',
    state: 'unverified',
    kinds: imageOnly,
    durations: fiveOrTen,
    cfgScale: true,
    source: capabilityMap,
    modes: {
      std: { silent: 0.4, expectedMs: 150_000 },
      pro: {
        silent: 0.7,
        endImage: { alone: true },
        expectedMs: 240_000,
        camera: { kind: 'image-to-video', types: ['simple'], durations: [5] },
      },
    },
  },
  {
    model: 'kling-v1-6',
    state: 'unverified',
    kinds: both,
    durations: fiveOrTen,
    cfgScale: true,
    source: capabilityMap,
    modes: {
      std: { silent: 0.4, expectedMs: 150_000 },
      pro: { silent: 0.7, endImage: { alone: true }, expectedMs: 240_000 },
    },
  },
  {
    model: 'kling-v2-master',
    state: 'unverified',
    kinds: both,
    durations: fiveOrTen,
    cfgScale: false,
    withoutMode: true,
    source: capabilityMap,
    modes: { pro: { silent: 2, expectedMs: 300_000 } },
  },
  {
    model: 'kling-v2-1',
    state: 'unverified',
    kinds: imageOnly,
    durations: fiveOrTen,
    cfgScale: false,
    source: capabilityMap,
    modes: {
      std: { silent: 0.4, expectedMs: 120_000 },
      pro: { silent: 0.7, endImage: { alone: false }, expectedMs: 180_000 },
    },
  },
  {
    model: 'kling-v2-1-master',
    state: 'unverified',
    kinds: both,
    durations: fiveOrTen,
    cfgScale: false,
    withoutMode: true,
    source: capabilityMap,
    modes: { pro: { silent: 2, expectedMs: 300_000 } },
  },
  {
    model: 'kling-v2-5-turbo',
    state: 'current',
    kinds: both,
    durations: fiveOrTen,
    cfgScale: false,
    source: currentPages,
    modes: {
      std: { silent: 0.3, expectedMs: 60_000 },
      pro: { silent: 0.5, endImage: { alone: false }, expectedMs: 90_000 },
    },
  },
  {
    model: 'kling-v2-6',
    state: 'current',
    kinds: both,
    durations: fiveOrTen,
    cfgScale: false,
    source: currentPages,
    modes: {
      // Sound is sold in pro only.
      std: { silent: 0.3, expectedMs: 90_000 },
      pro: {
        silent: 0.5,
        audio: 1,
        endImage: { alone: false, silentOnly: true },
        expectedMs: 150_000,
      },
    },
  },
  {
    model: 'kling-v3',
    state: 'current',
    kinds: both,
    durations: threeToFifteen,
    // Unverified: absent from the pages, sent by clients. A refusal would be free.
    cfgScale: true,
    alwaysPrompt: true,
    source: currentPages,
    modes: {
      std: { silent: 0.6, audio: 0.9, endImage: { alone: false }, expectedMs: 120_000 },
      pro: { silent: 0.8, audio: 1.2, endImage: { alone: false }, expectedMs: 180_000 },
      // Since 2026-04-23.
      '4k': { silent: 3, audio: 3, endImage: { alone: false }, expectedMs: 360_000 },
    },
  },
]

/** Image inputs: a public URL, or base64 without a `data:` prefix (image-to-video page, 2026-02). */
export const images: MediaRule = {
  forms: ['url', 'base64'],
  mediaTypes: ['image/jpeg', 'image/png'],
  maxBytes: 10 * 1024 * 1024,
  minSide: 300,
  maxRatio: 2.5,
}

// The price page of 2026-09-20 ends at 2.5 Turbo: what stands for the models before it is no list price any more.
const listed = {
  basis: 'list',
  source: 'kling.ai/document-api/pricing/base/video',
  // Transcribed 2026-08-13, checked again by independent projects until this day.
  asOf: '2026-10-04',
} as const
const outdated = {
  basis: 'derived',
  source: 'kling.ai/document-api/pricing/base/video, an older copy',
  asOf: '2026-08-13',
} as const

/** Characters of a prompt on V1. */
export const longestPrompt = 2_500
// Routes are named after their last path segment.
const routeOf: { readonly [kind in VideoKind]: string } = {
  'text-to-video': 'text2video',
  'image-to-video': 'image2video',
}

/** Each as a string of whole seconds on the wire; a shot may be as long as the clip. */
export const shots: ShotLimits = {
  most: 6,
  seconds: [1, 15],
  longestPrompt: 512,
  options: ['multi_shot', 'shot_type', 'multi_prompt'],
}

function limitsOf(row: ModelRow, mode: ModeRow, kind: VideoKind): VideoLimits {
  const fromImage = kind === 'image-to-video'
  const { camera } = mode
  return {
    durations: row.durations,
    prompt: { required: !fromImage || row.alwaysPrompt === true, maxLength: longestPrompt },
    negativePrompt: { maxLength: longestPrompt },
    aspectRatios: fromImage ? false : ['16:9', '9:16', '1:1'],
    cfgScale: row.cfgScale,
    audio: mode.audio === undefined ? 'never' : 'optional',
    cameraControl: camera?.kind === kind ? { types: camera.types, durations: camera.durations } : false,
    // Text-to-video page, 2026-03; beside an end image too since 2026-05-07 (update log).
    ...(row.model === 'kling-v3' && { shots }),
    images: fromImage ? images : false,
    endImage: (fromImage && mode.endImage) || false,
  }
}

function offersOf(row: ModelRow): readonly Offer<VideoKind>[] {
  const modes = Object.entries(row.modes) as [Mode, ModeRow][]
  return row.kinds.flatMap((kind) =>
    modes.map(([name, mode]) => ({
      provider: 'kling',
      kind,
      model: row.model,
      mode: name,
      state: row.state,
      route: routeOf[kind],
      nativeModel: row.model,
      limits: limitsOf(row, mode, kind),
      price: {
        unit: 'unit',
        // $0.14, list price without pack discount.
        unitUsd: 140_000,
        per: 'second',
        rates: { silent: mode.silent, ...(mode.audio !== undefined && { audio: mode.audio }) },
        ...(row.state === 'current' ? listed : outdated),
      },
      // Estimates, not promises: no official figure exists. Clients in the field poll every 3 to 10 s.
      timing: { expectedMs: mode.expectedMs, pollFloorMs, readSpacingMs, tasksPerRead },
      source: row.source,
      asOf: '2026-10-04',
    })),
  )
}

/**
 * Every kind, model and mode of the V1 video matrix, with limits and list prices.
 *
 * Source: the official pages named in each row. Prices are US list prices, but for the models that have left the price
 * page (`derived`); packs are cheaper.
 */
export const rows: readonly Offer<VideoKind>[] = models.flatMap(offersOf)

/** Master models: `mode` is not sent. */
export const modelsWithoutMode: ReadonlySet<string> = new Set(
  models.filter((row) => row.withoutMode).map((row) => row.model),
)

/** Models that know the field `sound`, in whatever mode they sell it. */
export const modelsWithSound: ReadonlySet<string> = new Set(
  rows.filter((offer) => offer.limits.audio !== 'never').map((offer) => offer.model),
)
