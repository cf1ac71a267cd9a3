import type { Media } from '../model/media.ts'
import { problem } from '../model/problem.ts'
import type { Rule } from './kind.ts'
import { closest, listed, otherRows } from './rule.ts'
import { defaultDuration, type Video } from './video-fields.ts'
import { drop, set } from './ways.ts'

/** The types of kinds that take a first and a last frame. */
interface Framed extends Video {
  readonly request: Video['request'] & { readonly startImage?: Media; readonly endImage?: Media }
}

/** Which images there are. */
export const images: Rule<Framed> = (of) => {
  const { request, limits, name } = of
  const { startImage, endImage, duration: wanted = defaultDuration } = request
  const end = limits.endImage
  if (endImage === undefined) {
    const fix = 'Set startImage, or use text-to-video.'
    return [startImage === undefined && problem('startImage', 'required', 'There is no image.', fix)]
  }
  const takesIt = otherRows(
    of,
    (row) => row.endImage !== false && (startImage !== undefined || row.endImage.alone),
    'which takes an end image',
  )
  if (end === false) {
    const fix = 'Leave it out, or use a model and mode that takes one.'
    const without = drop('endImage', fix)
    return [problem('endImage', 'unsupported', `${name} takes no end image.`, fix, [...takesIt, without])]
  }
  const near = end.durations && closest(end.durations, wanted)
  return [
    startImage === undefined &&
      !end.alone &&
      problem(
        'startImage',
        'required',
        `${name} takes an end image only beside a start image.`,
        'Set startImage.',
      ),
    end.durations &&
      !end.durations.includes(wanted) &&
      problem(
        'endImage',
        'conflict',
        `${name} takes an end image only at ${listed(end.durations)} s.`,
        `Use a duration of ${end.durations[0]}.`,
        [
          ...(near === undefined ? [] : [set('duration', near, `Use a duration of ${near}.`)]),
          drop('endImage', 'Leave endImage out.'),
        ],
      ),
    end.silentOnly &&
      request.generateAudio === true &&
      problem(
        'endImage',
        'conflict',
        `${name} renders silent beside an end image.`,
        'Leave generateAudio out.',
        [
          drop('generateAudio', 'Leave generateAudio out.'),
          ...otherRows(
            of,
            (row) => row.endImage !== false && !row.endImage.silentOnly && row.audio !== 'never',
            'which has sound beside an end image',
          ),
        ],
      ),
  ]
}

/** The sound track. */
export const sound: Rule<Video> = (of) => {
  const { request, limits, name } = of
  const { generateAudio } = request
  const leaveOut = 'Leave generateAudio out.'
  return [
    generateAudio === true &&
      limits.audio === 'never' &&
      problem('generateAudio', 'unsupported', `${name} renders silent clips only.`, leaveOut, [
        ...otherRows(of, ({ audio }) => audio !== 'never', 'which has sound'),
        drop('generateAudio', leaveOut),
      ]),
    generateAudio === false &&
      limits.audio === 'always' &&
      problem('generateAudio', 'unsupported', `${name} always adds sound.`, leaveOut, [
        ...otherRows(of, ({ audio }) => audio !== 'always', 'which can be silent'),
        drop('generateAudio', leaveOut),
      ]),
  ]
}
