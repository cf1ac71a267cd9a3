import type { Lasting } from '../engine/task.ts'
import type { KlingAccountOptions } from './account.ts'
import type { ModelState } from './kinds/models.ts'
import type { KlingRelayOptions } from './relay/options.ts'

/**
 * What a timing function gets to know of a task.
 *
 * @example
 * ```ts
 * import { createEmulator, type KlingTaskFacts } from '@reelay/emulator'
 *
 * const slowPro = (task: KlingTaskFacts): number => (task.mode === 'pro' ? 60_000 : 20_000)
 * createEmulator({ kling: { processingMs: slowPro } })
 * ```
 */
export interface KlingTaskFacts {
  readonly id: string
  /** The last part of its create path. */
  readonly op: 'text2video' | 'image2video' | (string & {})
  readonly model: string
  readonly mode: 'std' | 'pro' | '4k'
  /** Requested length, seconds; 0 where nothing is played. */
  readonly seconds: number
  readonly prompt: string
}

/**
 * What the emulated content policy objects to.
 *
 * @example
 * ```ts
 * import { createEmulator, type KlingContentFilter } from '@reelay/emulator'
 *
 * const filter: KlingContentFilter = { refuse: ['blood'], judge: (prompt) => (prompt.length > 999 ? 'fail' : 'pass') }
 * createEmulator({ kling: { contentFilter: filter } })
 * ```
 */
export interface KlingContentFilter {
  /** Words that are refused at creation (400, code 1301); `forbidden-sync` unless told. */
  readonly refuse?: readonly string[]
  /** Words that let the accepted task fail its risk control; `forbidden-async` unless told. */
  readonly fail?: readonly string[]
  /** Asked when no word was found. */
  readonly judge?: (prompt: string, request: Readonly<Record<string, unknown>>) => 'refuse' | 'fail' | 'pass'
}

/**
 * Options of the emulated Kling. Each switch stands for something the vendor does not document.
 *
 * @example
 * ```ts
 * import { createEmulator, type KlingEmulatorOptions } from '@reelay/emulator'
 *
 * const kling: KlingEmulatorOptions = { coerceDuration: true, jwtLeewaySeconds: 5, processingMs: 1000 }
 * const emulator = createEmulator({ kling })
 * ```
 */
