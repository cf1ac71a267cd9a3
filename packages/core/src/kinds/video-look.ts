import { problem } from '../model/problem.ts'
import type { Rule } from './kind.ts'
import { closest, listed, otherRows } from './rule.ts'
import { defaultDuration, type Video } from './video-fields.ts'
import { drop, set } from './ways.ts'

const seconds = (durations: readonly number[], wanted: number) => {
  const near = closest(durations, wanted)
  return near === undefined ? [] : [set('duration', near, `Use a duration of ${near}.`)]
}

/** How long the clip is. */
export const length: Rule<Video> = (of) => {
  const { request, limits, name } = of
  const { duration: wanted = defaultDuration } = request
  if (limits.durations.includes(wanted)) return []
  const near = closest(limits.durations, wanted)
  const message = `${name} renders ${listed(limits.durations)} s, not ${wanted} s.`
  const fix = `Use ${near}.`
  return [
    problem('duration', 'one-of', message, fix, [
      ...(near === undefined ? [] : [set('duration', near, fix)]),
      ...otherRows(of, ({ durations }) => durations.includes(wanted), `which renders ${wanted} s`),
    ]),
  ]
}

const shapeOf = (ratio: string): number => {
  const [width = 1, height = 1] = ratio.split(':').map(Number)
  return Math.log(width / height)
}

/** Width to height, and how closely the prompt is followed. */
export const frame: Rule<Video> = (of) => {
  const { request, limits, name } = of
  const { aspectRatio, cfgScale } = request
  const ratios = limits.aspectRatios
  const wrong = aspectRatio !== undefined && ratios && !ratios.includes(aspectRatio)
  const near = wrong && closest(ratios.map(shapeOf), shapeOf(aspectRatio))
  const ratio = (ratios || []).find((one) => shapeOf(one) === near)
  return [
    wrong &&
      problem(
        'aspectRatio',
        'one-of',
        `${name} renders ${ratios.join(', ')}, not ${aspectRatio}.`,
        `Use ${ratio}.`,
        [set('aspectRatio', ratio, `Use ${ratio}.`)],
      ),
    cfgScale !== undefined &&
      !limits.cfgScale &&
      problem('cfgScale', 'unsupported', `${name} takes no cfgScale.`, 'Leave it out.', [
        ...otherRows(of, (row) => row.cfgScale, 'which takes one'),
        drop('cfgScale', 'Leave it out.'),
      ]),
  ]
}

/** Scripted camera moves. */
export const camera: Rule<Video> = (of) => {
  const { request, limits, name } = of
  const { cameraControl, duration: wanted = defaultDuration } = request
  const row = limits.cameraControl
  if (!cameraControl) return []
  const { type, config } = cameraControl
  const moved = Object.values(config ?? {}).filter((amount) => !!amount).length
  const oneAxis = 'Set one of horizontal, vertical, pan, tilt, roll and zoom to a number other than 0.'
  const inWords = drop('cameraControl', 'Leave it out, and describe the move in the prompt.')
  const others = otherRows(
    of,
    (limit) => limit.cameraControl !== false && limit.cameraControl.types.includes(type),
    'which takes it',
  )
  if (!row) {
    const message = `${name} takes no camera control.`
    return [
      problem('cameraControl', 'unsupported', message, 'Describe the move in the prompt.', [
        ...others,
        inWords,
      ]),
    ]
  }
  const moves = row.types.join(', ')
  return [
    !row.types.includes(type) &&
      problem('cameraControl.type', 'one-of', `${name} takes the camera moves ${moves}.`, `Use ${moves}.`, [
        ...others,
        drop('cameraControl', `Use ${moves}, or leave it out and describe the move in the prompt.`),
      ]),
    row.types.includes(type) &&
      type !== 'simple' &&
      config !== undefined &&
      problem(
        'cameraControl.config',
        'conflict',
        `The camera move ${type} takes no config.`,
        'Leave config out, or use type simple.',
      ),
    type === 'simple' &&
      config === undefined &&
      problem('cameraControl.config', 'required', 'The camera move simple needs a config.', oneAxis),
    type === 'simple' &&
      config !== undefined &&
      moved !== 1 &&
      problem(
        'cameraControl.config',
        'conflict',
        `The camera move simple takes exactly one axis other than 0, not ${moved}.`,
        oneAxis,
      ),
    !row.durations.includes(wanted) &&
      problem(
        'cameraControl',
        'conflict',
        `${name} takes camera control only at ${listed(row.durations)} s.`,
        `Use a duration of ${row.durations[0]}.`,
        [...seconds(row.durations, wanted), inWords],
      ),
  ]
}

/** How many clips. */
export const count: Rule<Video> = ({ request: { n = 1 }, name }) => [
  n > 1 &&
    problem('n', 'unsupported', `${name} makes one clip per task.`, `Submit ${n} times.`, [
      drop('n', `Leave n out, and submit ${n} times.`),
    ]),
]
