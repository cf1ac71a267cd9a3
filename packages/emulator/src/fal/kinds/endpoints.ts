import type { SchemaName } from './schemas.ts'

/** Millionths of a dollar per second of output. */
export interface Rate {
  readonly silent: number
  readonly audio?: number
  /** Audio with voice control. */
  readonly voice?: number
  readonly fullHD?: number
  /** Beside a video that goes in: per second of input and output, the input counted at least as long. */
  readonly withVideo?: { readonly hd: number; readonly fullHD: number }
}

/** What an endpoint takes, what a second costs, and the price of one billable unit where it is another. */
export type Row = readonly [input: SchemaName, rate: Rate, unitMicroUsd?: number]

const perSecond = (silent: number, audio?: number, voice?: number): Rate => ({
  silent,
  ...(audio === undefined ? {} : { audio }),
  ...(voice === undefined ? {} : { voice }),
})

// The price API quoted every standard and pro id of v3 and O3 in one unit of $0.14 (snapshot of 2026-07-28), so
// units are not seconds there: v3 standard, silent, 5 s is 3 units.
const SHARED_UNIT = 140_000
const v3Standard = perSecond(84_000, 126_000, 154_000)
const v3Pro = perSecond(112_000, 168_000, 196_000)
const o3Standard = perSecond(84_000, 112_000)
const o3Pro = perSecond(112_000, 140_000)
const v26 = perSecond(70_000, 140_000, 168_000)

/** Ids under `fal-ai/kling-video/`. Rates: model pages and price API, read 2026-07 to 2026-11. */
export const klingRows: Readonly<Record<string, Row>> = {
  'v1/standard/text-to-video': ['v1Text', perSecond(45_000)],
  'v1/standard/image-to-video': ['v1Image', perSecond(45_000)],
  'v1.5/pro/text-to-video': ['classicText', perSecond(100_000)],
  'v1.5/pro/image-to-video': ['v15Image', perSecond(100_000)],
  'v1.6/standard/text-to-video': ['classicText', perSecond(56_000)],
  'v1.6/standard/image-to-video': ['classicImage', perSecond(56_000)],
  'v1.6/pro/text-to-video': ['classicText', perSecond(98_000)],
  'v1.6/pro/image-to-video': ['v16Image', perSecond(98_000)],
  'v1.6/standard/elements': ['elements', perSecond(56_000)],
  'v1.6/pro/elements': ['elements', perSecond(98_000)],
  'v2/master/text-to-video': ['classicText', perSecond(280_000)],
  'v2/master/image-to-video': ['classicImage', perSecond(280_000)],
  'v2.1/standard/image-to-video': ['classicImage', perSecond(56_000)],
  'v2.1/pro/image-to-video': ['tailImage', perSecond(98_000)],
  'v2.1/master/text-to-video': ['classicText', perSecond(280_000)],
  'v2.1/master/image-to-video': ['classicImage', perSecond(280_000)],
  'v2.5-turbo/standard/image-to-video': ['classicImage', perSecond(42_000)],
  'v2.5-turbo/pro/text-to-video': ['classicText', perSecond(70_000)],
  'v2.5-turbo/pro/image-to-video': ['tailImage', perSecond(70_000)],
  'v2.6/pro/text-to-video': ['v26Text', v26],
  'v2.6/pro/image-to-video': ['v26Image', v26],
  'v3/standard/text-to-video': ['v3Text', v3Standard, SHARED_UNIT],
  'v3/standard/image-to-video': ['v3Image', v3Standard, SHARED_UNIT],
  'v3/pro/text-to-video': ['v3Text', v3Pro, SHARED_UNIT],
  'v3/pro/image-to-video': ['v3Image', v3Pro, SHARED_UNIT],
  'v3/4k/text-to-video': ['v3Text', perSecond(420_000)],
  'v3/4k/image-to-video': ['v3Image', perSecond(420_000)],
  'v3/turbo/standard/text-to-video': ['turboText', perSecond(112_000)],
  'v3/turbo/standard/image-to-video': ['turboImage', perSecond(112_000)],
  'v3/turbo/pro/text-to-video': ['turboText', perSecond(140_000)],
  'v3/turbo/pro/image-to-video': ['turboImage', perSecond(140_000)],
  'o1/image-to-video': ['o1Image', perSecond(112_000)],
  'o1/standard/image-to-video': ['o1Image', perSecond(84_000)],
  'o1/reference-to-video': ['o1Reference', perSecond(112_000)],
  'o1/standard/reference-to-video': ['o1Reference', perSecond(84_000)],
  'o1/video-to-video/reference': ['o1Video', perSecond(168_000)],
  'o1/standard/video-to-video/reference': ['o1Video', perSecond(126_000)],
  'o3/standard/reference-to-video': ['o3Reference', o3Standard, SHARED_UNIT],
  'o3/pro/reference-to-video': ['o3Reference', o3Pro, SHARED_UNIT],
  'o3/4k/reference-to-video': ['o3Reference', perSecond(420_000)],
  // The pro page says $0.336, which looks older than a price cut.
  'o3/standard/video-to-video/reference': ['o3Video', perSecond(126_000), SHARED_UNIT],
  'o3/pro/video-to-video/reference': ['o3Video', perSecond(168_000), SHARED_UNIT],
  'o3/standard/text-to-video': ['o3Text', o3Standard, SHARED_UNIT],
  'o3/standard/image-to-video': ['o3Image', o3Standard, SHARED_UNIT],
  'o3/pro/text-to-video': ['o3Text', o3Pro, SHARED_UNIT],
  'o3/pro/image-to-video': ['o3Image', o3Pro, SHARED_UNIT],
  'o3/4k/text-to-video': ['o3Text', perSecond(420_000)],
  'o3/4k/image-to-video': ['o3Image', perSecond(420_000)],
}

const v4Rate: Rate = { silent: 157_000, fullHD: 235_000 }
// Page and guide, 2026-10/11.
const v4References: Rate = { ...v4Rate, withVideo: { hd: 94_000, fullHD: 141_000 } }

/** Kling 4.0 under its own owner: sold by fal's guide (2026-10/11), though its pages still say "soon"; a switch takes it away. */
export const kling4Rows: Readonly<Record<string, Row>> = {
  'text-to-video': ['v4Text', v4Rate],
  'image-to-video': ['v4Image', v4Rate],
  'reference-to-video': ['v4Reference', v4References],
}
