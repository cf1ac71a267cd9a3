import type { ImageLimits, Kind, KlingModel, Mode, Offer, OfferState, PriceRule } from '@reelay/core/adapter'
import { pollFloorMs, readSpacingMs, tasksPerRead } from './pace.ts'

/** An image model of V1; several share their names with video models. */
interface ImageRow {
  readonly model: KlingModel
  readonly state: OfferState
  /** `generations` takes words and a negative prompt, `omni-image` refers to pictures by their number. */
  readonly route: 'generations' | 'omni-image'
  readonly modes: readonly Mode[]
  /** Whether the model may be left to choose the shape of what words alone describe. */
  readonly autoFromWords?: boolean
  /** Image units of one picture from words; 1k and 2k cost the same. */
  readonly units: number
  readonly units4k?: number
  /** Whether words alone will do. */
  readonly fromWords: boolean
  readonly series?: { readonly auto: boolean }
}

/**
 * The image models. Source: the image pages of the documentation (2026-09-20), the capability map (2026-05-19) for 2k, 4k
 * and series, the price page (2026-09-20, checked again until 2026-10-04). Models before 2.1 have left all of them.
 */
export const imageModels: readonly ImageRow[] = [
  {
    model: 'kling-v1',
    state: 'unverified',
    route: 'generations',
    modes: ['std'],
    units: 1,
    fromWords: true,
  },
  {
    model: 'kling-v1-5',
    state: 'unverified',
    route: 'generations',
    modes: ['std'],
    units: 4,
    fromWords: true,
  },
  {
    model: 'kling-v2',
    state: 'unverified',
    route: 'generations',
    modes: ['std', 'pro'],
    units: 4,
    fromWords: true,
  },
  {
    model: 'kling-v2-1',
    state: 'current',
    route: 'generations',
    modes: ['std', 'pro'],
    units: 4,
    fromWords: true,
  },
  {
    model: 'kling-v3',
    state: 'current',
    route: 'generations',
    modes: ['std', 'pro'],
    units: 8,
    fromWords: true,
  },
  {
    model: 'kling-image-o1',
    state: 'current',
    route: 'omni-image',
    modes: ['std', 'pro'],
    units: 8,
    fromWords: true,
    autoFromWords: true,
    series: { auto: false },
  },
  {
    model: 'kling-v3-omni',
    state: 'current',
    route: 'omni-image',
    modes: ['std', 'pro', '4k'],
    units: 8,
    units4k: 16,
    fromWords: true,
    // Since 2026-04-27.
    series: { auto: true },
  },
]

/** Most pictures of one task, and of one series. */
export const mostPictures = 9
const ratios: readonly string[] = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3']
const longestPrompt = 2_500

/** What a row says whatever goes in. */
export function imageLimitsOf({ model, route, series }: ImageRow, auto: boolean): ImageLimits {
  return {
    prompt: { required: true, maxLength: longestPrompt },
    negativePrompt: route === 'generations' && { maxLength: longestPrompt },
    // The page's footnote: not on V1.
    aspectRatios: model === 'kling-v1' ? ratios : [...ratios, '21:9', ...(auto ? ['auto'] : [])],
    most: mostPictures,
    series: series ? { most: mostPictures, auto: series.auto } : false,
  }
}

/** A price in image units, list unless the model has left the price page. */
export function imagePrice(state: OfferState, rates: PriceRule['rates']): PriceRule {
  return {
    unit: 'unit',
    // $0.0035, list price without pack discount.
    unitUsd: 3_500,
    per: 'image',
    rates,
    ...(state === 'current'
      ? { basis: 'list', source: 'kling.ai/document-api/pricing/base/image', asOf: '2026-10-04' }
      : {
          basis: 'derived',
          source: 'kling.ai/document-api/pricing/base/image, an older copy',
          asOf: '2026-08-13',
        }),
  }
}

// Live 2026-09: a kling-v3 image came after 24 s. The others are estimates.
const expectedMs: { readonly [mode in Mode]: number } = { std: 24_000, pro: 36_000, '4k': 72_000 }

/** What all rows of one model and mode have in common, whatever the kind. */
export const imageRow = <K extends Kind>(
  kind: K,
  { model, state, route }: ImageRow,
  mode: Mode,
): Omit<Offer<'text-to-image'>, 'kind' | 'limits' | 'price'> & { readonly kind: K } => ({
  provider: 'kling' as const,
  kind,
  model,
  mode,
  state,
  route,
  nativeModel: model,
  timing: { expectedMs: expectedMs[mode], pollFloorMs, readSpacingMs, tasksPerRead },
  source: 'kling.ai/document-api/api/image',
  asOf: '2026-10-04',
})

/** The models that make pictures from words, in each of their modes. */
export const rows: readonly Offer<'text-to-image'>[] = imageModels
  .filter(({ fromWords }) => fromWords)
  .flatMap((row) =>
    row.modes.map((mode) => ({
      ...imageRow('text-to-image', row, mode),
      limits: imageLimitsOf(row, row.autoFromWords === true),
      price: imagePrice(row.state, { any: (mode === '4k' ? row.units4k : undefined) ?? row.units }),
    })),
  )
