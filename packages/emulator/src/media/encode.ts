import type { H264MP4Encoder } from 'h264-mp4-encoder'
import type { Pixels } from './decode.ts'
import { type ClipSpec, createPicture } from './picture.ts'
import { shapeOf } from './shape.ts'

const FRAMES_PER_SECOND = 10
// 57 600 pixels: 320x180 at 16:9.
const AREA = 320 * 180
const FASTEST = 10
const QUANTIZATION = 30

let clipCount = 0

/** Even width and height of the given aspect (width by height), as H.264 wants them. */
export function frameSize(aspect: number): { readonly width: number; readonly height: number } {
  const even = (side: number): number => Math.max(2, Math.round(side / 2) * 2)
  const height = Math.sqrt(AREA / aspect)
  return { width: even(height * aspect), height: even(height) }
}

/** A real MP4 (H.264) of exactly the length asked for. */
export async function encodeClip(
  spec: ClipSpec,
  ...under: readonly (Pixels | string)[]
): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = await loadEncoder()
  const { width, height } = frameSize(shapeOf(spec, under))
  encoder.width = width
  encoder.height = height
  encoder.frameRate = FRAMES_PER_SECOND
  encoder.speed = FASTEST
  encoder.quantizationParameter = QUANTIZATION
  encoder.groupOfPictures = FRAMES_PER_SECOND * 2
  // Encoders share one in-memory file system.
  clipCount += 1
  encoder.outputFilename = `clip-${clipCount}.mp4`
  encoder.initialize()

  const picture = createPicture(width, height, spec, ...under)
  const frames = Math.round(spec.seconds * FRAMES_PER_SECOND)
  for (let frame = 0; frame < frames; frame += 1) {
    encoder.addFrameRgba(picture.frame(frame / FRAMES_PER_SECOND))
  }
  encoder.finalize()
  const bytes = new Uint8Array(encoder.FS.readFile(encoder.outputFilename))
  encoder.FS.unlink(encoder.outputFilename)
  encoder.delete()
  return bytes
}

const processEvents = ['uncaughtException', 'unhandledRejection'] as const
type Listener = (...args: unknown[]) => void

/**
 * A fresh encoder. Its Emscripten build listens for the process's uncaught errors and rethrows them, which
 * would change how the host program fails (seen in h264-mp4-encoder 1.0.12); those listeners are taken out.
 */
export async function loadEncoder(): Promise<H264MP4Encoder> {
  const before = processEvents.map((event) => new Set(listenersOf(event)))
  const { default: module } = await import('h264-mp4-encoder')
  const made = module.createH264MP4Encoder()
  // At once, and not when it is ready: an error of the host's in between would print the encoder's whole bundle.
  for (const [index, event] of processEvents.entries()) {
    for (const listener of listenersOf(event)) {
      if (!before[index]?.has(listener)) process.off(event, listener)
    }
  }
  return made
}

const listenersOf = (event: (typeof processEvents)[number]): Listener[] =>
  typeof process === 'undefined' ? [] : (process.listeners(event as 'uncaughtException') as Listener[])
