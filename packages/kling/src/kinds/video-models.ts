import type {
  CameraControl,
  KlingModel,
  Mode,
  OfferState,
  VideoKind,
  VideoLimits,
} from '@reelay/core/adapter'

/** What a model's mode adds to its model. */
export interface ModeRow {
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
export interface ModelRow {
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
export const models: readonly ModelRow[] = [
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
