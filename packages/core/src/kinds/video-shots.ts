import { type Finding, problem } from '../model/problem.ts'
import { counted, isBlank, sizeOf } from '../model/text.ts'
import type { Shot } from '../model/words.ts'
import type { Rule } from './kind.ts'
import { listed, otherRows } from './rule.ts'
import { defaultDuration, type ShotLimits, type Video } from './video-fields.ts'
import { drop, set } from './ways.ts'

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
  const sum = list.reduce((total, shot) => total + shot.duration, 0)
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
      sum !== duration &&
      problem(
        'shots',
        'conflict',
        `The shots add up to ${sum} s, the clip to ${duration} s.`,
        `Use a duration of ${sum}, or change the shots.`,
        limits.durations.includes(sum)
          ? [set('duration', sum, `Use a duration of ${sum}.`)]
          : [drop('shots', `Leave the shots out: ${name} renders ${listed(limits.durations)} s.`)],
      ),
  ]
}
