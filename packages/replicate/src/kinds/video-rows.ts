import type {
  KlingModel,
  MediaRule,
  Mode,
  Offer,
  OfferState,
  PriceRule,
  ShotLimits,
  VideoKind,
  VideoLimits,
} from '@reelay/core/adapter'
import { readSpacingMs, tasksPerRead } from './pace.ts'

/** What a model's mode adds to its model. */
interface ModeRow {
  /** Replicate's name of the model, without its owner. */
  readonly name: string
  /** US dollars per second of output. */
  readonly silent: number
  /** The same with sound; absent where clips are silent only. */
  readonly audio?: number
  readonly kinds?: readonly VideoKind[]
  /** Whether image-to-video takes an end image: beside a start image, or also alone. */
  readonly end?: 'beside' | 'alone'
}

/** A model of Replicate's owner `kwaivgi`, under its official name. */
export interface ModelRow {
  readonly model: KlingModel
  /** `current` when absent. */
  readonly state?: OfferState
  /** 5 and 10 s when absent. */
  readonly durations?: readonly number[]
  /** How the field `mode` spells `std`; absent where the model has no such field. */
  readonly std?: 'standard' | 'std'
  /** The field that takes `cfgScale`. */
  readonly scale?: 'cfg_scale' | 'guidance_scale'
  readonly negative?: false
  /** How many `reference_images` it takes. */
  readonly references?: number
  /** Whether it takes `multi_prompt`. */
  readonly shots?: true
  readonly modes: { readonly [mode in Mode]?: ModeRow }
  /** Its source, and that of the row, are of the model's page where they are functions of its name. */
  readonly price: Pick<PriceRule, 'asOf' | 'basis'> & { readonly source: Source }
  readonly source: Source
}

type Source = string | ((name: string) => string)

const both: readonly VideoKind[] = ['text-to-video', 'image-to-video']
const imageOnly: readonly VideoKind[] = ['image-to-video']
const fiveOrTen: readonly number[] = [5, 10]
const threeToFifteen: readonly number[] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]

// Its API page, 2025 and 2026.
export const page = (name: string): string => `replicate.com/kwaivgi/${name}`
const schema = 'schema dump, 2026'
// The page's schema and its billing data, which is no API.
export const schemaPage = (name: string): string => `replicate.com/kwaivgi/${name}/api/schema`

// Captured from the pages' own billing data: v2.1, v2.6, v3 and omni on 2026-10-05, o1 on 2026-06-04. Derived: v1.5 to
// v2.0 from code that cited the pages a year and a half ago, v2.5 from the credits of resellers, v2.1-master from a
// README. Where only a year is known, its first day stands for it.
const billing = (asOf: string): ModelRow['price'] => ({ asOf, source: schemaPage })
const derived = (asOf: string, source: string): ModelRow['price'] => ({ asOf, source, basis: 'derived' })
export const quoted: ModelRow['price'] = derived('2025-05-31', 'github.com/haydenbleasel/tersa')
export const captured: ModelRow['price'] = billing('2026-10-05')

/**
 * The models that make a clip from words or images. `cfgScale` on v1.5 "probably exists" and was not seen, so it is
 * not offered; v2.6 sold no `mode` field and is 1080p by most accounts, so it is `pro`.
 */
