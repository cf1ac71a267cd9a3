import {
  clipIn,
  type Draft,
  type HttpRequest,
  lipSync as kind,
  type LipSyncLimits,
  type MediaRule,
  type Offer,
  present,
  sell,
} from '@reelay/core/adapter'
import { createTask, type PiapiKind, type Setup } from '../create.ts'

const source = 'piapi.ai/docs/kling-api/lipsync-examples'
const asOf = '2026-11-26'

const file = (mediaTypes: readonly string[], maxBytes: number): MediaRule => ({
  forms: ['url', 'upload'],
  mediaTypes,
  maxBytes,
})

const limits: LipSyncLimits = {
  clip: {
    by: ['task-id', 'media'],
    // `video_url` is what three clients send, one of them 10 MB at most; the page has `origin_task_id` only.
    media: file(['video/mp4', 'video/quicktime'], 10 * 1024 * 1024),
    seconds: [2, 60],
    source,
    asOf,
  },
  // Kling's own limit; the page has none. Voices go by names of Kling's consumer site.
  text: { maxLength: 120, languages: false },
  audio: {
    media: file(['audio/mpeg', 'audio/wav', 'audio/flac', 'audio/ogg'], 20 * 1024 * 1024 - 1),
    ids: false,
    seconds: [2, 60],
  },
  placed: false,
}

const rowsFor = (priced: boolean): readonly Offer<'lip-sync'>[] => [
  {
    provider: 'piapi',
    kind: 'lip-sync',
    model: 'kling-lip-sync',
    mode: 'std',
    state: 'current',
    route: 'lip_sync',
    nativeModel: 'kling',
    limits,
    // "Per 5 s dubbed": that a clip of 5.1 s is one step is by analogy with Kling's own ledger.
    price: {
      unit: 'usd',
      unitUsd: 1_000_000,
      per: 'input-second',
      rates: priced ? { any: 0.02 } : {},
      round: true,
      step: 5,
      source: 'piapi.ai/zh-CN/kling-api',
      asOf: '2026-03-01',
    },
    timing: { expectedMs: 120_000, pollFloorMs: 5_000, readSpacingMs: 1_000, tasksPerRead: 1 },
    source,
    asOf,
  },
]

function encode(
  { request, media, options, webhookUrl, ...draft }: Draft<'lip-sync'>,
  setup: Setup,
): HttpRequest {
  const { text = '', voice = '', voiceSpeed = 1 } = request
  const clip = clipIn({ request, media, ...draft })
  const input = {
    ...options,
    ...present({
      origin_task_id: clip.by === 'media' ? undefined : clip.id,
      video_url: clip.by === 'media' ? clip.value : undefined,
      local_dubbing_url: text === '' ? media.audio?.value : undefined,
      // Empty beside a sound, as the clients send them.
      tts_text: text,
      tts_timbre: voice,
      tts_speed: voiceSpeed,
    }),
  }
  return createTask({ model: 'kling', taskType: 'lip_sync', input, webhookUrl }, setup)
}

/**
 * Lip-sync by `lip_sync`, as one instance wants it.
 *
 * @example
 * ```ts
 * import { createPiapiWith, piapiLipSync } from '@reelay/piapi/kinds'
 * export const piapi = createPiapiWith({ kinds: [piapiLipSync] })
 * ```
 */
export const lipSyncOf: PiapiKind<'lip-sync'> = (setup) =>
  sell([kind], {
    rows: rowsFor(setup.serviceMode === 'public'),
    encode: (draft) => encode(draft, setup),
  })
