import { isRecord } from '../http/json.ts'
import { type Refusal, refuse } from './errors.ts'
import { type Body, list, text } from './fields.ts'
import { checkImage } from './images.ts'

const MAX_MASKS = 6
const MIN_POINTS = 2
const MAX_POINTS = 77

const isPoint = (point: unknown): boolean =>
  isRecord(point) && Number.isInteger(point.x) && Number.isInteger(point.y)

/** Shape of the motion brush: `static_mask` and `dynamic_masks`. */
export function checkMasks(body: Body): Refusal | undefined {
  const still = text(body, 'static_mask')
  if (still !== '') {
    const image = checkImage('static_mask', still)
    if ('code' in image) return image
  }
  const masks = list(body, 'dynamic_masks')
  if (masks.length > MAX_MASKS)
    return refuse(1201, `dynamic_masks must not hold more than ${MAX_MASKS} masks`)
  for (const [position, mask] of masks.entries()) {
    const where = `dynamic_masks[${position}]`
    if (!isRecord(mask) || typeof mask.mask !== 'string') return refuse(1201, `${where}.mask cannot be empty`)
    const image = checkImage(`${where}.mask`, mask.mask)
    if ('code' in image) return image
    const points = list(mask, 'trajectories')
    if (points.length < MIN_POINTS || points.length > MAX_POINTS || !points.every(isPoint)) {
      return refuse(
        1201,
        `${where}.trajectories must hold ${MIN_POINTS} to ${MAX_POINTS} points with whole x and y`,
      )
    }
  }
  return undefined
}