const models: readonly ModelRow[] = [
  {
    model: 'kling-v1-5',
    state: 'unverified',
    modes: {
      std: { name: 'kling-v1.5-standard', silent: 0.05, kinds: imageOnly },
      pro: { name: 'kling-v1.5-pro', silent: 0.095, kinds: imageOnly, end: 'alone' },
    },
    price: quoted,
    source: 'third-party code, 2026',
  },
  {
    model: 'kling-v1-6',
    scale: 'cfg_scale',
    references: 4,
    modes: {
      std: { name: 'kling-v1.6-standard', silent: 0.05 },
      pro: { name: 'kling-v1.6-pro', silent: 0.095, kinds: imageOnly, end: 'alone' },
    },
    price: quoted,
    source: page,
  },
  {
    model: 'kling-v2-master',
    scale: 'cfg_scale',
    modes: { pro: { name: 'kling-v2.0', silent: 0.28 } },
    price: quoted,
    source: page,
  },
  {
    model: 'kling-v2-1',
    std: 'standard',
    modes: {
      std: { name: 'kling-v2.1', silent: 0.05, kinds: imageOnly },
      pro: { name: 'kling-v2.1', silent: 0.09, kinds: imageOnly, end: 'beside' },
    },
    price: captured,
    source: schema,
  },
  {
    model: 'kling-v2-1-master',
    // One of its versions is shown as disabled.
    state: 'unverified',
    modes: { pro: { name: 'kling-v2.1-master', silent: 0.28 } },
    price: derived('2025-01-01', 'third-party code, 2025'),
    source: schema,
  },
  {
    model: 'kling-v2-5-turbo',
    scale: 'guidance_scale',
    modes: { pro: { name: 'kling-v2.5-turbo-pro', silent: 0.07, end: 'beside' } },
    price: derived('2026-01-01', 'muapi.ai, 2026'),
    source: page,
  },
  {
    model: 'kling-v2-6',
    modes: { pro: { name: 'kling-v2.6', silent: 0.07, audio: 0.14 } },
    price: captured,
    source: schemaPage,
  },
  {
    model: 'kling-v3',
    durations: threeToFifteen,
    std: 'standard',
    shots: true,
    modes: {
      std: { name: 'kling-v3-video', silent: 0.168, audio: 0.252, end: 'beside' },
      pro: { name: 'kling-v3-video', silent: 0.224, audio: 0.336, end: 'beside' },
      '4k': { name: 'kling-v3-video', silent: 0.42, audio: 0.42, end: 'beside' },
    },
    price: captured,
    source: page,
  },
  {
    model: 'kling-v3-omni',
    durations: threeToFifteen,
    std: 'standard',
    negative: false,
    references: 7,
    shots: true,
    modes: {
      std: { name: 'kling-v3-omni-video', silent: 0.168, audio: 0.224, end: 'beside' },
      pro: { name: 'kling-v3-omni-video', silent: 0.224, audio: 0.28, end: 'beside' },
      '4k': { name: 'kling-v3-omni-video', silent: 0.42, audio: 0.42, end: 'beside' },
    },
    price: captured,
    source: page,
  },
  {
    model: 'kling-video-o1',
    // 3 to 10 s only beside a reference video.
    std: 'std',
    negative: false,
    references: 7,
    modes: {
      std: { name: 'kling-o1', silent: 0.084, end: 'beside' },
      pro: { name: 'kling-o1', silent: 0.112, end: 'beside' },
    },
    price: billing('2026-06-04'),
    source: page,
  },
]

/** Stated for v3, taken for all. A data URI up to 256 KB (OpenAPI 1.0.0-a1), larger files over `POST /files`. */
export const images: MediaRule = {
  forms: ['url', 'data-uri', 'upload'],
  mediaTypes: ['image/jpeg', 'image/png'],
  maxBytes: 10_000_000,
  inlineMaxBytes: 256 * 1024,
  minSide: 300,
  maxRatio: 2.5,
}

// Stated for v3 and omni; Kling's own limit for the others too.
export const longestPrompt = 2_500

export const shots: ShotLimits = { most: 6, seconds: [1, 15], besidePrompt: true, options: ['multi_prompt'] }

function limitsOf(row: ModelRow, mode: ModeRow, kind: VideoKind): VideoLimits {
  const fromImage = kind === 'image-to-video'
  return {
    durations: row.durations ?? fiveOrTen,
    // Required on every card, beside an image too.
    prompt: { required: true, maxLength: longestPrompt },
    negativePrompt: row.negative ?? { maxLength: longestPrompt },
    aspectRatios: fromImage ? false : ['16:9', '9:16', '1:1'],
    cfgScale: row.scale !== undefined,
    audio: mode.audio === undefined ? 'never' : 'optional',
    cameraControl: false,
    // A list that does not add up is accepted and paid for by the minute of running, and then fails.
    ...(row.shots && { shots }),
    images: fromImage ? images : false,
    endImage: fromImage && mode.end !== undefined ? { alone: mode.end === 'alone' } : false,
  }
}

// Estimates: one recorded v2.6 run took 85 s. The documentation suggests a poll every 1 to 2 s.
export const expectedMs: { readonly [mode in Mode]: number } = { std: 90_000, pro: 120_000, '4k': 240_000 }

const sourceOf = (source: Source, { name }: ModeRow): string =>
  typeof source === 'string' ? source : source(name)

function offersOf(row: ModelRow): readonly Offer<VideoKind>[] {
  return (Object.entries(row.modes) as [Mode, ModeRow][]).flatMap(([mode, cell]) =>
    (cell.kinds ?? both).map((kind) => ({
      provider: 'replicate',
      kind,
      model: row.model,
      mode,
      state: row.state ?? 'current',
      route: 'predictions',
      nativeModel: `kwaivgi/${cell.name}`,
      limits: limitsOf(row, cell, kind),
      price: {
        unit: 'usd',
        unitUsd: 1_000_000,
        per: 'second',
        rates: { silent: cell.silent, ...(cell.audio !== undefined && { audio: cell.audio }) },
        ...row.price,
        source: sourceOf(row.price.source, cell),
      },
      timing: { expectedMs: expectedMs[mode], pollFloorMs: 2_000, readSpacingMs, tasksPerRead },
      source: sourceOf(row.source, cell),
      asOf: '2026-11-26',
    })),
  )
}

/** Every kind, model and mode, with limits and prices per second of output video. */
export const rows: readonly Offer<VideoKind>[] = models.flatMap(offersOf)

/** What a model takes. */
export const rowOf = (model: string): ModelRow | undefined => models.find((row) => row.model === model)
