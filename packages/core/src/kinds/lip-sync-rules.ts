import { type Finding, problem } from '../model/problem.ts'
import { isClipRef } from './clip.ts'
import type { Rule } from './kind.ts'
import { isAudioId, type LipSync, type LipSyncRequest } from './lip-sync-fields.ts'
import { otherRows } from './rule.ts'
import { languageOf } from './speech-voices.ts'
import { drop, set } from './ways.ts'

const spoken = ['voice', 'voiceLanguage', 'voiceSpeed'] as const
const places = ['audioStart', 'audioEnd', 'startsAt', 'face', 'audioVolume', 'originalVolume'] as const

/** The text or the sound, one of them. */
const speech: Rule<LipSync> = (of) => {
  const { request, limits, name } = of
  const { text, audio } = request
  if (text === undefined && audio === undefined) {
    return [
      problem(
        'text',
        'required',
        'Nothing is said.',
        'Set text and a voice, or audio to the sound of somebody.',
      ),
    ]
  }
  if (text !== undefined && audio !== undefined) {
    const message = 'What is said comes from text or from audio, not from both.'
    return [
      problem('text', 'conflict', message, 'Leave text out, with its voice, or audio.', [
        drop('text', 'Leave text out.'),
        drop('audio', 'Leave audio out.'),
      ]),
    ]
  }
  const ids = isAudioId(audio) && limits.audio && !limits.audio.ids
  return [
    text !== undefined &&
      !limits.text &&
      problem('text', 'unsupported', `${name} takes a sound only.`, 'Set audio instead.', [
        ...otherRows(of, (row) => row.text !== false, 'which speaks text'),
      ]),
    audio !== undefined &&
      !limits.audio &&
      problem('audio', 'unsupported', `${name} speaks text only.`, 'Set text and a voice instead.', [
        ...otherRows(of, (row) => row.audio !== false, 'which takes a sound'),
      ]),
    ids &&
      problem(
        'audio',
        'unsupported',
        `${name} knows no sounds by their ids.`,
        'Pass the sound, or its address.',
      ),
  ]
}

/** Who speaks, and how long the text may be. */
const voice: Rule<LipSync> = (of) => {
  const { request, limits, name } = of
  const { text, voice: who } = request
  if (text === undefined) {
    const message = 'It is about speech made of text, and there is none.'
    return spoken
      .filter((field) => request[field] !== undefined)
      .map((field) => problem(field, 'conflict', message, 'Leave it out.', [drop(field, 'Leave it out.')]))
  }
  if (!limits.text) return []
  const { maxLength, voices } = limits.text
  const length = [...text].length
  const found: Finding[] = []
  if (text.trim() === '') {
    found.push(problem('text', 'required', 'The text is empty.', 'Write what is said.'))
  } else if (length > maxLength) {
    const message = `The text has ${length} characters; ${name} speaks at most ${maxLength}.`
    found.push(
      problem('text', 'length', message, `Shorten it by ${length - maxLength}.`, [
        ...otherRows(
          of,
          (row) => row.text !== false && row.text.maxLength >= length,
          `which speaks ${length}`,
        ),
      ]),
    )
  }
  if (who === undefined) {
    const [first] = voices ?? []
    const fix =
      first === undefined ? 'Set voice to one of the provider’s.' : `Set voice, to ${first} for instance.`
    const ways = first === undefined ? [] : [set('voice', first, fix)]
    found.push(problem('voice', 'required', 'Nobody is named who says it.', fix, ways))
  } else if (voices && !voices.includes(who)) {
    const others = voices.filter((one) => languageOf(one) === (request.voiceLanguage ?? 'en')).slice(0, 12)
    const fix = `Use one of ${others.join(', ')} …`
    found.push(
      problem('voice', 'one-of', `${name} has no voice ${JSON.stringify(who)}.`, fix, [
        set('voice', others[0], `Use ${others[0]}.`),
      ]),
    )
  }
  return found
}

/** What is used of the sound, seconds; `undefined` where nobody knows its end. */
function lengthOf({ audioStart = 0, audioEnd }: LipSyncRequest): number | undefined {
  return audioEnd === undefined ? undefined : audioEnd - audioStart
}

/** Which part of the sound, where in the clip, whose face, how loud. */
const placing: Rule<LipSync> = (of) => {
  const { request, limits, name } = of
  const { audio, video, startsAt = 0 } = request
  if (!limits.placed) {
    return places
      .filter((field) => request[field] !== undefined)
      .map((field) =>
        problem(field, 'unsupported', `${name} cannot be told.`, 'Leave it out.', [
          ...otherRows(of, (row) => row.placed, 'which can be told'),
          drop(field, 'Leave it out.'),
        ]),
      )
  }
  if (!limits.audio) return []
  const [shortest, longest] = limits.audio.seconds
  const seconds = lengthOf(request)
  if (seconds === undefined) {
    const fix = 'Set audioEnd to its length in seconds, or to where what is used of it ends.'
    return [
      audio !== undefined &&
        problem('audioEnd', 'required', `${name} has to be told where the sound ends.`, fix),
    ]
  }
  const clip = isClipRef(video) ? video.duration : undefined
  // Results run a few frames over, and whole seconds are what is meant.
  const over = clip === undefined ? 0 : startsAt + seconds - Math.max(clip, Math.round(clip))
  const start = request.audioStart ?? 0
  const short = seconds < shortest
  return [
    (short || seconds > longest) &&
      problem(
        'audioEnd',
        'range',
        `What is used of the sound lasts ${Number(seconds.toFixed(3))} s; ${name} takes ${shortest} to ${longest} s.`,
        short ? `Use at least ${shortest} s of it.` : `Use at most ${longest} s of it.`,
        [
          set(
            'audioEnd',
            start + (short ? shortest : longest),
            short ? 'Use more of it.' : 'Use less of it.',
          ),
        ],
      ),
    over > 1e-9 &&
      problem(
        'audioEnd',
        'range',
        `The sound ends ${Number(over.toFixed(3))} s after the clip, which lasts ${clip} s.`,
        'Use less of the sound, begin it earlier, or pass a longer clip.',
      ),
  ]
}

/** What of a well-formed request a row does not allow, the clip apart. */
export const lipSyncRules: readonly Rule<LipSync>[] = [speech, voice, placing]
