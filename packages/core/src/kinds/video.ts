import * as z from 'zod/mini'
import type { Warning } from '../model/problem.ts'
import { type Billing, optionalField, type Rule, type SharedFields, type SubjectOf } from './kind.ts'
import { defaultDuration, type Video, type VideoFields } from './video-fields.ts'
import { camera, count, frame, length } from './video-look.ts'
import { sound } from './video-pictures.ts'
import { shots } from './video-shots.ts'
import { words } from './video-words.ts'

const axis = z.optional(z.number().check(z.gte(-10), z.lte(10)))

/** Schemas of {@link VideoFields}, to spread into a kind's shape. */
export const videoShape: Readonly<Record<Exclude<keyof VideoFields, keyof SharedFields>, z.core.$ZodType>> = {
  duration: optionalField(z.number().check(z.gt(0)), 'Length of the clip in seconds; 5 when left out.'),
  negativePrompt: optionalField(z.string(), 'What to keep out of the picture.'),
  aspectRatio: optionalField(z.string().check(z.regex(/^\d+:\d+$/)), 'Width to height, such as 16:9.'),
  generateAudio: optionalField(z.boolean(), 'Whether the clip gets a sound track, which costs more.'),
  cfgScale: optionalField(z.number().check(z.gte(0), z.lte(1)), 'How closely to follow the prompt, 0 to 1.'),
  cameraControl: optionalField(
    z.strictObject({
      type: z.enum(['simple', 'down_back', 'forward_up', 'right_turn_forward', 'left_turn_forward']),
      config: z.optional(
        z.strictObject({ horizontal: axis, vertical: axis, pan: axis, tilt: axis, roll: axis, zoom: axis }),
      ),
    }),
    'A scripted camera move, on the models that take one; simple moves along one axis of config.',
  ),
  shots: optionalField(
    z.array(z.strictObject({ prompt: z.string(), duration: z.number().check(z.gt(0)) })),
    'Several shots in one clip, on the models that take them; whole seconds that add up to duration.',
  ),
  n: optionalField(z.int().check(z.gte(1), z.lte(9)), 'How many clips; most models make one per task.'),
}

/** What every video kind fills in. */
export const videoDefaults: { readonly duration: number } = { duration: defaultDuration }

/** Fields of a video request that hold words. */
export const videoTexts: readonly string[] = ['prompt', 'negativePrompt', 'shots']

/** What all video kinds ask of a row. */
export const videoRules: readonly Rule<Video>[] = [words, length, frame, camera, shots, sound, count]

/** What a video row ignores of a request. */
export function videoWarnings({ request, offer }: SubjectOf<Video>): readonly Warning[] {
  const fromImage = request.aspectRatio !== undefined && offer.limits.aspectRatios === false
  const shape = `${offer.model} takes the aspect ratio from the image; ${request.aspectRatio} was not sent.`
  const unsaid = !!request.prompt && request.shots !== undefined && !offer.limits.shots?.besidePrompt
  return [
    ...(fromImage ? [{ field: 'aspectRatio', message: shape }] : []),
    ...(unsaid ? [{ field: 'prompt', message: 'The shots speak for themselves; prompt was not sent.' }] : []),
  ]
}

/** A clip is paid for by its seconds, or as a whole; with sound at another rate. */
export function billsVideo({ request, offer: { limits }, duration }: SubjectOf<Video>): Billing {
  const withAudio =
    limits.audio === 'always' || (limits.audio === 'optional' && request.generateAudio === true)
  return { rate: withAudio ? 'audio' : 'silent', seconds: duration }
}
