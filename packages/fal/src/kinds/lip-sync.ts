import {
  clipIn,
  type Draft,
  everyVoice,
  type HttpRequest,
  isClipRef,
  lipSync as kind,
  type LipSyncLimits,
  languageOf,
  type MediaRule,
  type Offer,
  type Problem,
  present,
  problem,
  type Sold,
  type Subject,
  sell,
} from '@reelay/core/adapter'
import { lipSyncEndpoints } from '../routes.ts'
import { timingOf } from './pace.ts'

const [fromAudio = '', fromText = ''] = lipSyncEndpoints

const source = 'fal.ai/models/fal-ai/kling-video/lipsync; endpoint types of github.com/fal-ai/fal-js@381105e'
const asOf = '2026-08-02'

const file = (mediaTypes: readonly string[], maxBytes: number): MediaRule => ({
  forms: ['url', 'data-uri', 'upload'],
  mediaTypes,
  maxBytes,
  // "For a few KB", says the files page; larger ones go through fal's storage.
  inlineMaxBytes: 4_096,
})

const limits: LipSyncLimits = {
  clip: {
    by: ['media'],
    media: file(['video/mp4', 'video/quicktime'], 100 * 1_048_576),
    seconds: [2, 60],
    source,
    asOf,
  },
  text: { maxLength: 120, voices: everyVoice, languages: true },
  audio: {
    // Kling's own types; the page names none.
    media: file(['audio/mpeg', 'audio/wav', 'audio/mp4', 'audio/aac'], 5 * 1_048_576),
    ids: false,
    seconds: [2, 60],
  },
  placed: false,
}

const rows: readonly Offer<'lip-sync'>[] = [
  {
    provider: 'fal',
    kind: 'lip-sync',
    model: 'kling-lip-sync',
    mode: 'std',
    state: 'current',
    route: 'kling-video',
    nativeModel: fromAudio,
    limits,
    // "Rounded up to 5 s steps": 7.2 s cost 0.14.
    price: {
      unit: 'unit',
      unitUsd: 14_000,
      per: 'input-second',
      rates: { any: 1 },
      step: 5,
      source: `fal.ai/models/${fromAudio}`,
      asOf: '2026-07-28',
    },
    timing: timingOf(180_000),
    source,
    asOf,
  },
]

// Of the page of audio to video; that of text takes up to a minute.
const longestWithSound = 10

function check({ request: { audio, video } }: Subject<'lip-sync'>): readonly Problem[] {
  const seconds = audio !== undefined && isClipRef(video) ? Math.round(video.duration ?? 0) : 0
  if (seconds <= longestWithSound) return []
  const message = `The clip lasts ${seconds} s; with a sound of its own fal takes ${longestWithSound} s at most.`
  return [problem('video', 'range', message, 'Pass a shorter clip, or text instead of the sound.')]
}

function encode({ request, media, options, webhookUrl, ...draft }: Draft<'lip-sync'>): HttpRequest {
  const { text, voice } = request
  const clip = clipIn({ request, media, ...draft })
  const isText = text !== undefined
  return {
    method: 'POST',
    path: `/${isText ? fromText : fromAudio}`,
    ...(webhookUrl !== undefined && { query: { fal_webhook: webhookUrl } }),
    json: {
      ...options,
      ...present({
        video_url: clip.by === 'media' ? clip.value : undefined,
        audio_url: isText ? undefined : media.audio?.value,
        text,
        voice_id: voice,
        voice_language: isText ? (request.voiceLanguage ?? languageOf(voice)) : undefined,
        voice_speed: isText ? (request.voiceSpeed ?? 1) : undefined,
      }),
    },
  }
}

/**
 * Lip-sync by Kling's two endpoints, of words or of a sound.
 *
 * @example
 * ```ts
 * import { createFalWith, falLipSync } from '@reelay/fal/kinds'
 * export const fal = createFalWith({ kinds: [falLipSync] })
 * ```
 */
export const lipSync: Sold<'lip-sync'> = sell([kind], { rows, encode, check })
