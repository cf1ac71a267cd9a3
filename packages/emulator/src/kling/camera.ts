import { isRecord } from '../http/json.ts'
import { type Refusal, refuse } from './errors.ts'
import { type Body, invalidValue } from './fields.ts'

const presets = ['down_back', 'forward_up', 'right_turn_forward', 'left_turn_forward']
const axes = ['horizontal', 'vertical', 'pan', 'tilt', 'roll', 'zoom']
const LIMIT = 10

/** Shape of `camera_control`: presets carry no config; `simple` moves along exactly one axis. */
export function checkCamera(body: Body): Refusal | undefined {
  const camera = body.camera_control
  if (!isRecord(camera)) return undefined
  const { type, config } = camera
  if (presets.includes(String(type))) {
    return config === undefined
      ? undefined
      : refuse(1201, `camera_control.config is not allowed for type '${type}'`)
  }
  if (type !== 'simple') return invalidValue('camera_control.type', type)
  if (!isRecord(config)) return refuse(1201, "camera_control.config cannot be empty for type 'simple'")
  for (const [axis, value] of Object.entries(config)) {
    const inRange = typeof value === 'number' && Math.abs(value) <= LIMIT
    if (!axes.includes(axis) || !inRange) return invalidValue(`camera_control.config.${axis}`, value)
  }
  const moved = Object.values(config).filter((value) => value !== 0)
  return moved.length === 1
    ? undefined
    : refuse(1201, 'camera_control.config must have exactly one value other than 0')
}
