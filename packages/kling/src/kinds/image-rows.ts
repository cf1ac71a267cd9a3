import {
  type ImageInputLimits,
  type ImageLimits,
  type KlingModel,
  type Mode,
  noReferences,
  type Offer,
  type OfferState,
  type PriceRule,
  type ReferenceLimits,
} from '@reelay/core/adapter'
import { pollFloorMs, readSpacingMs, tasksPerRead } from './pace.ts'
import { images } from './video-rows.ts'

type ImageKind = 'text-to-image' | 'image-to-image'

/** An image model of V1; several share their names with video models. */
interface ImageRow {
  readonly model: KlingModel
  readonly state: OfferState
  /** `generations` takes words and a negative prompt, `omni-image` refers to pictures by their number. */
  readonly route: 'generations' | 'omni-image'
  readonly modes: readonly Mode[]
  /** Whether the model may be left to choose the shape of what words alone describe. */
  readonly autoFromWords?: boolean
  /** The same of pictures from pictures, where it has fewer. */
  readonly modesFromImages?: readonly Mode[]
  /** Image units of one picture, by what it is made from; 1k and 2k cost the same. Absent where it is not made from that. */
  readonly units: { readonly words?: number; readonly image: number; readonly subjects?: number }
  readonly units4k?: number
  /** Whether it can be told what of a picture to keep: kling-v2-1 by the page of 2026-09, v1-5 by that of 2026-02. */
  readonly likeness?: true
  readonly series?: { readonly auto: boolean }
}

/**
 * The image models. Source: the image pages of the documentation (2026-09-20), the capability map (2026-05-19) for 2k, 4k
 * and series, the price page (2026-09-20, checked again until 2026-10-04). Models before 2.1 have left all of them.
 */
const imageModels: readonly ImageRow[] = [
  {
    model: 'kling-v1',
    state: 'unverified',
    route: 'generations',
    modes: ['std'],
    units: { words: 1, image: 1 },
  },
  {
    model: 'kling-v1-5',
    state: 'unverified',
    route: 'generations',
    modes: ['std'],
    units: { words: 4, image: 8 },
    likeness: true,
  },
  {
    model: 'kling-v2',
    state: 'unverified',
    route: 'generations',
    modes: ['std', 'pro'],
    modesFromImages: ['std'],
    units: { words: 4, image: 8, subjects: 16 },
  },
  {
    // Restyles a picture.
    model: 'kling-v2-new',
    state: 'unverified',
    route: 'generations',
    modes: ['std'],
    units: { image: 8 },
  },
  {
    model: 'kling-v2-1',
    state: 'current',
    route: 'generations',
    modes: ['std', 'pro'],
    units: { words: 4, image: 8, subjects: 16 },
    likeness: true,
  },
  {
    model: 'kling-v3',
    state: 'current',
    route: 'generations',
    modes: ['std', 'pro'],
    units: { words: 8, image: 8 },
  },
  {
    model: 'kling-image-o1',
    state: 'current',
    route: 'omni-image',
    modes: ['std', 'pro'],
    units: { words: 8, image: 8 },
    autoFromWords: true,
    series: { auto: false },
  },
  {
    model: 'kling-v3-omni',
    state: 'current',
    route: 'omni-image',
    modes: ['std', 'pro', '4k'],
    units: { words: 8, image: 8 },
    units4k: 16,
    // Since 2026-04-27.
    series: { auto: true },
  },
]

/** Most pictures of one task, and of one series. */
const mostPictures = 9
const ratios: readonly string[] = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3']
const longestPrompt = 2_500

// Pictures count among them (image pages, 2026-09-20).
const mostInputs = 10

/** Elements of pictures, by the ids that Kling gave them; only omni-image numbers what its prompt speaks of. */
function referencesOf({ route, state }: ImageRow, kind: ImageKind): ReferenceLimits {
  const elements = { most: mostInputs, by: ['id'] as const }
  if (route === 'omni-image') {
    return {
      ...noReferences,
      images: kind === 'image-to-image' ? mostInputs : 0,
      elements,
      most: mostInputs,
      notation: { image: '<<<image_#>>>', element: '<<<element_#>>>', video: '<<<video_#>>>' },
    }
  }
  // The page of 2026-09 has them; those of older models are not known to.
  return state === 'current' ? { ...noReferences, elements, most: mostInputs } : noReferences
}

/** What a row says whatever goes in. */
function imageLimitsOf(row: ImageRow, kind: ImageKind): ImageLimits {
  const { model, route, series, autoFromWords } = row
  const auto = route === 'omni-image' && (kind === 'image-to-image' || autoFromWords === true)
  return {
    prompt: { required: true, maxLength: longestPrompt },
    // None beside a picture.
    negativePrompt: route === 'generations' && kind === 'text-to-image' && { maxLength: longestPrompt },
    // The page's footnote: not on V1.
    aspectRatios: model === 'kling-v1' ? ratios : [...ratios, '21:9', ...(auto ? ['auto'] : [])],
    most: mostPictures,
    series: series ? { most: mostPictures, auto: series.auto } : false,
    images: kind === 'image-to-image' && images,
    references: referencesOf(row, kind),
  }
}

/** Subjects and expansion know no resolution, and so are sold where a request need not name one. */
const inputLimitsOf = (row: ImageRow, mode: Mode): ImageInputLimits => ({
  ...imageLimitsOf(row, 'image-to-image'),
  images,
  reference: row.likeness ? ['subject', 'face'] : [],
  subjects: mode === 'std' && row.units.subjects !== undefined && 4,
  // The capability map (2026-05-19) has it for all model versions, and the call names none.
  expand: mode === 'std' && row.state === 'current' && { side: 2, area: 3 },
})

/** A price in image units, list unless the model has left the price page. */
function imagePrice(state: OfferState, rates: PriceRule['rates']): PriceRule {
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
const imageRow = <K extends ImageKind>(
  kind: K,
  { model, state, route }: ImageRow,
  mode: Mode,
): Omit<Offer<ImageKind>, 'kind' | 'limits' | 'price'> & { readonly kind: K } => ({
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
export const wordsRows: readonly Offer<'text-to-image'>[] = imageModels.flatMap((row) => {
  const { words } = row.units
  return words === undefined
    ? []
    : row.modes.map((mode) => ({
        ...imageRow('text-to-image', row, mode),
        limits: imageLimitsOf(row, 'text-to-image'),
        price: imagePrice(row.state, { any: (mode === '4k' ? row.units4k : undefined) ?? words }),
      }))
})

// One price for all models (price page, 2026-09-20).
const expandUnits = 8

/** The models that make pictures from pictures, in each of their modes. */
export const imagesRows: readonly Offer<'image-to-image'>[] = imageModels.flatMap((row) =>
  (row.modesFromImages ?? row.modes).map((mode) => {
    const limits = inputLimitsOf(row, mode)
    const { image, subjects } = row.units
    return {
      ...imageRow('image-to-image', row, mode),
      limits,
      price: imagePrice(row.state, {
        image: (mode === '4k' ? row.units4k : undefined) ?? image,
        ...(limits.subjects && subjects !== undefined && { subjects }),
        ...(limits.expand && { expand: expandUnits }),
      }),
    }
  }),
)
