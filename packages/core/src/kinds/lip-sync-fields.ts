import type { Media, MediaRule } from '../model/media.ts'
import type { ClipFields, ClipLimits } from './clip.ts'
import type { SharedFields } from './kind-types.ts'

/**
 * A clip whose speaker says something else: words that are spoken for it, or a sound that exists. The clip is an earlier
 * task's (`clipOf(task)`) or a file.
 *
 * @example
 * ```ts
 * import type { LipSyncRequest } from '@reelay/core'
 * const request: LipSyncRequest = {
 *   kind: 'lip-sync',
 *   video: 'https://example.com/talk.mp4',
 *   text: 'The boats go out at six.',
 *   voice: 'uk_man2',
 * }
 * ```
 */
export interface LipSyncRequest extends SharedFields, ClipFields {
  readonly kind: 'lip-sync'
  /** What is said. One of `text` and `audio` is needed. */
  readonly text?: string
  /** Who says it, with `text`; see `speechVoices`, and PiAPI's own names there. */
  readonly voice?: string
  /** The language of `text`; that of the voice when left out. */
  readonly voiceLanguage?: 'en' | 'zh'
  /** 0.8 to 2; 1 when left out. */
  readonly voiceSpeed?: number
  /** The sound of somebody who speaks; or the id of a sound that the provider made. */
  readonly audio?: Media | AudioId
  /** Seconds into the sound at which what is used of it begins; 0 when left out. */
  readonly audioStart?: number
  /** Seconds into the sound at which that ends; with `text`, all of what is spoken when left out. */
  readonly audioEnd?: number
  /** Seconds into the clip at which it begins; where the face appears when left out. */
  readonly startsAt?: number
  /** Whose face, where there are several: its place among them, from 0, or its id; the first when left out. */
  readonly face?: number | string
  /** How loud it is, 0 to 2; 1 when left out. */
  readonly audioVolume?: number
  /** How loud the clip's own sound is, 0 to 2; 1 when left out. */
  readonly originalVolume?: number
}

/**
 * A sound that the provider made, by its id: of text to speech, for instance.
 *
 * @example
 * ```ts
 * import type { AudioId } from '@reelay/core'
 * const line: AudioId = { audioId: '930801290416885794' }
 * ```
 */
export interface AudioId {
  readonly audioId: string
}

/**
 * What a request for a lip-sync may contain at a row; pure data.
 *
 * @example
 * ```ts
 * import type { Offer } from '@reelay/core'
 * const longestText = ({ limits: { text } }: Offer<'lip-sync'>): number => (text ? text.maxLength : 0)
 * ```
 */
export interface LipSyncLimits {
  readonly clip: ClipLimits
  /** Speech from words; `false` where a sound is needed. */
  readonly text:
    | false
    | {
        /** Most characters. */
        readonly maxLength: number
        /** Names of voices; any when absent. */
        readonly voices?: readonly string[]
        /** Whether the language is told. */
        readonly languages: boolean
      }
  /** Speech from a sound. */
  readonly audio:
    | false
    | {
        /** What a file must be like. */
        readonly media: MediaRule
        /** Whether a sound of the provider's own goes by its id. */
        readonly ids: boolean
        /** Shortest and longest sound. */
        readonly seconds: readonly [shortest: number, longest: number]
      }
  /** Whether it can be told which face, which part of the sound, when it begins, and how loud either is. */
  readonly placed: boolean
}

/** The types of the kind. */
export interface LipSync {
  readonly kind: 'lip-sync'
  readonly request: LipSyncRequest
  readonly limits: LipSyncLimits
}

/**
 * Whether a sound is one of the provider's own, by its id.
 *
 * @example
 * ```ts
 * import { isAudioId } from '@reelay/core/adapter'
 * isAudioId({ audioId: '831922345719271433' }) // true
 * ```
 */
export const isAudioId = (audio: unknown): audio is AudioId =>
  typeof (audio as AudioId | undefined)?.audioId === 'string' && (audio as AudioId).audioId !== ''
