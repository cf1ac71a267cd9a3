import {
  type HttpRequest,
  isAudioId,
  isClipRef,
  lipSync as kind,
  languageOf,
  type Problem,
  present,
  problem,
  type Subject,
  sell,
  takeSteps,
} from '@reelay/core/adapter'
import { freeOptions } from '../provider-options.ts'
import { pathOf } from '../routes.ts'
import type { KlingKind } from './kind.ts'
import { rows } from './lip-sync-rows.ts'
import {
  clipFields,
  faceOf,
  faces,
  facesOf,
  type LipDraft,
  placedAt,
  speech,
  speechOf,
} from './lip-sync-steps.ts'

/** The create of today: a session's face, and a sound. */
function encodeCurrent(draft: LipDraft): HttpRequest {
  const { request, media, options, externalId, webhookUrl } = draft
  const { audio, audioVolume = 1, originalVolume = 1 } = request
  const { start, end, insert } = placedAt(draft)
  const audioId = isAudioId(audio) ? audio.audioId : speechOf(draft)?.audioId
  const face = present({
    face_id: faceOf(draft)?.id,
    audio_id: audioId,
    sound_file: audioId === undefined ? media.audio?.value : undefined,
    sound_start_time: start,
    sound_end_time: end,
    sound_insert_time: insert,
    sound_volume: audioVolume,
    original_audio_volume: originalVolume,
  })
  return {
    method: 'POST',
    path: pathOf(draft.offer.route),
    json: {
      ...options,
      ...present({
        session_id: facesOf(draft)?.session,
        face_choose: [face],
        callback_url: webhookUrl,
        external_task_id: externalId,
      }),
    },
  }
}

/** The create of 2025, all in one call. */
function encodeFormer(draft: LipDraft): HttpRequest {
  const { request, media, options, webhookUrl } = draft
  const { text, voice, voiceLanguage = languageOf(voice), voiceSpeed = 1 } = request
  const sound = media.audio
  const isLink = sound?.form === 'url'
  const spoken = { text, voice_id: voice, voice_language: voiceLanguage, voice_speed: voiceSpeed }
  const heard = {
    audio_type: isLink ? 'url' : 'file',
    ...(isLink ? { audio_url: sound.value } : { audio_file: sound?.value }),
  }
  const isText = text !== undefined
  return {
    method: 'POST',
    path: pathOf(draft.offer.route),
    json: {
      ...options,
      ...present({
        input: present({
          mode: isText ? 'text2video' : 'audio2video',
          ...clipFields(draft),
          ...(isText ? spoken : heard),
        }),
        callback_url: webhookUrl,
      }),
    },
  }
}

const isFormer = ({ offer }: Subject<'lip-sync'>): boolean => offer.route === 'lip-sync'

/** Settings of Kling's that are about other clips; a watermark can be had at today's form alone. */
function checkOptions(subject: Subject<'lip-sync'>): readonly Problem[] {
  const { offer, options } = subject
  return freeOptions
    .filter((key) => options[key] !== undefined && (key !== 'watermark_info' || isFormer(subject)))
    .map((key) => {
      const message = `${offer.model} does not know ${key}.`
      return problem(`providerOptions.kling.${key}`, 'unsupported', message, 'Leave it out.')
    })
}

// Nobody speaks faster: what a text takes shows only when it is spoken, and that is paid for.
const charactersPerSecond = 25

/** That a text fits the clip, before anybody pays for hearing that it does not. */
function checkText({ request }: Subject<'lip-sync'>): readonly Problem[] {
  const { text, video, audioEnd, startsAt = 0, voiceSpeed = 1 } = request
  const clip = isClipRef(video) ? video.duration : undefined
  if (text === undefined || audioEnd !== undefined || clip === undefined) return []
  const least = text.length / charactersPerSecond / voiceSpeed
  const room = Math.max(clip, Math.round(clip)) - startsAt
  if (least <= room) return []
  const message = `The text takes ${least.toFixed(1)} s at the least, and there are ${room.toFixed(1)} s of the clip for it.`
  return [problem('text', 'length', message, 'Say less, set audioEnd to cut it, or pass a longer clip.')]
}

/** What the catalogue's limits cannot say. */
function check(subject: Subject<'lip-sync'>): readonly Problem[] {
  return [...checkOptions(subject), ...(isFormer(subject) ? checkLength(subject) : checkText(subject))]
}

/** By their ids the form of 2025 takes clips of 5 and of 10 s only. */
function checkLength({ request: { video } }: Subject<'lip-sync'>): readonly Problem[] {
  if (!isClipRef(video) || video.duration === undefined) return []
  const seconds = Math.round(video.duration)
  if (seconds === 5 || seconds === 10 || video.outputId === undefined) return []
  const message = `The clip lasts ${video.duration} s; the form of 2025 takes 5 or 10 s by their ids.`
  return [problem('video', 'range', message, 'Pass another clip, or use model: "kling-lip-sync".')]
}

/**
 * Lip-sync by Kling's V1 endpoints.
 *
 * @example
 * ```ts
 * import { createKlingWith, klingLipSync, klingVideo } from '@reelay/kling/kinds'
 * export const kling = createKlingWith({ kinds: [klingVideo, klingLipSync] })
 * ```
 */
export const lipSync: KlingKind<'lip-sync'> = {
  ...sell([kind], {
    rows,
    steps: [faces, speech],
    check,
    encode: (draft) => (isFormer(draft) ? encodeFormer(draft) : encodeCurrent(draft)),
  }),
  parts: { takeSteps },
}
