import type { MediaRule, Mode, Offer, ShotLimits, VideoKind, VideoLimits } from '@reelay/core/adapter'
import { pollFloorMs, readSpacingMs, tasksPerRead } from './pace.ts'
import { type ModelRow, type ModeRow, models } from './video-models.ts'

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
