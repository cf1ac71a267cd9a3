import * as z from 'zod/mini'
import { secondsOf } from '../model/length.ts'
import { isMedia, type MediaRule } from '../model/media.ts'
import { isClipRef } from './clip.ts'
import { clipField, clipFiles, clipRule } from './clip-rule.ts'
import { defineKind, type KindRow, type Least, optionalField } from './kind.ts'
import { isAudioId, type LipSync, type LipSyncLimits } from './lip-sync-fields.ts'
import { lipSyncRules } from './lip-sync-rules.ts'
import { placesIn } from './media-places.ts'

/** What a sound must be like. */
const soundRule = ({ audio }: Pick<LipSyncLimits, 'audio'>): MediaRule | false =>
  audio ? audio.media : false

// Nobody takes longer clips or sounds.
const seconds = z.number().check(z.gte(0), z.lte(60))
const volume = z.number().check(z.gte(0), z.lte(2))

function audioField(description: string): z.core.$ZodType {
  const fix =
    'Pass an https URL, a base64 data URI, a Uint8Array or a Blob; or { audioId } of the provider’s own.'
  const schema = z.custom((value) => isMedia(value) || isAudioId(value), { params: { fix } })
  schema._zod.toJSONSchema = () => ({
    description: `${description} An https URL, or a base64 data URI; or the id of a sound that the provider made.`,
    anyOf: [
      { type: 'string', minLength: 1 },
      { type: 'object', properties: { audioId: { type: 'string', minLength: 1 } }, required: ['audioId'] },
    ],
  })
  return schema
}

function faceField(description: string): z.core.$ZodType {
  const fix = 'Pass its place among the faces, from 0, or its id as a text.'
  const isPlace = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0
  const isId = (value: unknown): boolean => typeof value === 'string' && value !== ''
  const schema = z.custom((value) => isPlace(value) || isId(value), { params: { fix } })
  schema._zod.toJSONSchema = () => ({
    description,
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', minLength: 1 },
    ],
  })
  return schema
}

/**
 * The kind of a {@link LipSyncRequest}: its schema, and what an adapter sells.
 *
 * @example
 * ```ts
 * import { lipSync } from '@reelay/core'
 * lipSync.schema // the input schema of a tool, as it is
 * ```
 */
export const lipSync: KindRow<LipSync> = defineKind<LipSync>('lip-sync', {
  shape: {
    video: clipField('The clip of somebody who speaks, or might.'),
    text: optionalField(z.string(), 'What is said; one of text and audio is needed.'),
    voice: optionalField(z.string().check(z.minLength(1)), 'Who says it; needed with text.'),
    voiceLanguage: optionalField(
      z.literal(['en', 'zh']),
      'The language of text; that of the voice when left out.',
    ),
    voiceSpeed: optionalField(
      z.number().check(z.gte(0.8), z.lte(2)),
      'Speed of speech, 0.8 to 2; 1 when left out.',
    ),
    audio: z.optional(audioField('The sound of somebody who speaks.')),
    audioStart: optionalField(seconds, 'Seconds into the sound at which what is used of it begins.'),
    audioEnd: optionalField(seconds, 'Seconds into the sound at which what is used of it ends.'),
    startsAt: optionalField(seconds, 'Seconds into the clip at which it begins.'),
    face: z.optional(faceField('Whose face, where there are several: its place, from 0, or its id.')),
    audioVolume: optionalField(volume, 'How loud it is, 0 to 2.'),
    originalVolume: optionalField(volume, 'How loud the clip’s own sound is, 0 to 2.'),
  },
  media: ['video', 'audio'],
  mediaAt: (request, limits, owner) => [
    ...clipFiles(request, limits, owner),
    ...placesIn('audio', request.audio),
  ],
  texts: ['text', 'voice'],
  defaults: {},
  rules: [clipRule, ...lipSyncRules],
  lengthOf: secondsOf,
  mediaRule: ({ clip, audio }, path) => (path === 'video' ? clip.media : soundRule({ audio })),
  warnings: ({ request, offer: { provider, limits } }) =>
    request.voiceLanguage !== undefined && limits.text && !limits.text.languages
      ? [
          {
            field: 'voiceLanguage',
            message: `${provider} has no field for it: the voice decides. Nothing was sent.`,
          },
        ]
      : [],
  variants: ['any'],
  bills: ({ request: { video }, offer: { limits } }) => {
    const known = isClipRef(video) ? video.duration : undefined
    const length = known ?? limits.clip.seconds
    return { variant: 'any', amounts: { clip: 1, ...(length && { 'input-second': length, second: length }) } }
  },
})

/** The smallest request for a lip-sync. */
export const leastLipSync: Least<LipSync> = ({ limits }, { media, clip }) => {
  const video = clip(limits.clip)
  if (!limits.text) return { video, audio: media(soundRule(limits)), ...(limits.placed && { audioEnd: 2 }) }
  return { video, text: 'The boats go out at six.', voice: limits.text.voices?.[0] ?? 'Rock' }
}
