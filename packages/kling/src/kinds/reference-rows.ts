import type { KlingModel, MediaRule, Mode, Offer, ReferenceVideoLimits } from '@reelay/core/adapter'
import { pollFloorMs, readSpacingMs, tasksPerRead } from './pace.ts'
import { images, longestPrompt, shots } from './video-rows.ts'

// The omni-video page (2025-12, spring 2026) and the update log of 2026-05-07 and 2026-06-17.
const omniPage = 'kling.ai/document-api/apiReference/model/OmniVideo'

/** Units per second: the price list's dollars over $0.14. */
interface ModeRow {
  readonly silent: number
  readonly audio?: number
  /** Beside a reference video, which leaves no native audio. */
  readonly video: number
  /** Estimate for a 5 s clip, milliseconds. */
  readonly expectedMs: number
}

interface OmniRow {
  readonly model: KlingModel
  readonly durations: readonly number[]
  readonly longestVideo: number
  readonly modes: { readonly [mode in Mode]?: ModeRow }
}

const omni: readonly OmniRow[] = [
  {
    model: 'kling-v3-omni',
    durations: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    // Since 2026-06-17; copies of the older page still say 10.
    longestVideo: 15,
    modes: {
      std: { silent: 0.6, audio: 0.8, video: 0.9, expectedMs: 150_000 },
      pro: { silent: 0.8, audio: 1, video: 1.2, expectedMs: 210_000 },
      '4k': { silent: 3, audio: 3, video: 3, expectedMs: 390_000 },
    },
  },
  {
    model: 'kling-video-o1',
    durations: [3, 4, 5, 6, 7, 8, 9, 10],
    longestVideo: 10,
    modes: {
      std: { silent: 0.6, video: 0.9, expectedMs: 150_000 },
      pro: { silent: 0.8, video: 1.2, expectedMs: 210_000 },
    },
  },
]

// 24 to 60 frames a second and sides of 720 to 2160 px as well, which an address does not tell.
const video: MediaRule = {
  forms: ['url'],
  mediaTypes: ['video/mp4', 'video/quicktime'],
  maxBytes: 200 * 1024 * 1024,
}

function limitsOf({ model, durations, longestVideo }: OmniRow, { audio }: ModeRow): ReferenceVideoLimits {
  const isV3 = model === 'kling-v3-omni'
  return {
    durations,
    prompt: { required: true, maxLength: longestPrompt },
    negativePrompt: false,
    aspectRatios: ['16:9', '9:16', '1:1'],
    cfgScale: false,
    audio: audio === undefined ? 'never' : 'optional',
    cameraControl: false,
    ...(isV3 && { shots }),
    images,
    endImage: { alone: false },
    references: {
      images: 7,
      elements: { most: 7, by: ['id'], besideStart: 3, besideEnd: isV3 ? 3 : 0 },
      videos: {
        most: 1,
        media: { ...video, seconds: [3, longestVideo] },
        seconds: [3, longestVideo],
        keepSound: true,
        startImage: true,
        // Beside a video the shots are told in the prompt (update log, 2026-06-17).
        shots: false,
      },
      most: 7,
      mostBesideVideo: 4,
      framesCount: true,
      startImage: true,
      // "More than two images: no end frame" on the page of O1.
      ...(!isV3 && { imagesBesideEnd: 2 }),
      notation: { image: '<<<image_#>>>', element: '<<<element_#>>>', video: '<<<video_#>>>' },
    },
  }
}

const timing = { pollFloorMs, readSpacingMs, tasksPerRead }
const price = { unit: 'unit', unitUsd: 140_000, per: 'second' } as const

const omniRows = omni.flatMap((row) =>
  (Object.entries(row.modes) as [Mode, ModeRow][]).map(
    ([mode, { expectedMs, ...rates }]): Offer<'reference-to-video'> => ({
      provider: 'kling',
      kind: 'reference-to-video',
      model: row.model,
      mode,
      state: 'current',
      route: 'omni-video',
      nativeModel: row.model,
      limits: limitsOf(row, { expectedMs, ...rates }),
      price: { ...price, rates, source: 'kling.ai/document-api/pricing/base/video', asOf: '2026-10-04' },
      timing: { expectedMs, ...timing },
      source: omniPage,
      asOf: '2026-10-04',
    }),
  ),
)

/**
 * The older form, documented for kling-v1-6 alone, whose end was announced for 2026-09-15: it is in no index, map or price
 * list of 2026-09. Its pictures have no names in the prompt.
 */
const multiImage = (['std', 'pro'] as const).map(
  (mode): Offer<'reference-to-video'> => ({
    provider: 'kling',
    kind: 'reference-to-video',
    model: 'kling-v1-6',
    mode,
    state: 'unverified',
    route: 'multi-image2video',
    nativeModel: 'kling-v1-6',
    limits: {
      durations: [5, 10],
      prompt: { required: true, maxLength: longestPrompt },
      negativePrompt: { maxLength: longestPrompt },
      aspectRatios: ['16:9', '9:16', '1:1'],
      cfgScale: false,
      audio: 'never',
      cameraControl: false,
      images,
      endImage: false,
      references: { images: 4, most: 4, framesCount: false, startImage: false },
    },
    price: {
      ...price,
      rates: {},
      why: 'Kling lists no price for several pictures as references with kling-v1-6 any more.',
      source: 'kling.ai/document-api/pricing/base/video',
      asOf: '2026-10-04',
    },
    timing: { expectedMs: mode === 'std' ? 150_000 : 240_000, ...timing },
    source: 'kling.ai/document-api/apiReference/model/multiImageToVideo',
    asOf: '2026-10-04',
  }),
)

/** Clips with references at Kling's V1: omni-video, and what was there before it. */
export const referenceRows: readonly Offer<'reference-to-video'>[] = [...omniRows, ...multiImage]
