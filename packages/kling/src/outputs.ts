import { idText, maybe, type Output, type WireField, wireReader, wireScalar } from '@reelay/core/adapter'
import * as z from 'zod/mini'

const text = maybe(z.string())

/** A string or number that may be missing. */
export type Scalar = string | number | undefined

interface Results {
  readonly videos?: unknown[] | undefined
  readonly images?: unknown[] | undefined
  readonly series_images?: unknown[] | undefined
  readonly audios?: unknown[] | undefined
  readonly voices?: unknown[] | undefined
  readonly elements?: unknown[] | undefined
}

const list = maybe(z.array(z.unknown()))

/** What a finished task holds, by what it is. */
export const results: WireField<Results> = maybe(
  z.object({
    videos: list,
    images: list,
    // omni-image, in place of `images`.
    series_images: list,
    audios: list,
    // Of the products of elements.ts.
    voices: list,
    elements: list,
  }),
)

// `duration` is in seconds; effects leave it out, and images have an index in place of an id (dossier, section 4.1).
const readFile = wireReader(
  z.object({ id: wireScalar, url: text, watermark_url: text, duration: wireScalar }),
)
// tts has `url` and `duration`, the sound products have one of each for either format (dossier, section 3.1).
const readSound = wireReader(
  z.object({
    id: wireScalar,
    url: text,
    url_mp3: text,
    url_wav: text,
    duration: wireScalar,
    duration_mp3: wireScalar,
    duration_wav: wireScalar,
  }),
)

// What can be seen or heard of a voice or an element (dossier, section 5.9); all of it is in elements/made.ts.
const readMade = wireReader(
  z.object({
    voice_id: wireScalar,
    trial_url: text,
    element_id: wireScalar,
    element_image_list: maybe(z.object({ frontal_image: text })),
    element_video_list: maybe(
      z.object({ refer_videos: maybe(z.array(maybe(z.object({ video_url: text })))) }),
    ),
  }),
)

/** A number that may be written as text. */
export function toNumber(value: Scalar): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

// Replies name no type: every recorded clip is an .mp4, every recorded picture a .png.
const typeOf = { video: 'video/mp4', image: 'image/png', audio: 'audio/mpeg' } as const

/** A clip unless told, or a picture, if it has an address. */
export function readOutput(
  value: unknown,
  expiresAt: number | undefined,
  kind: 'video' | 'image' = 'video',
): Output | undefined {
  const { url, watermark_url: watermarkUrl, ...file } = readFile(value) ?? {}
  if (!url) return undefined
  const [id, duration] = [idText(file.id), toNumber(file.duration)]
  return {
    kind,
    url,
    mediaType: typeOf[kind],
    ...(duration === undefined ? {} : { duration }),
    ...(id === undefined ? {} : { id }),
    // Empty or absent when no watermark was asked for (unverified which).
    ...(watermarkUrl ? { watermarkUrl } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

/** The sound of one result, as many files as it has formats. */
function readSounds(value: unknown, expiresAt: number | undefined): readonly Output[] {
  const sound = readSound(value) ?? {}
  const id = idText(sound.id)
  const files = [
    { url: sound.url, duration: sound.duration, mediaType: typeOf.audio },
    { url: sound.url_mp3, duration: sound.duration_mp3, mediaType: 'audio/mpeg' },
    { url: sound.url_wav, duration: sound.duration_wav, mediaType: 'audio/wav' },
  ]
  return files.flatMap(({ url, duration, mediaType }) => {
    const seconds = toNumber(duration)
    return url
      ? [
          {
            kind: 'audio' as const,
            url,
            mediaType,
            ...(seconds === undefined ? {} : { duration: seconds }),
            ...(id === undefined ? {} : { id }),
            ...(expiresAt === undefined ? {} : { expiresAt }),
          },
        ]
      : []
  })
}

/** A voice or an element by its id, which is all that a task needs to have ended well. */
function readThing(value: unknown): Output | undefined {
  const made = readMade(value) ?? {}
  const id = idText(made.voice_id) ?? idText(made.element_id)
  const clip = made.element_video_list?.refer_videos?.[0]?.video_url
  const kind = made.voice_id === undefined ? (clip ? 'video' : 'image') : 'audio'
  const url = clip || made.trial_url || made.element_image_list?.frontal_image
  return id === undefined ? undefined : { kind, mediaType: typeOf[kind], id, ...(url ? { url } : {}) }
}

/** Every file of a result, in the order of its lists: clips, pictures, sounds; and voices and elements, by what shows them. */
export function readOutputs(result: Results | undefined, expiresAt: number | undefined): readonly Output[] {
  const { images = [], series_images: series = [] } = result ?? {}
  // Whether `images` is empty, absent or the same again beside a series is not documented.
  const pictures = images.length > 0 ? images : series
  return [
    ...(result?.videos ?? []).map((video) => readOutput(video, expiresAt)),
    ...pictures.map((picture) => readOutput(picture, expiresAt, 'image')),
    ...(result?.audios ?? []).flatMap((sound) => readSounds(sound, expiresAt)),
    ...[...(result?.voices ?? []), ...(result?.elements ?? [])].map(readThing),
  ].filter((output) => output !== undefined)
}
