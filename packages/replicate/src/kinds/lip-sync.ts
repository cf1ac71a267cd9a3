import {
  clipIn,
  type Draft,
  everyVoice,
  type HttpRequest,
  lipSync as kind,
  type LipSyncLimits,
  languageOf,
  type MediaRule,
  type Offer,
  present,
  type Sold,
  sell,
} from '@reelay/core/adapter'
import { routes } from '../routes.ts'
import { readSpacingMs, tasksPerRead } from './pace.ts'

const source = 'replicate.com/kwaivgi/kling-lip-sync/api/schema'
const asOf = '2026-11-26'

const file = (mediaTypes: readonly string[], maxBytes: number): MediaRule => ({
  forms: ['url', 'data-uri', 'upload'],
  mediaTypes,
  maxBytes,
  // OpenAPI 1.0.0-a1; larger files over `POST /files`.
  inlineMaxBytes: 256 * 1024,
})

const limits: LipSyncLimits = {
  clip: {
    by: ['media'],
    // "Less than 100 MB".
    media: file(['video/mp4', 'video/quicktime'], 100_000_000 - 1),
    seconds: [2, 10],
    source,
    asOf,
  },
  // How long a text may be is not on the card; 120 is Kling's own limit, and that of fal's endpoint.
  text: { maxLength: 120, voices: everyVoice, languages: false },
  audio: {
    media: file(['audio/mpeg', 'audio/wav', 'audio/mp4', 'audio/aac'], 5_000_000 - 1),
    ids: false,
    seconds: [2, 60],
  },
  placed: false,
}

const rows: readonly Offer<'lip-sync'>[] = [
  {
    provider: 'replicate',
    kind: 'lip-sync',
    model: 'kling-lip-sync',
    mode: 'std',
    state: 'current',
    route: 'predictions',
    nativeModel: 'kwaivgi/kling-lip-sync',
    limits,
    // The page says 0.014 and not of what: Kling's own list has it per second of the clip.
    price: {
      unit: 'usd',
      unitUsd: 1_000_000,
      per: 'input-second',
      rates: { any: 0.014 },
      basis: 'derived',
      source: 'third-party notes of 2026; the unit is that of Kling’s list',
      asOf: '2026-11-26',
    },
    timing: { expectedMs: 160_000, pollFloorMs: 2_000, readSpacingMs, tasksPerRead },
    source,
    asOf,
  },
]

/** A voice as the card has it: the language that it is listed under before it. */
const voiceId = (voice: string): string => `${languageOf(voice)}_${voice}`

function encode({ request, media, options, webhookUrl, ...draft }: Draft<'lip-sync'>): HttpRequest {
  const { cancel_after: cancelAfter, ...others } = options
  const { text, voice, voiceSpeed = 1 } = request
  const clip = clipIn({ request, media, ...draft })
  const isText = text !== undefined
  const input = present({
    ...others,
    video_url: clip.by === 'media' ? clip.value : undefined,
    audio_file: isText ? undefined : media.audio?.value,
    text,
    voice_id: isText && voice !== undefined ? voiceId(voice) : undefined,
    voice_speed: isText ? voiceSpeed : undefined,
  })
  return {
    method: 'POST',
    path: routes.predictions?.path.replace('{model}', draft.offer.nativeModel) ?? '',
    json: {
      input,
      ...(webhookUrl !== undefined && { webhook: webhookUrl, webhook_events_filter: ['start', 'completed'] }),
    },
    ...(cancelAfter !== undefined && { headers: { 'cancel-after': String(cancelAfter) } }),
  }
}

/**
 * Lip-sync by `kwaivgi/kling-lip-sync`.
 *
 * @example
 * ```ts
 * import { createReplicateWith, replicateLipSync } from '@reelay/replicate/kinds'
 * export const replicate = createReplicateWith({ kinds: [replicateLipSync] })
 * ```
 */
export const lipSync: Sold<'lip-sync'> = sell([kind], { rows, encode })
