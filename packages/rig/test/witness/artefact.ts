import { isClipRef, type Output, type RenderRequest } from '@reelay/core'
import { sniff } from '@reelay/core/adapter'
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'

/** A file as it is found when opened. */
export interface Opened {
  readonly mediaType: string
  readonly seconds?: number
  readonly width?: number
  readonly height?: number
}

/** What a request asks for, as far as a file can show it. */
export interface Wanted {
  readonly family: 'video' | 'image' | 'audio'
  /** Not said where it is open. */
  readonly count?: number
  /** From and to. */
  readonly seconds?: readonly [number, number]
  /** Width by height. */
  readonly aspect?: number
}

/** The size of the picture that the market's providers find at whatever address. */
export const fetched = { width: 400, height: 300 } as const

/** The bytes that a request brings along; none behind an address. */
export function bytesIn(file: unknown): Uint8Array | undefined {
  if (file instanceof Uint8Array) return file
  if (typeof file !== 'string' || !file.startsWith('data:')) return undefined
  return Buffer.from(file.slice(file.indexOf(',') + 1), 'base64')
}

/** Looks into a file. */
export async function openFile(bytes: Uint8Array<ArrayBuffer>): Promise<Opened> {
  const { mediaType = 'nothing known', ...size } = sniff(bytes) ?? {}
  if (mediaType.startsWith('image/')) return { mediaType, ...size }
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
  const seconds = await input.computeDuration()
  const track = await input.getPrimaryVideoTrack()
  if (!track) return { mediaType, seconds }
  return { mediaType, seconds, width: track.displayWidth, height: track.displayHeight }
}

const aspectOf = (ratio: string): number => {
  const [width = 16, height = 9] = ratio.split(':').map(Number)
  return width / height
}

/** Of the picture that a clip starts from; one behind an address is as large as the market's. */
function aspectOfPicture(file: unknown): number {
  const { width = fetched.width, height = fetched.height } = sniff(bytesIn(file) ?? new Uint8Array()) ?? {}
  return width / height
}

type Fields = Readonly<Record<string, unknown>>

function clip({ duration = 5, aspectRatio = '16:9', startImage, endImage }: Fields): Wanted {
  const picture = startImage ?? endImage
  const aspect = picture === undefined ? aspectOf(String(aspectRatio)) : aspectOfPicture(picture)
  return { family: 'video', count: 1, seconds: [Number(duration), Number(duration)], aspect }
}

/** Of a series nobody says how many there will be. */
const pictures = ({ n = 1, aspectRatio, series }: Fields): Wanted => ({
  family: 'image',
  ...(series === undefined && { count: Number(n) }),
  ...(typeof aspectRatio === 'string' && /^\d+:\d+$/.test(aspectRatio) && { aspect: aspectOf(aspectRatio) }),
})

const wanted: { readonly [kind: string]: (request: Fields) => Wanted } = {
  'text-to-video': clip,
  'image-to-video': clip,
  'reference-to-video': clip,
  'text-to-image': pictures,
  'image-to-image': pictures,
  // As long as the clip, or as what is said in it: only the clip's maker knows.
  'lip-sync': () => ({ family: 'video', count: 1 }),
  // By four to five seconds; a file does not say how long it is.
  extend: ({ video }) => {
    const { duration } = isClipRef(video) ? video : {}
    return {
      family: 'video',
      count: 1,
      ...(duration !== undefined && { seconds: [duration + 4, duration + 5] }),
    }
  },
  'virtual-try-on': ({ personImage, n = 1 }) => ({
    family: 'image',
    count: Number(n),
    aspect: aspectOfPicture(personImage),
  }),
}

/** What a request asks for; `undefined` for a kind of which nothing is known. */
export const wantedOf = (request: RenderRequest): Wanted | undefined =>
  wanted[request.kind]?.(request as unknown as Fields)

const close = (one: number, other: number, by: number): boolean => Math.abs(one - other) <= by
const lasts = (seconds: number, [from, to]: readonly [number, number], by: number): boolean =>
  seconds >= from - by && seconds <= to + by
const shownSeconds = ([from, to]: readonly [number, number]): string =>
  from === to ? `${from} s` : `${from} to ${to} s`

/** What of a finished task is not what was asked for, looking at its outputs alone; `undefined` where all is. */
export function misses(wanted: Wanted, outputs: readonly Output[]): string | undefined {
  const { family, count, seconds } = wanted
  if (count !== undefined && outputs.length !== count) return `it has ${outputs.length} files, not ${count}`
  for (const { kind, mediaType, url, body, duration } of outputs) {
    if (kind !== family || !mediaType.startsWith(`${family}/`))
      return `it is ${kind} (${mediaType}), not ${family}`
    if (url === undefined && body === undefined) return 'it has no file'
    if (seconds && duration !== undefined && !lasts(duration, seconds, 0.5))
      return `it lasts ${duration} s, not ${shownSeconds(seconds)}`
  }
  return undefined
}

/** The same of an opened file. */
export function mismatch({ family, seconds, aspect }: Wanted, file: Opened): string | undefined {
  if (!file.mediaType.startsWith(`${family}/`)) return `the file is ${file.mediaType}, not ${family}`
  if (seconds && !lasts(file.seconds ?? 0, seconds, 0.15))
    return `the file lasts ${file.seconds} s, not ${shownSeconds(seconds)}`
  const { width = 0, height = 1 } = file
  return aspect === undefined || close(width / height, aspect, aspect * 0.03)
    ? undefined
    : `the file is ${width} by ${height}`
}
