import type { Pixels } from './decode.ts'
import type { ClipSpec } from './picture.ts'

/** Types of the files that providers make. */
export type FileType = 'mp4' | 'png' | 'jpeg' | 'wav' | 'mp3'

export const contentTypes: Readonly<Record<FileType, string>> = {
  mp4: 'video/mp4',
  png: 'image/png',
  jpeg: 'image/jpeg',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
}

/** What a file shows, or says; an MP4 unless told. */
export interface FileSpec extends ClipSpec {
  readonly type?: FileType
}

/** Encodes files on first use and keeps the last few. */
export interface MediaStore {
  get(key: string, spec: FileSpec): Promise<Uint8Array<ArrayBuffer>>
  clear(): void
}

// A clip is some tens of kilobytes; encoding one again costs a tenth of a second.
const KEPT = 64

export function createMedia(): MediaStore {
  const files = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()
  return {
    get: (key, spec) => {
      const file = files.get(key) ?? encode(spec)
      // Re-inserted, so that the least recently used one is the first.
      files.delete(key)
      files.set(key, file)
      file.catch(() => files.delete(key))
      const oldest = files.keys().next().value
      if (files.size > KEPT && oldest !== undefined) files.delete(oldest)
      return file
    },
    clear: () => files.clear(),
  }
}

/**
 * A real file for a program that needs an input: a clip, a picture or a sound, with a text in it.
 *
 * @param of What kind of file, and the text.
 *
 * @example
 * ```ts
 * import { createSample } from '@reelay/emulator'
 * const picture = await createSample({ type: 'png', text: 'A person' })
 * ```
 */
export const createSample = ({
  type,
  text,
  seconds = 5,
  aspect = 1,
}: {
  readonly type: FileType
  readonly text: string
  /** Length; 5 when left out. */
  readonly seconds?: number
  /** Width by height; 1 when left out. */
  readonly aspect?: number
}): Promise<Uint8Array<ArrayBuffer>> => encode({ type, title: 'a sample', text, seconds, aspect })

// The encoder is a megabyte of WebAssembly, so it loads with the first download; so do the decoders of pictures.
async function encode(spec: FileSpec): Promise<Uint8Array<ArrayBuffer>> {
  const { type = 'mp4' } = spec
  if (type === 'wav' || type === 'mp3') {
    const { encodeSound } = await import('./sound.ts')
    return encodeSound(type, spec)
  }
  const under = await laidUnder(spec)
  if (type === 'mp4') {
    const { encodeClip } = await import('./encode.ts')
    return encodeClip(spec, ...under)
  }
  const { encodeStill } = await import('./still.ts')
  return encodeStill(type, spec, ...under)
}

/** The start image first, then what is only referred to. */
async function laidUnder({ picture, references = [] }: ClipSpec): Promise<readonly (Pixels | string)[]> {
  const given = [...(picture ? [picture] : []), ...references]
  const read = await Promise.all(given.map((one) => one()))
  if (read.every((bytes) => typeof bytes === 'string')) return read
  const { decodePicture } = await import('./decode.ts')
  return read.map((bytes, index) => {
    if (typeof bytes === 'string') return bytes
    const name = picture && index === 0 ? 'start image' : 'input image'
    return decodePicture(bytes) ?? `The ${name} is no PNG or JPEG that could be read.`
  })
}
