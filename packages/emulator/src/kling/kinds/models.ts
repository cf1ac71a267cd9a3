export type Mode = 'std' | 'pro' | '4k'

/**
 * `unverified`: no longer on the vendor's pages. `ending`: its end was announced as well, for 2026-09-15. `discontinued`:
 * refused with a message of its own, as live in 2026-09.
 */
export type ModelState = 'current' | 'unverified' | 'ending' | 'discontinued'

/** A mode and a length: `pro5` is pro, 5 seconds. `all` stands for every pair the model has. */
export type Cells = readonly string[] | 'all'

/** Thousandths of a video unit per second of output. */
interface Rate {
  readonly silent: number
  readonly sound?: number
  /** With `voice_list`. */
  readonly voice?: number
}

export interface ModelRow {
  readonly state: ModelState
  /** Create paths that take it. */
  readonly ops: readonly string[]
  /** Absent: the model takes no `mode` and is billed as pro. */
  readonly modes?: readonly Mode[]
  readonly seconds: readonly number[]
  readonly rates: Readonly<Partial<Record<Mode, Rate>>>
  /** `image` with `image_tail`. */
  readonly startAndEnd?: Cells
  /** `image_tail` alone. */
  readonly endOnly?: Cells
  readonly endFrameSilent?: true
  /** Modes that generate sound. */
  readonly sound?: readonly Mode[]
  /** Modes that take `voice_list`, on image2video: the capability map (2026-05-19) has it on kling-v2-6 pro alone. */
  readonly voices?: readonly Mode[] | 'unverified'
  readonly cfgScale?: true | 'unverified'
  readonly camera?: { readonly op: string; readonly cells: Cells; readonly types?: readonly string[] }
  readonly masks?: Cells
  readonly multiShot?: true
  /** How many elements image2video takes. */
  readonly elements?: number
}

const both: readonly string[] = ['text2video', 'image2video']
const fiveOrTen = [5, 10]
const threeToFifteen = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
const proFrames: Cells = ['pro5', 'pro10']
const rates21 = { std: { silent: 400 }, pro: { silent: 700 } }

/**
 * The V1 video matrix and prices: the vendor's capability map and price page, transcribed 2026-08-13 and
 * checked again until 2026-11 by independent projects. `kling-v1` has answered "discontinued" since 2026-09. Prices of
 * the models before 2.5 Turbo are those of an older list: the page of 2026-09-20 has no row for them.
 */
export const models: Readonly<Record<string, ModelRow>> = {
  'kling-v1': {
    state: 'discontinued',
    ops: both,
    modes: ['std', 'pro'],
    seconds: fiveOrTen,
    rates: { std: { silent: 200 }, pro: { silent: 700 } },
    startAndEnd: ['std5', 'pro5'],
    cfgScale: true,
    camera: { op: 'text2video', cells: ['std5'] },
    masks: ['std5', 'pro5'],
  },
  'kling-v1-5': {
    state: 'ending',
    ops: ['image2video'],
    modes: ['std', 'pro'],
    seconds: fiveOrTen,
    rates: rates21,
    startAndEnd: proFrames,
    endOnly: proFrames,
    cfgScale: true,
    camera: { op: 'image2video', cells: ['pro5'], types: ['simple'] },
    masks: ['pro5'],
  },
  'kling-v1-6': {
    state: 'ending',
    ops: both,
    modes: ['std', 'pro'],
    seconds: fiveOrTen,
    rates: rates21,
    startAndEnd: proFrames,
    endOnly: proFrames,
    cfgScale: true,
  },
  'kling-v2-master': { state: 'unverified', ops: both, seconds: fiveOrTen, rates: { pro: { silent: 2000 } } },
  'kling-v2-1': {
    state: 'ending',
    ops: ['image2video'],
    modes: ['std', 'pro'],
    seconds: fiveOrTen,
    rates: rates21,
    startAndEnd: proFrames,
  },
  'kling-v2-1-master': {
    state: 'ending',
    ops: both,
    seconds: fiveOrTen,
    rates: { pro: { silent: 2000 } },
  },
  'kling-v2-5-turbo': {
    state: 'current',
    ops: both,
    modes: ['std', 'pro'],
    seconds: fiveOrTen,
    rates: { std: { silent: 300 }, pro: { silent: 500 } },
    startAndEnd: proFrames,
  },
  'kling-v2-6': {
    state: 'current',
    ops: both,
    modes: ['std', 'pro'],
    seconds: fiveOrTen,
    rates: { std: { silent: 300 }, pro: { silent: 500, sound: 1000, voice: 1200 } },
    startAndEnd: proFrames,
    endFrameSilent: true,
    sound: ['pro'],
    voices: ['pro'],
  },
  'kling-v3': {
    state: 'current',
    ops: both,
    modes: ['std', 'pro', '4k'],
    seconds: threeToFifteen,
    rates: {
      std: { silent: 600, sound: 900 },
      pro: { silent: 800, sound: 1200 },
      '4k': { silent: 3000, sound: 3000 },
    },
    startAndEnd: 'all',
    sound: ['std', 'pro', '4k'],
    voices: 'unverified',
    cfgScale: 'unverified',
    multiShot: true,
    elements: 3,
  },
}

/** Thousandths of a unit for one clip. */
export function priceOf(
  row: ModelRow,
  job: { readonly mode: Mode; readonly seconds: number; readonly sound: boolean; readonly voices: boolean },
): number {
  const rate = row.rates[job.mode] ?? { silent: 0 }
  const sounding = (job.voices ? rate.voice : undefined) ?? rate.sound ?? rate.silent
  return (job.sound ? sounding : rate.silent) * job.seconds
}

export const inCells = (cells: Cells | undefined, mode: Mode, seconds: number): boolean =>
  cells === 'all' || (cells?.includes(`${mode}${seconds}`) ?? false)
