import type { Media } from '../model/media.ts'
import { type Finding, problem, type Way } from '../model/problem.ts'
import { counted, isBlank, sizeOf } from '../model/text.ts'
import type { Shot } from '../model/words.ts'
import type { Rule } from './kind.ts'
import { closest, listed, otherRows } from './rule.ts'
import { defaultDuration, type ShotLimits, type Video } from './video-fields.ts'
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

/** What of one shot a row does not take. */
function shotProblems(
  { prompt, duration }: Shot,
  position: number,
  { longestPrompt, seconds: [shortest, longest] }: ShotLimits,
): readonly (Finding | false)[] {
  const path = `shots.${position}`
  const size = sizeOf(prompt, undefined)
  const whole = Number.isInteger(duration) && duration >= shortest && duration <= longest
  return [
    isBlank(prompt) && problem(`${path}.prompt`, 'required', 'It is empty.', 'Say what the shot shows.'),
    longestPrompt !== undefined &&
      size > longestPrompt &&
      problem(
        `${path}.prompt`,
        'length',
        `It has ${counted(size)} characters; at most ${counted(longestPrompt)} are accepted.`,
        `Shorten it by ${counted(size - longestPrompt)}.`,
      ),
    !whole &&
      problem(
        `${path}.duration`,
        'range',
        `A shot lasts ${shortest} to ${longest} whole seconds, not ${duration}.`,
        'Change it.',
      ),
  ]
}

/**
 * That the shots of a clip last as long together as the clip that is paid for; `undefined` where they do.
 *
 * @param field Where the shots stand in the request.
 * @param seconds Of each shot.
 * @param duration Of the clip, in seconds.
 *
 * @example
 * ```ts
 * import { shotsAddUp } from '@reelay/core/adapter'
 * const found = shotsAddUp('providerOptions.acme.scenes', [2, 2], 5)
 * console.log(found?.message) // The shots add up to 4 s, the clip to 5 s.
 * ```
 */
export function shotsAddUp(
  field: string,
  seconds: readonly number[],
  duration: number,
  ways?: readonly Way[],
): Finding | undefined {
  const sum = seconds.reduce((total, one) => total + one, 0)
  if (sum === duration) return undefined
  const message = `The shots add up to ${sum} s, the clip to ${duration} s.`
  return problem(field, 'conflict', message, `Use a duration of ${sum}, or change the shots.`, ways)
}

/** Several shots in one clip: how many, how long, and that they add up to what is paid for. */
export const shots: Rule<Video> = (of) => {
  const { request, limits, name, offer } = of
  const { shots: list, duration = defaultDuration } = request
  if (list === undefined) return []
  const row = limits.shots
  if (!row) {
    const fix = 'Say in the prompt what comes after what.'
    return [
      problem('shots', 'unsupported', `${name} takes no shots.`, fix, [
        ...otherRows(of, (other) => !!other.shots, 'which takes them'),
        drop('shots', fix),
      ]),
    ]
  }
  if (list.length < 1 || list.length > row.most) {
    const message = `${name} takes 1 to ${row.most} shots, not ${list.length}.`
    return [problem('shots', 'range', message, `Pass 1 to ${row.most}.`)]
  }
  const own = request.providerOptions?.[offer.provider] ?? {}
  const twice = row.options.find((key) => own[key] !== undefined)
  const found = list.flatMap((shot, position) => shotProblems(shot, position, row))
  const seconds = list.map((shot) => shot.duration)
  const sum = seconds.reduce((total, one) => total + one, 0)
  const together = list.reduce((total, { prompt }) => total + sizeOf(prompt, undefined), 0)
  const { longestTogether = Number.POSITIVE_INFINITY } = row
  return [
    ...found,
    twice !== undefined &&
      problem(
        `providerOptions.${offer.provider}.${twice}`,
        'conflict',
        `${twice} says the same as shots.`,
        'Leave it out.',
        [drop(`providerOptions.${offer.provider}.${twice}`, `Leave ${twice} out.`)],
      ),
    together > longestTogether &&
      problem(
        'shots',
        'length',
        `The prompts have ${counted(together)} characters together; at most ${counted(longestTogether)} are accepted.`,
        `Shorten them by ${counted(together - longestTogether)}.`,
      ),
    !found.some((one) => one) &&
      shotsAddUp(
        'shots',
        seconds,
        duration,
        limits.durations.includes(sum)
          ? [set('duration', sum, `Use a duration of ${sum}.`)]
          : [drop('shots', `Leave the shots out: ${name} renders ${listed(limits.durations)} s.`)],
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
