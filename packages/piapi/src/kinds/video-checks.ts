import {
  type Problem,
  type ProblemRule,
  problem,
  type Subject,
  shotsAddUp,
  type VideoKind,
  type Warning,
} from '@reelay/core/adapter'

type Rule = (subject: Subject<VideoKind>) => readonly (Problem | false | undefined)[]

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function isShot(shot: unknown): shot is { prompt: string; duration: number } {
  if (!isRecord(shot)) return false
  const { prompt, duration } = shot
  const told = typeof prompt === 'string' && prompt.trim() !== ''
  return told && Number.isInteger(duration) && Number(duration) >= 1 && Number(duration) <= 14
}

const own = (key: string, ...rest: readonly [ProblemRule, string, string]): Problem =>
  problem(`providerOptions.piapi.${key}`, ...rest)

/** Shots of their own length: they override `duration`, and what was quoted must be what is rendered. */
const shots: Rule = ({ offer, options, duration }) => {
  const { multi_shots: list, prefer_multi_shots: prefer } = options
  const key = list === undefined ? 'prefer_multi_shots' : 'multi_shots'
  if (options[key] === undefined) return []
  if (!offer.nativeModel.endsWith(' 3.0')) {
    return [own(key, 'unsupported', `${offer.model} has no multi-shot.`, 'Leave it out, or use kling-v3.')]
  }
  const wrongPrefer =
    !['undefined', 'boolean'].includes(typeof prefer) &&
    own('prefer_multi_shots', 'type', 'prefer_multi_shots must be a boolean.', 'Use true or false.')
  if (list === undefined) return [wrongPrefer]
  if (!Array.isArray(list) || list.length < 1 || list.length > 6 || !list.every(isShot)) {
    const message = 'multi_shots must be 1 to 6 shots, each with a prompt and 1 to 14 whole seconds.'
    return [wrongPrefer, own(key, 'range', message, 'Pass [{ prompt: "A boat", duration: 4 }].')]
  }
  const length = list.reduce((sum, { prompt }) => sum + prompt.length, 0)
  const seconds = list.map((shot) => shot.duration)
  return [
    wrongPrefer,
    // A client's remark (2026): prompts count together.
    length > 2_500 && own(key, 'length', `The prompts have ${length} of 2500 characters.`, 'Shorten them.'),
    shotsAddUp('providerOptions.piapi.multi_shots', seconds, duration),
  ]
}

/** The rules across fields that the catalogue's limits cannot say. */
export function check(subject: Subject<VideoKind>): readonly Problem[] {
  return shots(subject).filter((found) => !!found)
}

/** Whether the shots bring their own prompts, so that the request's prompt may be empty and is ignored. */
export function carriesPrompt({ multi_shots: list }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(list) && list.length > 0
}

/** What PiAPI will ignore of an accepted request. */
export function warnings({ request, options }: Subject<VideoKind>): readonly Warning[] {
  const message = 'PiAPI ignores prompt beside multi_shots.'
  return carriesPrompt(options) && request.prompt ? [{ field: 'prompt', message }] : []
}
