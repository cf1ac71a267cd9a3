import {
  type Problem,
  type ProblemRule,
  problem,
  type Shot,
  type Subject,
  shotsAddUp,
  type VideoKind,
} from '@reelay/core/adapter'

/** A rule across fields; `false` and `undefined` are "nothing wrong". */
export type Rule = (subject: Subject<VideoKind>) => readonly (Problem | false | undefined)[]

/** A problem with one of Kling's own keys; `path` starts with the key. */
export function optionProblem(path: string, rule: ProblemRule, message: string, fix: string): Problem {
  return problem(`providerOptions.kling.${path}`, rule, message, fix)
}

/** Whether a value is an object with keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A shot in the words of V1. */
export const shotOf = ({ prompt, duration }: Shot, position: number): Readonly<Record<string, unknown>> => ({
  index: position + 1,
  prompt,
  duration: String(duration),
})

const keys: readonly string[] = ['multi_shot', 'shot_type', 'multi_prompt']
const mostShots = 6
const longestShotPrompt = 512

const secondsOf = (value: unknown): number | undefined =>
  typeof value === 'string' && /^[1-9]\d*$/.test(value) ? Number(value) : undefined

function shotProblems(shot: unknown, position: number): readonly (Problem | false)[] {
  const path = `multi_prompt.${position}`
  if (!isRecord(shot)) {
    return [
      optionProblem(path, 'type', `${path} must be an object.`, 'Pass { index, prompt, duration: "4" }.'),
    ]
  }
  const { index, prompt, duration } = shot
  const blank = typeof prompt !== 'string' || prompt.trim() === ''
  const wrongIndex = `${path}.index must be ${position + 1}: shots count from 1.`
  const wrongDuration = `${path}.duration must be whole seconds as a string, at least "1".`
  return [
    index !== position + 1 && optionProblem(`${path}.index`, 'range', wrongIndex, `Use ${position + 1}.`),
    blank &&
      optionProblem(`${path}.prompt`, 'required', `${path}.prompt is empty.`, 'Say what the shot shows.'),
    !blank &&
      prompt.length > longestShotPrompt &&
      optionProblem(
        `${path}.prompt`,
        'length',
        `${path}.prompt has ${prompt.length} characters; at most ${longestShotPrompt} are accepted.`,
        `Shorten it by ${prompt.length - longestShotPrompt}.`,
      ),
    secondsOf(duration) === undefined &&
      optionProblem(`${path}.duration`, 'type', wrongDuration, 'Write it like "4".'),
  ]
}

function listProblems(shots: unknown, duration: number): readonly (Problem | false | undefined)[] {
  if (!Array.isArray(shots) || shots.length < 1 || shots.length > mostShots) {
    const message = `multi_prompt must be an array of 1 to ${mostShots} shots.`
    return [optionProblem('multi_prompt', 'range', message, `Pass 1 to ${mostShots} shots.`)]
  }
  const seconds = shots.map((shot) => (isRecord(shot) ? secondsOf(shot.duration) : undefined))
  const known = seconds.filter((value) => value !== undefined)
  return [
    ...shots.flatMap(shotProblems),
    known.length === shots.length && shotsAddUp('providerOptions.kling.multi_prompt', known, duration),
  ]
}

/** Multi-shot, kling-v3 only (text-to-video page, 2026-03); beside an end image too since 2026-05-07 (update log). */
export const multiShot: Rule = ({ offer, options, duration }) => {
  const [key] = keys.filter((name) => options[name] !== undefined)
  if (key === undefined) return []
  if (offer.model !== 'kling-v3') {
    return [
      optionProblem(
        key,
        'unsupported',
        `${offer.model} has no multi-shot.`,
        'Leave it out, or use kling-v3.',
      ),
    ]
  }
  const { multi_shot: on, shot_type: type, multi_prompt: shots } = options
  if (on !== undefined && typeof on !== 'boolean') {
    return [optionProblem('multi_shot', 'type', 'multi_shot must be a boolean.', 'Use true or false.')]
  }
  if (on !== true) {
    // Ignored by Kling, so the caller would pay for another clip than the one described.
    return [type !== undefined && 'shot_type', shots !== undefined && 'multi_prompt']
      .filter((name) => name !== false)
      .map((name) =>
        optionProblem(name, 'conflict', `${name} counts only with multi_shot.`, 'Set multi_shot to true.'),
      )
  }
  if (type !== 'customize' && type !== 'intelligence') {
    const message = 'Multi-shot needs a shot_type of customize or intelligence.'
    const fix = 'Use customize with multi_prompt, or intelligence with prompt.'
    return [optionProblem('shot_type', type === undefined ? 'required' : 'one-of', message, fix)]
  }
  if (type === 'customize') return listProblems(shots, duration)
  const message = 'With intelligence Kling cuts the prompt itself and ignores multi_prompt.'
  return [
    shots !== undefined &&
      optionProblem('multi_prompt', 'conflict', message, 'Leave multi_prompt out, or use customize.'),
  ]
}
