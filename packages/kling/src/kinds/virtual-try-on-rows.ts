import type { KlingModel, MediaRule, Offer, PriceRule, TryOnLimits } from '@reelay/core/adapter'
import { solutionsPerRead } from '../dialects/solutions.ts'
import { pollFloorMs, readSpacingMs, tasksPerRead } from './pace.ts'
import { images } from './video-rows.ts'

/** URLs only; the longest side of 2048 px cannot be seen in a URL (virtual-try-on page, 2026-09-15). */
const solutionImages: MediaRule = {
  forms: ['url'],
  mediaTypes: ['image/jpeg', 'image/png', 'image/webp'],
  maxBytes: 10 * 1024 * 1024,
  // "More than 300 px".
  minSide: 301,
  maxSide: 2_048,
}

const shared = { parts: false, most: 1 } as const

interface TryOnRow extends Pick<Offer<'virtual-try-on'>, 'state' | 'route' | 'source' | 'asOf'> {
  readonly model: KlingModel
  readonly limits: TryOnLimits
  readonly price: PriceRule
  readonly tasksPerRead: number
}

/**
 * V1's names have been run by the pipeline of 3.0 since 2026-09-15, and their page has left the index: what they cost
 * today is on no page either, the old list has one try-on unit.
 */
const old = {
  state: 'unverified',
  route: 'kolors-virtual-try-on',
  limits: { ...shared, images, keeps: false },
  price: {
    unit: 'unit',
    // A try-on unit, list price without pack discount.
    unitUsd: 70_000,
    per: 'image',
    rates: { any: 1 },
    basis: 'derived',
    source: 'an older copy of kling.ai/document-api/pricing/base/image; the page of 2026-09-20 has no try-on',
    asOf: '2026-08-13',
  },
  tasksPerRead,
  source: 'github.com/WHQ25/rawgenai@b3f9cef docs/research/kling/virtual-try-on.md',
  asOf: '2026-09-15',
} as const

const page = 'klingai.com/document-api/api/ecommerce-replication/virtual-try-on'

const models: readonly TryOnRow[] = [
  {
    model: 'kling-try-on-v3',
    state: 'current',
    route: 'virtual_try_on',
    limits: { ...shared, images: solutionImages, keeps: true },
    price: {
      unit: 'unit',
      // It draws on image packs.
      unitUsd: 3_500,
      per: 'image',
      rates: {},
      why: 'Kling prices its Solutions on pages of their own, which nobody has captured.',
      source: page,
      asOf: '2026-09-15',
    },
    tasksPerRead: solutionsPerRead,
    source: page,
    asOf: '2026-09-15',
  },
  { model: 'kolors-virtual-try-on-v1-5', ...old },
  { model: 'kolors-virtual-try-on-v1', ...old },
]

/**
 * Kling's try-on: the Solution of 3.0, and the two models of V1 that it took the place of. Only the Solution has no
 * model's name on the wire; `kling-try-on-v3` is ours.
 */
export const tryOnRows: readonly Offer<'virtual-try-on'>[] = models.map(
  ({ model, tasksPerRead, ...row }) => ({
    provider: 'kling',
    kind: 'virtual-try-on',
    model,
    mode: 'std',
    nativeModel: model,
    ...row,
    // An estimate: a picture of v3 took 24 s (recorded, 2026-09-20).
    timing: { expectedMs: 30_000, pollFloorMs, readSpacingMs, tasksPerRead },
  }),
)
