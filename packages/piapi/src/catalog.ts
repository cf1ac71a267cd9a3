import type { Catalog, KlingModel, Limits, MediaRule, Offer, OfferState, PriceRule, Rate } from '@reelay/core'

/** Dollars, by whether the clip has sound; a missing one is not known. */
interface Price {
  readonly silent?: Rate
  readonly audio?: Rate
}

interface Row {
  readonly model: KlingModel
  /** PiAPI's `model` and `version`. */
  readonly native: string
  /** `current` when absent. */
  readonly state?: OfferState
  /** From text only, under the task type of the omni models. */
  readonly omni?: boolean
  readonly sound?: boolean
  readonly durations?: readonly number[]
  readonly per?: PriceRule['per']
  readonly basis?: NonNullable<PriceRule['basis']>
  readonly modes: { readonly [mode in 'std' | 'pro']?: Price }
}

const threeToFifteen: readonly number[] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]

// Listed per clip of 5 s. That 10 s cost twice as much is confirmed for kling-turbo only, hence `derived` elsewhere.
const per5s = (silent: number): Price => ({ silent: silent / 5 })
// The list gives 2.6 a range up to $0.66 without saying for what; sound lies between the silent price and its end.
const upTo66 = (silent: number): Price => ({ ...per5s(silent), audio: [silent / 5, 0.66 / 5] })

/**
 * PiAPI's versions by official model name. Unverified are those that the price list of 2026 does not name. What
 * `version` stands for when absent is not documented, so it is always sent.
 */
const rows: readonly Row[] = [
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
  // The docs sample of 2025-12-24 is `pro`, and its 2,800,000 points are the listed price.
  { model: 'kling-v2-5-turbo', native: 'kling-turbo 2.5-turbo', modes: { pro: per5s(0.28) } },
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
    sound: true,
    durations: threeToFifteen,
    modes: { std: { silent: 0.1, audio: 0.15 }, pro: { silent: 0.15, audio: 0.2 } },
  },
  {
    model: 'kling-video-o1',
    native: 'kling o1',
    omni: true,
    per: 'clip',
    // 5 s at 720p to 10 s at 1080p; the steps between are not listed.
    modes: { std: { silent: [0.39, 1.04] }, pro: { silent: [0.39, 1.04] } },
  },
  {
    model: 'kling-v3-omni',
    native: 'kling 3.0',
    omni: true,
    sound: true,
    durations: threeToFifteen,
    // The docs table of 2026-02 is the upper end; the later price list says 0.10 to 0.15.
    modes: {
      std: { silent: [0.1, 0.15], audio: [0.1, 0.2] },
      pro: { silent: [0.1, 0.2], audio: [0.1, 0.3] },
    },
  },
]

/** Image inputs (create-task page): fetched by PiAPI, or brought to its upload host first. Types are Kling's own. */
const images: MediaRule = {
  forms: ['url', 'upload'],
  mediaTypes: ['image/jpeg', 'image/png'],
  maxBytes: 10 * 1024 * 1024,
  // "More than 300 px".
  minSide: 301,
}

const text = { maxLength: 2_500 }

/** No limits per version are documented: what `video_generation` takes, every version of `kling` is offered. */
function limitsOf({ native, omni, sound, durations = [5, 10] }: Row, fromImage: boolean): Limits {
  const classic = !omni && !native.startsWith('kling-turbo')
  return {
    durations,
    prompt: { required: !fromImage, ...text },
    negativePrompt: omni ? false : text,
    // Old pages refuse it beside an image, newer ones are silent: the picture decides.
    aspectRatios: fromImage ? false : ['16:9', '9:16', '1:1'],
    cfgScale: classic,
    audio: sound ? 'optional' : 'never',
    // Beside an image old pages refuse it.
    cameraControl: classic && !fromImage ? { types: ['simple'], durations } : false,
    images: fromImage ? images : false,
    endImage: classic && fromImage ? { alone: false } : false,
  }
}

// The list was crawled in 2026 after February, the day is unknown: this is the earliest possible.
const asOf = '2026-03-01'
const source = 'piapi.ai/kling-api price list and piapi.ai/docs/kling-api'

function offersOf(row: Row, priced: boolean): readonly Offer[] {
  const { omni = false, state = 'current', per = 'second', basis = 'list' } = row
  return ([false, true] as const).slice(0, omni ? 1 : 2).flatMap((fromImage) =>
    Object.entries(row.modes).map(([mode, price]) => ({
      provider: 'piapi',
      kind: fromImage ? 'image-to-video' : 'text-to-video',
      model: row.model,
      mode: mode as 'std' | 'pro',
      state,
      route: omni ? 'omni_video_generation' : 'video_generation',
      nativeModel: row.native,
      limits: limitsOf(row, fromImage),
      price: { unit: 'usd', unitUsd: 1_000_000, per, basis, ...(priced ? price : {}), source, asOf },
      // Client remarks: std 1 to 3 minutes, omni 2 to 5. The vendor's clients ask every 1 to 30 s.
      // 60 requests a minute is the middle plan's limit by the one, weak source there is. No list is documented.
      timing: {
        expectedMs: omni ? 210_000 : mode === 'std' ? 120_000 : 180_000,
        pollFloorMs: 5_000,
        readSpacingMs: 1_000,
        tasksPerRead: 1,
      },
      source,
      asOf,
    })),
  )
}

/**
 * Every model and mode of text to video and image to video on PiAPI, with limits and pay-as-you-go prices.
 *
 * @param priced Whether those prices hold: a hosted Kling account is paid per seat.
 */
export function catalogOf(priced: boolean): Catalog {
  return { defaultModel: 'kling-v3', offers: rows.flatMap((row) => offersOf(row, priced)) }
}
