import type {
  KlingModel,
  MediaRule,
  Mode,
  Offer,
  OfferState,
  PriceRule,
  Rate,
  ShotLimits,
  VideoKind,
  VideoLimits,
} from '@reelay/core/adapter'

/** Dollars, by whether the clip has sound; a missing one is not known. */
type Price = { readonly [sound in 'silent' | 'audio']?: Rate }

interface Row {
  readonly model: KlingModel
  /** PiAPI's `model` and `version`. */
  readonly native: string
  /** `current` when absent. */
  readonly state?: OfferState
  /** From text only, under the task type of the omni models. */
  readonly omni?: boolean
  /** Kling 4.0: task types of its own, sound always, sold in the public mode only. */
  readonly newest?: true
  /** Rows of the model that are in doubt although the model is sold. */
  readonly doubted?: (kind: VideoKind, mode: Mode) => boolean
  readonly sound?: boolean
  readonly durations?: readonly number[]
  readonly per?: PriceRule['per']
  readonly basis?: NonNullable<PriceRule['basis']>
  /** ISO date of the price. */
  readonly asOf?: string
  /** The page it stands on; the price list when absent. */
  readonly page?: string
  readonly modes: { readonly [mode in 'std' | 'pro']?: Price }
}

const upTo = (longest: number): readonly number[] => Array.from({ length: longest - 2 }, (_, at) => at + 3)
const threeToFifteen = upTo(15)

// Listed per clip of 5 s. That 10 s cost twice as much is confirmed for kling-turbo only, hence `derived` elsewhere.
const per5s = (silent: number): Price => ({ silent: silent / 5 })
// The list gives 2.6 a range up to $0.66 without saying for what; sound lies between the silent price and its end.
const upTo66 = (silent: number): Price => ({ ...per5s(silent), audio: [silent / 5, 0.66 / 5] })

/**
 * PiAPI's versions by official model name. Unverified are those that the price list of 2026 does not name. What
 * `version` stands for when absent is not documented, so it is always sent.
 */
const versions: readonly Row[] = [
  { model: 'kling-v1', native: 'kling 1.0', state: 'unverified', modes: { std: {}, pro: {} } },
  {
    model: 'kling-v1-5',
    native: 'kling 1.5',
    state: 'unverified',
    modes: { std: {}, pro: {} },
  },
  {
    model: 'kling-v1-6',
    native: 'kling 1.6',
    basis: 'derived',
    modes: { std: per5s(0.26), pro: per5s(0.46) },
  },
  { model: 'kling-v2-master', native: 'kling 2.0', state: 'unverified', modes: { std: {}, pro: {} } },
  {
    model: 'kling-v2-1',
    native: 'kling 2.1',
    state: 'unverified',
    modes: { std: {}, pro: {} },
  },
  { model: 'kling-v2-1-master', native: 'kling 2.1-master', basis: 'derived', modes: { pro: per5s(0.96) } },
  {
    model: 'kling-v2-5',
    native: 'kling 2.5',
    basis: 'derived',
    modes: { std: per5s(0.2), pro: per5s(0.33) },
  },
  {
    model: 'kling-v2-5-turbo',
    native: 'kling-turbo 2.5-turbo',
    page: 'piapi.ai/docs/kling-api/kling-turbo-api',
    // The page of 2025-12 says `image_url`, a reference of the same page (2026-08) `start_image_url`.
    doubted: (kind) => kind === 'image-to-video',
    // The docs sample of 2025-12-24 is `pro`, and its 2,800,000 points are the listed price.
    modes: { pro: per5s(0.28) },
  },
  {
    model: 'kling-v2-6',
    native: 'kling 2.6',
    sound: true,
    basis: 'derived',
    modes: { std: upTo66(0.2), pro: upTo66(0.33) },
  },
  {
    model: 'kling-v3',
    native: 'kling 3.0',
    page: 'piapi.ai/docs/kling-api/kling-3-api',
    sound: true,
    durations: threeToFifteen,
    modes: { std: { silent: 0.1, audio: 0.15 }, pro: { silent: 0.15, audio: 0.2 } },
  },
  {
    model: 'kling-video-o1',
    native: 'kling o1',
    page: 'piapi.ai/ar/kling-o1',
    omni: true,
    // Both lengths are listed: 0.39 and 0.78 at 720p, 0.52 and 1.04 at 1080p (2026).
    modes: { std: per5s(0.39), pro: per5s(0.52) },
  },
  {
    model: 'kling-v3-omni',
    native: 'kling 3.0',
    page: 'piapi.ai/ja/kling-3-omni',
    omni: true,
    sound: true,
    durations: threeToFifteen,
    // The API reference that names 4.0, hence of 2026-10 or later; the docs table of 2026-02 is the old price.
    asOf: '2026-10-01',
    modes: { std: { silent: 0.1, audio: 0.15 }, pro: { silent: 0.15, audio: 0.2 } },
  },
  {
    model: 'kling-v4',
    native: 'kling 4.0',
    page: 'piapi.ai/hi/kling-4',
    newest: true,
    durations: upTo(30),
    asOf: '2026-11-01',
    // That `pro` means 1080p here too is by analogy.
    doubted: (_kind, mode) => mode === 'pro',
    modes: { std: { audio: 0.1667 }, pro: { audio: 0.25 } },
  },
  {
    model: 'kling-v4-flash',
    native: 'kling 4.0-flash',
    page: 'piapi.ai/hi/kling-4',
    newest: true,
    durations: upTo(20),
    asOf: '2026-11-01',
    modes: { std: { audio: 0.1 } },
  },
]

