import type { Pixels } from './decode.ts'
import type { ClipSpec } from './picture.ts'

/** Encodes clips on first use and keeps the last few. */
export interface ClipStore {
  get(key: string, spec: ClipSpec): Promise<Uint8Array<ArrayBuffer>>
  clear(): void
}

// A clip is some tens of kilobytes; encoding one again costs a tenth of a second.
const KEPT = 64

export function createClips(): ClipStore {
  const clips = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()
  return {
    get: (key, spec) => {
      const clip = clips.get(key) ?? encode(spec)
      // Re-inserted, so that the least recently used one is the first.
      clips.delete(key)
      clips.set(key, clip)
      clip.catch(() => clips.delete(key))
      const oldest = clips.keys().next().value
      if (clips.size > KEPT && oldest !== undefined) clips.delete(oldest)
      return clip
    },
    clear: () => clips.clear(),
  }
}

// The encoder is a megabyte of WebAssembly, so it loads with the first download; so do the decoders of pictures.
async function encode(spec: ClipSpec): Promise<Uint8Array<ArrayBuffer>> {
  const { encodeClip } = await import('./encode.ts')
  return encodeClip(spec, await laidUnder(spec))
}

async function laidUnder({ picture }: ClipSpec): Promise<Pixels | string | undefined> {
  const bytes = await picture?.()
  if (bytes === undefined || typeof bytes === 'string') return bytes
  const { decodePicture } = await import('./decode.ts')
  return decodePicture(bytes) ?? 'The start image is no PNG or JPEG that could be read.'
}
