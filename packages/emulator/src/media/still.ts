import { encode as encodePNG } from 'fast-png'
import { encode as encodeJPEG } from 'jpeg-js'
import type { Pixels } from './decode.ts'
import { type ClipSpec, drawStill } from './picture.ts'
import { shapeOf, stillSize } from './shape.ts'

const QUALITY = 85

/** A real picture of the shape asked for. */
export function encodeStill(
  type: 'png' | 'jpeg',
  spec: ClipSpec,
  ...under: readonly (Pixels | string)[]
): Uint8Array<ArrayBuffer> {
  const { width, height } = stillSize(shapeOf(spec, under))
  const data = drawStill(width, height, spec, ...under)
  return type === 'png'
    ? Uint8Array.from(encodePNG({ width, height, data, channels: 4, depth: 8 }))
    : Uint8Array.from(encodeJPEG({ width, height, data }, QUALITY).data)
}
