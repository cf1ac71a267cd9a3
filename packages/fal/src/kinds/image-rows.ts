import {
  type ImageInputLimits,
  type ImageLimits,
  type KlingModel,
  type Mode,
  noReferences,
  type Offer,
  type PriceRule,
  type ReferenceLimits,
} from '@reelay/core/adapter'
import { images, timingOf } from './pace.ts'

type ImageKind = 'text-to-image' | 'image-to-image'

/** A model's endpoints under `fal-ai/kling-image`. */
interface ImageRow {
  readonly model: KlingModel
  /** Without the kind: `v3` is `v3/text-to-image` and `v3/image-to-image`; O1 has one endpoint, which takes pictures. */
  readonly path: string
  readonly kinds: readonly ImageKind[]
  readonly modes: readonly Mode[]
  /** Whether pictures from words take a negative prompt. */
  readonly negative?: true
  readonly series?: true
  /** Whether pictures from pictures take a list that the prompt can name; else a single one. */
  readonly list?: true
  /** Whether its price stands on a page of fal's own. */
  readonly priced?: true
}

/** Source: endpoint types of fal-js at 381105e (2026-08-02), prices from the v3 page (2026-11); the others are second-hand. */
const imageModels: readonly ImageRow[] = [
  {
    model: 'kling-v3',
    path: 'v3',
    kinds: ['text-to-image', 'image-to-image'],
    modes: ['std', 'pro'],
    negative: true,
    priced: true,
  },
  {
    model: 'kling-v3-omni',
    path: 'o3',
    kinds: ['text-to-image', 'image-to-image'],
    modes: ['std', 'pro', '4k'],
    series: true,
    list: true,
  },
  { model: 'kling-image-o1', path: 'o1', kinds: ['image-to-image'], modes: ['std', 'pro'], list: true },
]

const ratios: readonly string[] = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3', '21:9']
const mostPictures = 9
// The O1 page; the others name none, and it is Kling's own.
const longestPrompt = 2_500

// Pages of 2026-11 for each picture; v3 says 10 MB and 300 px, the others nothing.
const pictures = images(10)
// Of a list, by the pages of O1 and O3; for elements among them it is Kling's own.
const mostInputs = 10

/** Elements are made of pictures here; single pictures have names where there is a list of them. */
const referencesOf = ({ list }: ImageRow, kind: ImageKind): ReferenceLimits => ({
  ...noReferences,
  images: list && kind === 'image-to-image' ? mostInputs : 0,
  elements: { most: mostInputs, by: ['images'], pictures: [1, 4] },
  most: mostInputs,
  notation: { image: '@Image#', element: '@Element#', video: '@Video#' },
})

const imageLimitsOf = (row: ImageRow, kind: ImageKind): ImageLimits => ({
  prompt: { required: true, maxLength: longestPrompt },
  negativePrompt: row.negative === true && kind === 'text-to-image' && { maxLength: longestPrompt },
  aspectRatios: row.list && kind === 'image-to-image' ? [...ratios, 'auto'] : ratios,
  most: mostPictures,
  series: row.series ? { most: mostPictures, auto: false } : false,
  images: pictures,
  references: referencesOf(row, kind),
})

const inputLimitsOf = (row: ImageRow): ImageInputLimits => ({
  ...imageLimitsOf(row, 'image-to-image'),
  images: pictures,
  reference: [],
  subjects: false,
  expand: false,
})

const asOf = '2026-11-26'
// One picture in 1K or 2K; a 4K one costs twice as much.
const unitUsd = 28_000
// Estimates: at Kling itself a picture came after 24 s.
const expectedMs: { readonly [mode in Mode]: number } = { std: 30_000, pro: 45_000, '4k': 90_000 }

/** What all rows of one model and mode have in common, whatever the kind. */
function imageRow<K extends ImageKind>(
  kind: K,
  row: ImageRow,
  mode: Mode,
): Omit<Offer<ImageKind>, 'kind' | 'limits'> & { readonly kind: K } {
  const { model, path, priced } = row
  const id = path === 'o1' ? 'fal-ai/kling-image/o1' : `fal-ai/kling-image/${path}/${kind}`
  const price: PriceRule = {
    unit: 'unit',
    unitUsd,
    per: 'image',
    rates: { any: mode === '4k' ? 2 : 1 },
    ...(priced ? {} : { basis: 'derived' }),
    source: `fal.ai/models/${id}`,
    asOf,
  }
  return {
    provider: 'fal' as const,
    kind,
    model,
    mode,
    state: 'current' as const,
    route: 'kling-image',
    nativeModel: id,
    price,
    timing: timingOf(expectedMs[mode]),
    source: 'github.com/fal-ai/fal-js@381105e',
    asOf: '2026-08-02',
  }
}

const rowsOf = <K extends ImageKind, Limits>(kind: K, limitsOf: (row: ImageRow) => Limits) =>
  imageModels
    .filter(({ kinds }) => kinds.includes(kind))
    .flatMap((row) => row.modes.map((mode) => ({ ...imageRow(kind, row, mode), limits: limitsOf(row) })))

/** The endpoints that make pictures from words, in each of their resolutions. */
export const wordsRows: readonly Offer<'text-to-image'>[] = rowsOf('text-to-image', (row) =>
  imageLimitsOf(row, 'text-to-image'),
)

/** The endpoints that make pictures from pictures. */
export const imagesRows: readonly Offer<'image-to-image'>[] = rowsOf('image-to-image', inputLimitsOf)
