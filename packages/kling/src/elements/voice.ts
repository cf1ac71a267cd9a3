import { type Media, type MediaRule, mediaField, type Problem, problem } from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { type KlingVoice, resultsOf, voiceOf } from './made.ts'
import { type Product, tooLong } from './product.ts'

/**
 * A voice to be made: from a recording of it, or from a clip that Kling rendered.
 *
 * @example
 * ```ts
 * import type { KlingVoiceRequest } from '@reelay/kling/elements'
 * const narrator: KlingVoiceRequest = { name: 'narrator', audio: 'https://example.com/clean.wav' }
 * ```
 */
export interface KlingVoiceRequest {
  /** At most 20 characters; in Kling's library. */
  readonly name: string
  /** A public https URL of one clean voice, 5 to 30 s: an MP3 or WAV, or an MP4 or MOV whose sound it is. */
  readonly audio?: Media
  /**
   * Instead: the id of a finished clip's file (`task.outputs[0].id`), of kling-v2-6 with sound, of an avatar or of a lip-sync,
   * at most 30 days old.
   */
  readonly outputId?: string
}

const page = 'kling.ai/document-api, 2.6, voice customization; probes of 2026-09-20'
const asOf = '2026-09-20'

const recordings: MediaRule = {
  forms: ['url'],
  mediaTypes: ['audio/mpeg', 'audio/wav', 'video/mp4', 'video/quicktime'],
  // Of its sounds elsewhere 5 MB, of its clips 100 MB; this page names none.
  maxBytes: 100 * 1_048_576,
  seconds: [5, 30],
}

function check({ name, audio, outputId }: KlingVoiceRequest): readonly (Problem | false)[] {
  const given = [audio, outputId].filter((one) => one !== undefined).length
  return [
    tooLong('name', name, 20),
    given === 0 &&
      problem(
        'audio',
        'required',
        'A voice is made of a recording or of a clip.',
        'Set audio, or the outputId of a clip.',
      ),
    given === 2 &&
      problem('outputId', 'conflict', 'A voice is made of one thing.', 'Leave audio or outputId out.'),
    outputId?.trim() === '' &&
      problem('outputId', 'length', 'outputId is empty.', 'Pass the id of a finished clip’s file.'),
  ]
}

/** Voices that elements and clips speak with (`custom-voices`); those of speech are a catalogue of their own. */
export const voiceProduct: Product<KlingVoiceRequest, KlingVoice> = {
  kind: 'voice',
  route: 'custom-voices',
  schema: z.strictObject({
    kind: z.literal('voice'),
    name: z.string().check(z.minLength(1), z.describe('What it is called, at most 20 characters.')),
    audio: z.optional(mediaField('One clean voice, 5 to 30 s.')),
    outputId: z.optional(z.string()),
  }) as unknown as Product<KlingVoiceRequest, KlingVoice>['schema'],
  fields: ['kind', 'name', 'audio', 'outputId'],
  texts: ['name'],
  media: { audio: recordings },
  state: 'current',
  units: 0.05,
  price: {
    basis: 'list',
    source: 'kling.ai/document-api/pricing/base/video; charged the same on 2026-09-20',
    asOf: '2026-10-04',
  },
  expectedMs: 9_000,
  source: page,
  asOf,
  check,
  body: ({ request: { name, outputId }, media }) => ({
    voice_name: name,
    voice_url: media.audio?.value,
    video_id: outputId,
  }),
  found: (task) => resultsOf(task, 'voices', voiceOf),
  paths: {
    own: '/v1/general/custom-voices',
    presets: '/v1/general/presets-voices',
    delete: '/v1/general/delete-voices',
  },
  idField: 'voice_id',
  idFault: (id) => (id.trim() === '' ? 'is empty' : undefined),
}
