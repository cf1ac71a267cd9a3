import type {
  KlingModel,
  MediaRule,
  Mode,
  Offer,
  PriceRule,
  ReferenceVideoLimits,
} from '@reelay/core/adapter'
import { routes } from '../routes.ts'
import { expectedMs, images, timingOf } from './pace.ts'

interface Family {
  readonly model: KlingModel
  readonly route: 'kling-video' | 'kling-v4'
  readonly longest: number | 'five or ten'
  readonly audio: ReferenceVideoLimits['audio']
  readonly references: Pick<ReferenceVideoLimits['references'], 'images' | 'most' | 'mostBesideVideo'>
  /** Fewest and most pictures of an element. */
  readonly pictures?: readonly [fewest: number, most: number]
  readonly videos?: ReferenceVideoLimits['references']['videos']
  readonly frames?: true
  readonly source: string
  readonly asOf: string
}

const MB = 1_048_576
const filmsUpTo = (megabytes: number): MediaRule => ({
  forms: ['url', 'upload'],
  mediaTypes: ['video/mp4', 'video/quicktime'],
  maxBytes: megabytes * MB,
})
/** O1 and O3 (2026-08): one, at an endpoint of its own. */
const oneVideo = (longest: number): Family['videos'] => ({
  most: 1,
  media: filmsUpTo(200),
  seconds: [3, longest],
  keepSound: true,
  startImage: false,
  shots: false,
})

const types = { source: 'github.com/fal-ai/fal-js@381105e', asOf: '2026-08-02' } as const
const seven = { images: 7, most: 7, mostBesideVideo: 4 }

const v16: Family = {
  model: 'kling-v1-6',
  route: 'kling-video',
  longest: 'five or ten',
  audio: 'never',
  references: { images: 4, most: 4 },
  ...types,
}
const o1: Family = {
  model: 'kling-video-o1',
  route: 'kling-video',
  longest: 10,
  audio: 'never',
  references: seven,
  pictures: [2, 4],
  videos: oneVideo(10),
  ...types,
}
const o3: Family = {
  model: 'kling-v3-omni',
  route: 'kling-video',
  longest: 15,
  audio: 'optional',
  references: seven,
  pictures: [1, 4],
  videos: oneVideo(15),
  frames: true,
  ...types,
}
const v4: Family = {
  model: 'kling-v4',
  route: 'kling-v4',
  longest: 30,
  // No switch (recorded by others, 2026-11).
  audio: 'always',
  references: { images: 10, most: 10 },
  // The form of v3, by analogy.
  pictures: [1, 4],
  // Five, by the vendor; how long and how large, by the page of edits.
  videos: {
    most: 5,
    media: filmsUpTo(300),
    seconds: [3, 30],
    keepSound: false,
    // Which number it would take is not said.
    startImage: false,
    shots: true,
  },
  source: 'fal.ai/models/kling/v4/reference-to-video',
  asOf: '2026-11-26',
}

type Row = readonly [
  Mode,
  path: string,
  Family,
  unitUsd: number,
  rates: PriceRule['rates'],
  more?: Partial<PriceRule>,
]

// The price API names one unit of $0.14 for O3 in std and pro, whatever they cost.
const unit = 140_000
// Beside a video, of input and output together; where nothing goes in, of the output.
const v4Price = { per: 'input-and-output-second' } as const
const byBill = { basis: { audio: 'derived', video: 'derived' }, asOf: '2026-09-04' } as const

/** Every endpoint that takes references by name; prices of the model pages and of the snapshot of 2026-07-28. */
const endpointRows: readonly Row[] = [
  ['std', 'v1.6/standard/elements', v16, 56_000, { silent: 1 }],
  ['pro', 'v1.6/pro/elements', v16, 98_000, { silent: 1 }],
  ['std', 'o1/standard/reference-to-video', o1, 84_000, { silent: 1, video: 1.5 }],
  ['pro', 'o1/reference-to-video', o1, 112_000, { silent: 1, video: 1.5 }],
  ['std', 'o3/standard/reference-to-video', o3, unit, { silent: 0.6, audio: 0.8, video: 0.9 }, byBill],
  ['pro', 'o3/pro/reference-to-video', o3, unit, { silent: 0.8, audio: 1, video: 1.2 }, byBill],
  ['4k', 'o3/4k/reference-to-video', o3, 420_000, { silent: 1, audio: 1 }],
  ['std', 'reference-to-video', v4, 157_000, { audio: 1, video: 94 / 157 }, v4Price],
  ['pro', 'reference-to-video', v4, 235_000, { audio: 1, video: 141 / 235 }, v4Price],
]

function limitsOf(family: Family, mode: Mode): ReferenceVideoLimits {
  const { model, longest, audio, references, pictures, videos, frames } = family
  const durations =
    longest === 'five or ten' ? [5, 10] : Array.from({ length: longest - 2 }, (_, at) => at + 3)
  const text = { maxLength: 2_500 }
  return {
    durations,
    audio,
    prompt: { ...text, required: true },
    negativePrompt: model === 'kling-v1-6' ? text : false,
    aspectRatios: ['16:9', '9:16', '1:1', ...(model === 'kling-v4' ? ['21:9', 'auto'] : [])],
    cfgScale: false,
    cameraControl: false,
    ...((model === 'kling-v3-omni' || model === 'kling-v4') && {
      shots: { most: 6, seconds: [1, Number(longest)] as const, options: ['multi_prompt', 'shot_type'] },
    }),
    images: images(10),
    endImage: frames ? { alone: false } : false,
    references: {
      ...references,
      ...(pictures && { elements: { most: references.most, by: ['images'] as const, pictures } }),
      // Of 4k no endpoint for videos is in the typed list.
      ...(videos && mode !== '4k' && { videos }),
      framesCount: false,
      startImage: frames === true,
      ...(model !== 'kling-v1-6' && {
        notation: { image: '@Image#', element: '@Element#', video: '@Video#' },
      }),
    },
  }
}

/** Every model and mode that takes references by name, each an endpoint. */
export const referenceRows: readonly Offer<'reference-to-video'>[] = endpointRows.map(
  ([mode, path, family, unitUsd, rates, more]) => {
    const { model, route, source, asOf } = family
    const id = [routes[route]?.path.slice(1), path].join('/')
    return {
      provider: 'fal',
      kind: 'reference-to-video',
      model,
      mode,
      state: 'current',
      route,
      nativeModel: id,
      limits: limitsOf(family, mode),
      price: {
        unit: 'unit',
        unitUsd,
        per: 'second',
        rates,
        source: `fal.ai/models/${id}`,
        asOf: route === 'kling-v4' ? asOf : '2026-07-28',
        ...more,
      },
      timing: timingOf(expectedMs[mode]),
      source,
      asOf,
    }
  },
)