export interface KlingEmulatorOptions {
  /** One demo account unless told, its keys in `demoCredentials`. */
  readonly accounts?: readonly KlingAccountOptions[]
  /** Order of a list; `newest` first unless told. Not documented. */
  readonly listOrder?: 'newest' | 'oldest'
  /** Whether a numeric `duration` passes; false unless told. Not documented. */
  readonly coerceDuration?: boolean
  /** Tolerance on `nbf` and `exp`, seconds; 0 unless told. Not documented. */
  readonly jwtLeewaySeconds?: number
  /** Code for a credential nobody issued; 1002 unless told, as live in 2026-09. */
  readonly unknownKeyCode?: 1000 | 1002
  /**
   * Models gone from the vendor's pages. `announced` unless told: those whose end was announced for 2026-09-15 (1.5, 1.6,
   * 2.1, 2.1 Master) are refused, the others are accepted. A refusal of one of them has not been seen.
   */
  readonly unverifiedModels?: 'announced' | 'accept' | 'refuse'
  /** Code of the "discontinued" refusal; 1201 unless told. Only its message was recorded. */
  readonly discontinuedCode?: 1201 | 1203
  /** Overrides what is known of a model: `{ 'kling-v2-6': 'discontinued' }` retires it. */
  readonly modelStates?: Readonly<Record<string, ModelState>>
  /** A documented field on a model that lacks it: `refuse` (1201) unless told. Not documented. */
  readonly unsupportedFields?: 'refuse' | 'ignore'
  /** `cfg_scale` on kling-v3; `accept` unless told. */
  readonly unverifiedFields?: 'accept' | 'refuse'
  /** `voice_list` on kling-v3 and on text2video, which the map lacks and development kits show; `refuse` unless told. */
  readonly unverifiedVoices?: 'accept' | 'refuse'
  /**
   * An id of an element or a voice that the account never had made; `accept` unless told. What it draws is not documented:
   * `refuse` answers 1201, as a deleted one does.
   */
  readonly unknownIds?: 'accept' | 'refuse'
  /** What identify-face says of a clip without a face: an `empty` list unless told, or `refuse` (1201). Not documented. */
  readonly noFace?: 'empty' | 'refuse'
  /**
   * Words of the solutions: those of each one's own page unless told, which for virtual try-on are `task_id` in the answer
   * to a create and `succeed`; or `id` and `succeeded` for all of them.
   */
  readonly solutionWords?: 'page' | 'alike'
  /** `watermark_url` of a clip without watermark: an empty string unless told. Not documented. */
  readonly watermarkUrlWhenOff?: 'empty' | 'absent'
  /** Time in `submitted`, milliseconds; 3000 unless told. */
  readonly queuedMs?: Lasting<KlingTaskFacts>
  /**
   * Time in `processing`, milliseconds; unless told 27 000 for 5 s std, 24 000 for images, more for longer and finer ones;
   * 2000 for elements, 6000 for voices.
   */
  readonly processingMs?: Lasting<KlingTaskFacts>
  /** How long a result URL works, milliseconds; 30 days unless told, as every vendor page says. */
  readonly urlTtlMs?: number
  /** Whether a create still in flight already holds its external id; true unless told. Known second-hand only. */
  readonly atomicExternalIds?: boolean
  /** Statuses that are called back; every one but `submitted` unless told. Whether that one is, is not documented. */
  readonly callbackOn?: readonly ('submitted' | 'processing' | 'succeed' | 'failed')[]
  /** Pauses before the retries of a callback that was not answered 2xx, milliseconds; none unless told. Not documented. */
  readonly callbackRetryMs?: readonly number[]
  /** How long after a task's success its charge is in the books, milliseconds; 0 unless told. Not documented. */
  readonly billLagMs?: number
  /** Where a page of the books has its cursor: `beside` its result unless told, or `inside`. The pages disagree. */
  readonly ledgerCursor?: 'beside' | 'inside'
  readonly contentFilter?: KlingContentFilter
  /** The relay before this Kling. */
  readonly relay?: KlingRelayOptions
}

const DAY_MS = 86_400_000
const FIVE_STD_MS = 27_000
// Live 2026-09: a kling-v3 image came after 24 s.
const IMAGE_MS = 24_000
const modeFactor = { std: 1, pro: 1.5, '4k': 3 }

// Live 2026-09-20: an element was there after 5 s, a voice after 9, queue and all.
const quickMs: Readonly<Record<string, number>> = {
  'advanced-custom-elements': 2_000,
  'custom-voices': 6_000,
}

/** How long it takes to make: by the length of the clip, and about the same for every picture. */
const makingMs = ({ op, seconds, mode }: KlingTaskFacts): number =>
  quickMs[op] ?? Math.round((seconds === 0 ? IMAGE_MS : (FIVE_STD_MS * seconds) / 5) * modeFactor[mode])

/** The options with every default filled in. */
export interface KlingSettings
  extends Required<Omit<KlingEmulatorOptions, 'accounts' | 'contentFilter' | 'relay'>> {
  readonly contentFilter: Required<KlingContentFilter>
}

export function settingsOf(options: KlingEmulatorOptions): KlingSettings {
  const { contentFilter = {} } = options
  return {
    listOrder: 'newest',
    coerceDuration: false,
    jwtLeewaySeconds: 0,
    unknownKeyCode: 1002,
    unverifiedModels: 'announced',
    discontinuedCode: 1201,
    modelStates: {},
    unsupportedFields: 'refuse',
    unverifiedFields: 'accept',
    unverifiedVoices: 'refuse',
    unknownIds: 'accept',
    noFace: 'empty',
    solutionWords: 'page',
    watermarkUrlWhenOff: 'empty',
    queuedMs: 3000,
    processingMs: makingMs,
    urlTtlMs: 30 * DAY_MS,
    atomicExternalIds: true,
    callbackOn: ['processing', 'succeed', 'failed'],
    callbackRetryMs: [],
    billLagMs: 0,
    ledgerCursor: 'beside',
    ...options,
    contentFilter: {
      refuse: ['forbidden-sync'],
      fail: ['forbidden-async'],
      judge: () => 'pass',
      ...contentFilter,
    },
  }
}
