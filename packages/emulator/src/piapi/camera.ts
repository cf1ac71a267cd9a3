import { isRecord } from '../http/json.ts'
import { invalid, type Refusal } from './errors.ts'
import type { Body } from './fields.ts'

const axes = ['horizontal', 'vertical', 'pan', 'tilt', 'roll', 'zoom']
// The extremes seen in samples; the range itself is not documented.
const LIMIT = 10

/** Shape of `camera_control`: one type, numbers on known axes. */
export function checkCamera(input: Body): Refusal | undefined {
  const camera = input.camera_control
  if (!isRecord(camera)) return undefined
  if (camera.type !== 'simple') return invalid('camera_control.type', "must be 'simple'")
  if (!isRecord(camera.config)) return invalid('camera_control.config', 'must be of type object')
  for (const [axis, value] of Object.entries(camera.config)) {
    if (!axes.includes(axis)) return invalid(`camera_control.config.${axis}`, 'is unknown')
    if (typeof value !== 'number' || Math.abs(value) > LIMIT) {
      return invalid(`camera_control.config.${axis}`, `must be a number between -${LIMIT} and ${LIMIT}`)
    }
  }
  return undefined
}
