import {
  clipIn,
  type Draft,
  isClipRef,
  type Json,
  languageOf,
  type Problem,
  problem,
  type Step,
} from '@reelay/core/adapter'
import { type Faces, readFaces, readSpeech, type Speech } from '../read-steps.ts'
import { pathOf } from '../routes.ts'
import { identifyFace, speak } from './lip-sync-rows.ts'

export type LipDraft = Draft<'lip-sync'>

/** The clip as both forms name it. */
export const clipFields = (draft: LipDraft): Readonly<Record<string, unknown>> => {
  const clip = clipIn(draft)
  return clip.by === 'media' ? { video_url: clip.value } : { video_id: clip.id }
}

/** What the steps brought: of a journal it may be anything that an earlier version wrote. */
export const facesOf = ({ steps }: LipDraft): Faces | undefined =>
  steps?.[identifyFace] as unknown as Faces | undefined
export const speechOf = ({ steps }: LipDraft): Speech | undefined =>
  steps?.[speak] as unknown as Speech | undefined

/** The face that is meant; `undefined` where there is none such. */
export function faceOf(draft: LipDraft): Faces['faces'][number] | undefined {
  const { face = 0 } = draft.request
  const { faces = [] } = facesOf(draft) ?? {}
  return typeof face === 'number' ? faces[face] : faces.find(({ id }) => id === face)
}

/** Which part of the sound goes where, in milliseconds. */
interface Placed {
  readonly start: number
  /** `undefined` as long as nobody knows how long the sound is. */
  readonly end: number | undefined
  readonly insert: number
}

export function placedAt(draft: LipDraft): Placed {
  const { audioStart = 0, audioEnd, startsAt } = draft.request
  const spoken = speechOf(draft)?.seconds
  // No cut lies beyond what is said, which is known only now: Kling refuses one, when all before it is paid.
  const end = spoken === undefined ? audioEnd : Math.min(audioEnd ?? spoken, spoken)
  const insert = startsAt === undefined ? (faceOf(draft)?.from ?? 0) : Math.round(startsAt * 1_000)
  return {
    start: Math.round(audioStart * 1_000),
    end: end === undefined ? undefined : Math.floor(end * 1_000),
    insert,
  }
}

const shortestMs = 2_000
const inSeconds = (ms: number): number => Number((ms / 1_000).toFixed(3))

/** What Kling would refuse, now that the faces are known. */
function checkFaces(_result: Json, draft: LipDraft): readonly Problem[] {
  const { faces = [] } = facesOf(draft) ?? {}
  const face = faceOf(draft)
  const { face: asked = 0 } = draft.request
  if (faces.length === 0) {
    return [
      problem(
        'video',
        'malformed',
        'Kling sees no face in the clip.',
        'Pass a clip that shows one, from the front.',
      ),
    ]
  }
  if (!face) {
    const list = faces
      .map(({ id, from, to }) => `${id} (${inSeconds(from)} to ${inSeconds(to)} s)`)
      .join(', ')
    return [
      problem(
        'face',
        'one-of',
        `There is no face ${JSON.stringify(asked)}. Kling sees ${list}.`,
        'Name one of them.',
      ),
    ]
  }
  return checkPlace(draft)
}

/** Whether the sound is long enough, meets the face, and ends within the clip. */
function checkPlace(draft: LipDraft): readonly Problem[] {
  const { start, end, insert } = placedAt(draft)
  const face = faceOf(draft)
  if (end === undefined || !face) return []
  const field = draft.request.text === undefined || draft.request.audioEnd !== undefined ? 'audioEnd' : 'text'
  const length = end - start
  if (length < shortestMs) {
    const message = `What is said lasts ${inSeconds(length)} s; Kling takes 2 s at least.`
    return [problem(field, 'range', message, 'Say more, or say it more slowly.')]
  }
  const meets = Math.min(insert + length, face.to) - Math.max(insert, face.from)
  if (meets < shortestMs) {
    const message = `The face is seen from ${inSeconds(face.from)} to ${inSeconds(face.to)} s, and the sound meets it for ${inSeconds(Math.max(meets, 0))} s; Kling wants 2 s.`
    return [problem('startsAt', 'range', message, `Set startsAt to ${inSeconds(face.from)}.`)]
  }
  const clip = isClipRef(draft.request.video) ? draft.request.video.duration : undefined
  const over = clip === undefined ? 0 : insert + length - Math.max(clip, Math.round(clip)) * 1_000
  if (over <= 0) return []
  const message = `What is said ends ${inSeconds(over)} s after the clip, which lasts ${clip} s.`
  return [problem(field, 'range', message, 'Say less, set audioEnd, or pass a longer clip.')]
}

/** Faces first: what shows none is found out for the price of one call. */
export const faces: Step<'lip-sync'> = {
  name: identifyFace,
  route: identifyFace,
  request: (draft) => ({ method: 'POST', path: pathOf(identifyFace), json: clipFields(draft) }),
  read: readFaces,
  check: checkFaces,
  // "session_id 24 h", less what it takes to use it.
  heldMs: 23 * 3_600_000,
  pending: {
    session: '<session of identify-face>',
    faces: [{ id: '<face of identify-face>', from: 0, to: 2_000 }],
  },
}

export const speech: Step<'lip-sync'> = {
  name: speak,
  route: speak,
  needed: ({ request }) => request.text !== undefined,
  request: ({ request: { text, voice, voiceLanguage = languageOf(voice), voiceSpeed = 1 } }) => ({
    method: 'POST',
    path: pathOf(speak),
    // More than one decimal is rounded there.
    json: {
      text,
      voice_id: voice,
      voice_language: voiceLanguage,
      voice_speed: Math.round(voiceSpeed * 10) / 10,
    },
  }),
  read: readSpeech,
  check: (_result, draft) => checkPlace(draft),
  heldMs: 29 * 86_400_000,
  pending: { audioId: '<sound of tts>', seconds: 2 },
}
