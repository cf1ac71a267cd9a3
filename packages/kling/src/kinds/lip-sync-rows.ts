import {
  everyVoice,
  type LipSyncLimits,
  type MediaRule,
  type Offer,
  type PriceRule,
} from '@reelay/core/adapter'
import { pollFloorMs, readSpacingMs, tasksPerRead } from './pace.ts'

const day = 86_400_000
const pages = 'app.klingai.com API reference: identify-face, advanced-lip-sync, TTS'
const asOf = '2026-09-20'

// A link only: what uploads bytes there is not documented.
const clipFile: MediaRule = {
  forms: ['url'],
  mediaTypes: ['video/mp4', 'video/quicktime'],
  maxBytes: 100 * 1_048_576,
}
// The measures of its sounds elsewhere; this page names none.
const soundFile: MediaRule = {
  forms: ['url', 'base64'],
  mediaTypes: ['audio/mpeg', 'audio/wav', 'audio/mp4', 'audio/aac'],
  maxBytes: 5 * 1_048_576,
}

const clip = { by: ['output-id', 'media'], media: clipFile, heldMs: 30 * day, source: pages, asOf } as const

const current: LipSyncLimits = {
  clip: { ...clip, seconds: [2, 60] },
  text: { maxLength: 1_000, voices: everyVoice, languages: true },
  audio: { media: soundFile, ids: true, seconds: [2, 60] },
  placed: true,
}

/** The form of 2025: "5 or 10 s clips" by their ids, 2 to 10 s by an address. */
const former: LipSyncLimits = {
  clip: { ...clip, seconds: [2, 10] },
  text: { maxLength: 120, voices: everyVoice, languages: true },
  audio: { media: soundFile, ids: false, seconds: [2, 60] },
  placed: false,
}

const list = {
  unit: 'unit',
  unitUsd: 140_000,
  source: 'kling.ai/document-api/pricing/base/video',
  asOf: '2026-10-04',
} as const

const perCall: PriceRule = { ...list, per: 'clip', rates: { any: 0.05 } }

const shared = {
  provider: 'kling',
  kind: 'lip-sync',
  mode: 'std',
  timing: { expectedMs: 180_000, pollFloorMs, readSpacingMs, tasksPerRead },
} as const

/** Of the step that finds faces. */
export const identifyFace = 'identify-face'
/** Of the step that speaks a text. */
export const speak = 'tts'

/** Lip-sync of today, in two or three calls, and the one call of 2025. */
export const rows: readonly Offer<'lip-sync'>[] = [
  {
    ...shared,
    model: 'kling-lip-sync',
    state: 'current',
    route: 'advanced-lip-sync',
    nativeModel: 'advanced-lip-sync',
    limits: current,
    // 0.5 units for 5 s; a clip of 5.1 s was one step.
    price: { ...list, per: 'input-second', rates: { any: 0.1 }, round: true, step: 5 },
    steps: { [identifyFace]: perCall, [speak]: perCall },
    source: pages,
    asOf,
  },
  {
    ...shared,
    model: 'kling-lip-sync-2025',
    state: 'unverified',
    route: 'lip-sync',
    nativeModel: 'lip-sync',
    takesNoId: true,
    limits: former,
    price: {
      ...list,
      per: 'input-second',
      rates: {},
      why: 'The price list of 2026 has no line for the lip-sync of 2025. Give yours in prices, to be quoted one.',
    },
    source: 'schema of 2025 (github Comfy-Org/docs); absent from the index of 2026-09',
    asOf: '2026-11-26',
  },
]
