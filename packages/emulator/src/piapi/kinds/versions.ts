export type Mode = 'std' | 'pro'

/** Millionths of a US dollar per second of output. */
interface Rate {
  readonly silent: number
  readonly audio?: number
}

export interface VersionRow {
  /** Value of `model` that it comes with. */
  readonly model: 'kling' | 'kling-turbo'
  /** `unverified`: named in older pages or by clients, on no price list of 2026. */
  readonly state: 'current' | 'unverified'
  readonly modes: readonly Mode[]
  readonly seconds: readonly number[]
  readonly rates: Readonly<Partial<Record<Mode, Rate>>>
  /** `enable_audio`. */
  readonly audio?: true
  /** Size by `resolution` instead of `mode`. */
  readonly sized?: true
  /** How many `images` it takes as references. */
  readonly images?: number
  /** How many `videos` and `audio_urls`; beside a video, per second of input and output, the input counted at least as long. */
  readonly videos?: number
  readonly sounds?: number
  readonly withVideo?: Readonly<Partial<Record<Mode, number>>>
  /** Kling 4.0: `duration` is required, and `config.service_mode` has to be `public`; always with sound. */
  readonly newest?: true
  /** `multi_shots` and `prefer_multi_shots`. */
  readonly shots?: true
  /** `elements`. */
  readonly elements?: true
  /** Where the clip's URL will be: in `works` and `video_url`, in `video`, or wherever the switch says. */
  readonly output: 'works' | 'video' | 'turbo'
}

const stdPro: readonly Mode[] = ['std', 'pro']
const fiveOrTen = [5, 10]
const threeToFifteen = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]

/** Classic rows differ in price only. Prices are quoted per 5 s; 10 s counts twice, known for turbo alone. */
const classic = (
  std: number,
  pro: number,
  over: Partial<VersionRow> = {},
  audioFactor?: number,
): VersionRow => {
  const rate = (perFive: number): Rate => ({
    silent: perFive / 5,
    ...(audioFactor === undefined ? {} : { audio: (perFive / 5) * audioFactor }),
  })
  return {
    model: 'kling',
    state: 'current',
    modes: stdPro,
    seconds: fiveOrTen,
    rates: { std: rate(std), pro: rate(pro) },
    output: 'works',
    ...over,
  }
}

const unverified = { state: 'unverified' } as const

/**
 * Prices: the vendor's pricing block and per-model pages, crawled in 2026, and for 3.0 its documentation table.
 * No price was found for 1.0, 1.5, 2.0 and 2.1: they are charged like 1.6 here, 2.0 like the other master.
 * Audio on 2.6 is charged double, as the upper end of the quoted range (0.66 per 5 s) suggests.
 */
export const versions: Readonly<Record<string, VersionRow>> = {
  '1.0': classic(260_000, 460_000, unverified),
  '1.5': classic(260_000, 460_000, unverified),
  '1.6': classic(260_000, 460_000, { elements: true }),
  '2.0': classic(960_000, 960_000, unverified),
  '2.1': classic(260_000, 460_000, unverified),
  '2.1-master': classic(960_000, 960_000),
  '2.5': classic(200_000, 330_000),
  '2.6': classic(200_000, 330_000, { audio: true }, 2),
  '3.0': {
    model: 'kling',
    state: 'current',
    modes: stdPro,
    seconds: threeToFifteen,
    rates: { std: { silent: 100_000, audio: 150_000 }, pro: { silent: 150_000, audio: 200_000 } },
    audio: true,
    shots: true,
    output: 'video',
  },
  // The only mode in the documented sample (2025-12) is pro.
  '2.5-turbo': classic(280_000, 280_000, { model: 'kling-turbo', modes: ['pro'], output: 'turbo' }),
}

const omni = (over: Pick<VersionRow, 'seconds' | 'rates'> & Partial<VersionRow>): VersionRow => ({
  model: 'kling',
  state: 'current',
  modes: stdPro,
  sized: true,
  images: 7,
  output: 'video',
  ...over,
})
const upTo = (longest: number): readonly number[] => Array.from({ length: longest - 2 }, (_, at) => at + 3)

/** Product page, API reference and a quickstart with a real run, 2026-11. That `pro` is 1080p is by analogy. */
const kling4: VersionRow = {
  model: 'kling',
  state: 'current',
  modes: stdPro,
  seconds: upTo(30),
  rates: { std: { silent: 166_700 }, pro: { silent: 250_000 } },
  newest: true,
  output: 'video',
}
const flash: VersionRow = {
  ...kling4,
  modes: ['std'],
  seconds: upTo(20),
  rates: { std: { silent: 100_000 } },
}
export type Versions = Readonly<Record<string, VersionRow>>

export const newestVersions: Versions = { '4.0': kling4, '4.0-flash': flash }

const newestOmni = { sized: true, images: 10, videos: 5 } as const

export const omniVersions: Versions = {
  // Listed per clip of 5 s and of 10 s (2026), twice as much.
  o1: omni({ seconds: fiveOrTen, rates: { std: { silent: 78_000 }, pro: { silent: 104_000 } } }),
  '3.0': omni({
    seconds: threeToFifteen,
    rates: { std: { silent: 100_000, audio: 150_000 }, pro: { silent: 150_000, audio: 200_000 } },
    audio: true,
    shots: true,
  }),
  // API reference, 2026-11: sounds and pictures add nothing, and flash takes no sound.
  '4.0': { ...kling4, ...newestOmni, sounds: 3, withVideo: { std: 100_000, pro: 150_000 } },
  '4.0-flash': { ...flash, ...newestOmni, withVideo: { std: 66_700 } },
}

/** Millionths of a US dollar for one clip. */
export function priceOf(
  row: VersionRow,
  job: { readonly mode: Mode; readonly seconds: number; readonly audio: boolean; readonly input?: number },
): number {
  const { withVideo } = row
  if (withVideo && job.input !== undefined)
    return (withVideo[job.mode] ?? 0) * (job.seconds + Math.max(job.input, job.seconds))
  const rate = row.rates[job.mode] ?? { silent: 0 }
  return ((job.audio ? rate.audio : undefined) ?? rate.silent) * job.seconds
}
