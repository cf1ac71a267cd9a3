import type { Media } from '../../../model/media.ts'
import { mediaProblems } from '../../../model/media-rule.ts'
import { problem } from '../../../model/problem.ts'
import { kinds } from '../../../model/request/index.ts'
import { reachProblems } from '../reach.ts'
import { drop, set } from '../ways.ts'
import { closest, defaultDuration, listed, otherRows, type Rule } from './rule.ts'

/** Which images there are. */
export const images: Rule = (of) => {
  const { request, limits, name } = of
  if (request.kind !== 'image-to-video') return []
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
export const sound: Rule = (of) => {
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

const bytesInstead =
  'Pass its bytes (a Uint8Array or Blob, read from there or from its file), which the adapter brings to the provider; or a public https URL.'
const linkInstead = 'Put it where the provider can fetch it, and pass its public https URL.'

/** Whether the images themselves can be used. */
export const media: Rule = ({ request, limits: { images: rule }, near }) =>
  kinds[request.kind].media.flatMap((field) => {
    const value = (request as unknown as Record<string, Media | undefined>)[field]
    if (value === undefined || rule === false) return []
    const wrong = mediaProblems(field, value, rule)
    if (wrong.length > 0 || !(typeof value === 'string' || value instanceof URL)) return wrong
    const instead = rule.forms.some((form) => form !== 'url') ? bytesInstead : linkInstead
    return reachProblems(field, String(value), near, instead)
  })
