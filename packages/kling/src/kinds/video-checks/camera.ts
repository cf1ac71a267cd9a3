import { problem } from '@reelay/core'
import type { Rule } from './rule.ts'

/** `simple` moves along exactly one axis; the scripted moves take no config (text-to-video page, 2026-02). */
export const camera: Rule = ({ request: { cameraControl } }) => {
  if (!cameraControl) return []
  const { type, config } = cameraControl
  if (type !== 'simple') {
    const message = `The camera move ${type} takes no config.`
    return [
      config !== undefined &&
        problem('cameraControl.config', 'conflict', message, 'Leave config out, or use type simple.'),
    ]
  }
  const moved = Object.values(config ?? {}).filter((amount) => amount !== undefined && amount !== 0)
  if (moved.length === 1) return []
  const fix = 'Set one of horizontal, vertical, pan, tilt, roll and zoom to a number other than 0.'
  return [
    config === undefined
      ? problem('cameraControl.config', 'required', 'The camera move simple needs a config.', fix)
      : problem(
          'cameraControl.config',
          'conflict',
          `The camera move simple takes exactly one axis other than 0, not ${moved.length}.`,
          fix,
        ),
  ]
}
