import {
  type Problem,
  type ProblemRule,
  problem,
  type Subject,
  shotsAddUp,
  type VideoKind,
} from '@reelay/core/adapter'
import { rowOf } from './video-rows.ts'

type Rule = (subject: Subject<VideoKind>) => readonly (Problem | false | undefined)[]

const wrong = (key: string, rule: ProblemRule, message: string, fix: string): Problem =>
  problem(`providerOptions.replicate.${key}`, rule, message, fix)

const lacks = (key: string, model: string): readonly Problem[] => [
  wrong(key, 'unsupported', `${model} takes no ${key}.`, 'Leave it out, or use kling-v3-omni.'),
]

const mostShots = 6

/** Seconds of `30`, `30s`, `5m`, `2h` or `1h30m45s`. */
function secondsOf(value: unknown): number | undefined {
  const parts = /^(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$|^(\d+)$/.exec(String(value))
  if (!parts) return undefined
  const [h, m, s, bare] = parts.slice(1).map((part) => Number(part ?? 0))
  return (h ?? 0) * 3_600 + (m ?? 0) * 60 + (s ?? 0) + (bare ?? 0)
}

/** Minimum of the OpenAPI description, maximum of the documentation (2026-04). */
export function deadline({ cancel_after: value }: Subject['options']): readonly (Problem | false)[] {
  if (value === undefined) return []
  const seconds = secondsOf(value)
  const fits = seconds !== undefined && seconds >= 5 && seconds <= 86_400
  const message = 'cancel_after must be 5 s to 24 h.'
  return [!fits && wrong('cancel_after', 'range', message, 'Use seconds, or text such as 1h30m45s.')]
}

const references: Rule = ({ offer: { model }, options: { reference_images: list } }) => {
  if (list === undefined) return []
  const most = rowOf(model)?.references
  if (most === undefined) return lacks('reference_images', model)
  const fits =
    Array.isArray(list) &&
    list.length > 0 &&
    list.length <= most &&
    list.every((item) => typeof item === 'string' && /^(https?:|data:)/.test(item))
  const message = `reference_images must be 1 to ${most} URLs or data URIs.`
  return [!fits && wrong('reference_images', 'range', message, `Pass 1 to ${most} URLs.`)]
}

function parsed(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value
  } catch {
    return undefined
  }
}

const isShot = (shot: unknown): shot is { readonly duration: number } => {
  const { prompt, duration } = (shot ?? {}) as Readonly<Record<string, unknown>>
  return typeof prompt === 'string' && prompt.trim() !== '' && typeof duration === 'number' && duration >= 1
}

/** A shot list that does not add up is accepted and paid for by the minute of running, and then fails. */
const shots: Rule = ({ offer: { model }, options: { multi_prompt: value }, duration }) => {
  if (value === undefined) return []
  if (rowOf(model)?.shots !== true) return lacks('multi_prompt', model)
  const list = parsed(value)
  if (!Array.isArray(list) || list.length < 1 || list.length > mostShots || !list.every(isShot)) {
    const message = `multi_prompt must be 1 to ${mostShots} shots of at least 1 s, each with a prompt.`
    return [wrong('multi_prompt', 'type', message, 'Pass [{ prompt: "…", duration: 2 }, …].')]
  }
  const seconds = list.map((shot) => shot.duration)
  return [shotsAddUp('providerOptions.replicate.multi_prompt', seconds, duration)]
}

/** What Replicate would accept and then fail on, or refuse. */
export function check(subject: Subject<VideoKind>): readonly Problem[] {
  return [...deadline(subject.options), ...references(subject), ...shots(subject)].filter((found) => !!found)
}
