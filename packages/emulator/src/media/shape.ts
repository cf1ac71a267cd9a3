import type { Pixels } from './decode.ts'
import type { ClipSpec } from './picture.ts'

// The providers' own limit on either side.
const WIDEST = 2.5

/** Width by height: that of the start image, also where it became known only after the task was made, else as asked for. */
export function shapeOf(spec: ClipSpec, under: readonly (Pixels | string)[]): number {
  const [start] = spec.picture ? under : []
  if (typeof start !== 'object') return spec.aspect
  return Math.min(Math.max(start.width / start.height, 1 / WIDEST), WIDEST)
}

// 640x360 at 16:9: above the 300 px a side that every provider asks of its own inputs, at any shape it makes.
const AREA = 640 * 360

/** Width and height of a picture of this aspect (width by height). */
export function stillSize(aspect: number): { readonly width: number; readonly height: number } {
  const height = Math.sqrt(AREA / aspect)
  return { width: Math.round(height * aspect), height: Math.round(height) }
}