/** Image inputs (create-task page): fetched by PiAPI, or brought to its upload host first. Types are Kling's own. */
export const images: MediaRule = {
  forms: ['url', 'upload'],
  mediaTypes: ['image/jpeg', 'image/png'],
  maxBytes: 10 * 1024 * 1024,
  // "More than 300 px".
  minSide: 301,
}

const text = { maxLength: 2_500 }

/** Create-task page (2026); that their prompts count together is a client's remark (2026). */
export const shots: ShotLimits = {
  most: 6,
  seconds: [1, 14],
  longestTogether: 2_500,
  options: ['multi_shots', 'prefer_multi_shots'],
}

/** No limits per version are documented: what `video_generation` takes, every version of `kling` is offered. */
function limitsOf(
  { native, omni, newest, sound, durations = [5, 10] }: Row,
  fromImage: boolean,
): VideoLimits {
  const classic = !omni && !newest && !native.startsWith('kling-turbo')
  return {
    durations,
    prompt: { required: !fromImage || newest === true, ...text },
    negativePrompt: omni || newest ? false : text,
    // Old pages refuse it beside an image, newer ones are silent: the picture decides.
    aspectRatios: fromImage ? false : ['16:9', '9:16', '1:1', ...(newest ? ['21:9'] : [])],
    cfgScale: classic,
    audio: newest ? 'always' : sound ? 'optional' : 'never',
    // Beside an image old pages refuse it.
    cameraControl: classic && !fromImage ? { types: ['simple'], durations } : false,
    ...(native.endsWith(' 3.0') && { shots }),
    images: fromImage ? images : false,
    endImage: (classic || newest) && fromImage ? { alone: false } : false,
  }
}

// The list was crawled in 2026 after February, the day is unknown: this is the earliest possible.
export const crawled = '2026-03-01'
// The copy of the list that was read; its prices are in dollars in every language.
export const priceList = 'piapi.ai/zh-CN/kling-api'
export const docs = 'piapi.ai/docs/kling-api/create-task'

function routeOf(omni: boolean, newest: boolean | undefined, fromImage: boolean): string {
  if (omni) return 'omni_video_generation'
  return newest ? (fromImage ? 'image_to_video' : 'text_to_video') : 'video_generation'
}

function offersOf(row: Row, priced: boolean): readonly Offer<VideoKind>[] {
  const { omni = false, newest, state = 'current', per = 'second', basis = 'list', asOf = crawled } = row
  const { page = priceList } = row
  return ([false, true] as const).slice(0, omni ? 1 : 2).flatMap((fromImage) =>
    (Object.entries(row.modes) as ['std' | 'pro', Price][]).map(([mode, price]) => ({
      provider: 'piapi',
      kind: fromImage ? 'image-to-video' : 'text-to-video',
      model: row.model,
      mode,
      state: row.doubted?.(fromImage ? 'image-to-video' : 'text-to-video', mode) ? 'unverified' : state,
      route: routeOf(omni, newest, fromImage),
      nativeModel: row.native,
      limits: limitsOf(row, fromImage),
      price: { unit: 'usd', unitUsd: 1_000_000, per, basis, rates: priced ? price : {}, source: page, asOf },
      // Client remarks: std 1 to 3 minutes, omni 2 to 5. The vendor's clients ask every 1 to 30 s.
      // 60 requests a minute is the middle plan's limit by the one, weak source there is. No list is documented.
      timing: {
        expectedMs: omni ? 210_000 : mode === 'std' ? 120_000 : 180_000,
        pollFloorMs: 5_000,
        readSpacingMs: 1_000,
        tasksPerRead: 1,
      },
      source: row.page ?? docs,
      asOf,
    })),
  )
}

/**
 * Every model and mode of text to video and image to video on PiAPI, with limits and pay-as-you-go prices.
 *
 * @param priced Whether those prices hold: a hosted Kling account is paid per seat, and cannot make Kling 4.0.
 */
export const rowsFor = (priced: boolean): readonly Offer<VideoKind>[] =>
  versions.filter(({ newest }) => priced || !newest).flatMap((row) => offersOf(row, priced))
