import type { ImageLimits, Kind, KlingModel, Mode, Offer, PriceRule } from '@reelay/core/adapter'
import { timingOf } from './video-rows.ts'

/** A model's endpoints under `fal-ai/kling-image`. */
export interface ImageRow {
  readonly model: KlingModel
  /** Without the kind: `v3` is `v3/text-to-image` and `v3/image-to-image`; O1 has one endpoint, which takes pictures. */
  readonly path: string
  readonly kinds: readonly ('text-to-image' | 'image-to-image')[]
  readonly modes: readonly Mode[]
  /** Whether pictures from words take a negative prompt. */
  readonly negative?: true
  readonly series?: true
  /** Whether its price stands on a page of fal's own. */
  readonly priced?: true
}

/** Source: endpoint types of fal-js at 381105e (2026-08-02), prices from the v3 page (2026-11); the others are second-hand. */
export const imageModels: readonly ImageRow[] = [
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
  },
  { model: 'kling-image-o1', path: 'o1', kinds: ['image-to-image'], modes: ['std', 'pro'] },
]

const ratios: readonly string[] = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3', '21:9']
const mostPictures = 9
// The O1 page; the others name none, and it is Kling's own.
const longestPrompt = 2_500

export const imageLimitsOf = ({ negative, series }: ImageRow, kind: Kind, auto: boolean): ImageLimits => ({
  prompt: { required: true, maxLength: longestPrompt },
  negativePrompt: negative === true && kind === 'text-to-image' && { maxLength: longestPrompt },
  aspectRatios: auto ? [...ratios, 'auto'] : ratios,
  most: mostPictures,
  series: series ? { most: mostPictures, auto: false } : false,
})

const asOf = '2026-11-26'
// One picture in 1K or 2K; a 4K one costs twice as much.
const unitUsd = 28_000
// Estimates: at Kling itself a picture came after 24 s.
const expectedMs: { readonly [mode in Mode]: number } = { std: 30_000, pro: 45_000, '4k': 90_000 }

/** What all rows of one model and mode have in common, whatever the kind. */
export function imageRow<K extends 'text-to-image' | 'image-to-image'>(
  kind: K,
  row: ImageRow,
  mode: Mode,
): Omit<Offer<'text-to-image'>, 'kind' | 'limits'> & { readonly kind: K } {
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

/** The endpoints that make pictures from words, in each of their resolutions. */
export const rows: readonly Offer<'text-to-image'>[] = imageModels
  .filter(({ kinds }) => kinds.includes('text-to-image'))
  .flatMap((row) =>
    row.modes.map((mode) => ({
      ...imageRow('text-to-image', row, mode),
      limits: imageLimitsOf(row, 'text-to-image', false),
    })),
  )
