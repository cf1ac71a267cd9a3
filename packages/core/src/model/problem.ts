/**
 * Which rule a request breaks. `unsupported` and `discontinued` may be cured by another provider, the rest only by
 * another request.
 *
 * @example
 * ```ts
 * import type { Problem, ProblemRule } from '@reelay/core'
 * const elsewhere: ReadonlySet<ProblemRule> = new Set(['unsupported', 'discontinued'])
 * const mayWorkElsewhere = (problems: readonly Problem[]): boolean => problems.every(({ rule }) => elsewhere.has(rule))
 * ```
 */
export type ProblemRule =
  | 'required'
  | 'type'
  | 'range'
  | 'length'
  | 'one-of'
  | 'conflict'
  | 'malformed'
  | 'unreachable'
  | 'media-type'
  | 'media-size'
  | 'unknown-field'
  | 'reserved'
  | 'unsupported'
  | 'discontinued'

/**
 * One thing wrong with a request, found before anything was sent.
 *
 * @example
 * ```ts
 * import type { Problem } from '@reelay/core'
 * const print = (problem: Problem): string => `${problem.field}: ${problem.message} ${problem.fix}`
 * ```
 */
export interface Problem {
  /** Path of the field, for example `duration` or `providerOptions.kling.callback_url`. */
  readonly field: string
  readonly rule: ProblemRule
  /** What is wrong, as a sentence. */
  readonly message: string
  /** What to do about it, as a sentence. */
  readonly fix: string
  /** Names of other configured providers that could serve the request as it is. */
  readonly elsewhere?: readonly string[]
  /**
   * What turns the whole request into the nearest one that passes, all of its problems solved; the same for each of them.
   * Absent when only a person can say. See `applySuggestion`.
   */
  readonly suggestion?: RequestPatch
}

/**
 * Changes to a request as a JSON merge patch (RFC 7396): fields to set, and `null` for those to leave out.
 *
 * @example
 * ```ts
 * import { applySuggestion, type RenderRequest, type RequestPatch, type VideoProvider } from '@reelay/core'
 * const cheaper: RequestPatch = { mode: 'std', generateAudio: null }
 * console.log(`Try again with ${JSON.stringify(cheaper)}`)
 * // The request with the first suggestion of the check in it, where there is one.
 * function mended(provider: VideoProvider, request: RenderRequest): RenderRequest {
 *   const suggestion = provider.check(request)[0]?.suggestion
 *   return suggestion ? applySuggestion(request, suggestion) : request
 * }
 * ```
 */
export type RequestPatch = { readonly [field: string]: unknown }

/**
 * One way to solve a problem, before it is known which of them leads to a request that passes.
 *
 * @example
 * ```ts
 * import { type Way } from '@reelay/core'
 * import { problem } from '@reelay/core/adapter'
 * const silent: Way = { patch: { generateAudio: false }, cost: 3, fix: 'Leave out the sound.' }
 * export const noSound = problem('generateAudio', 'unsupported', 'This model makes silent clips.', 'Leave it out.', [silent])
 * ```
 */
export interface Way {
  readonly patch: RequestPatch
  /** How far it takes the request from what was asked for; the least in sum is suggested. */
  readonly cost: number
  /** The change as a sentence. */
  readonly fix: string
}

/**
 * A problem with the ways to solve it, as rules find it; callers see the nearest as its {@link Problem.suggestion}.
 *
 * @example
 * ```ts
 * import type { Finding } from '@reelay/core'
 * // What a rule found, for the provider's own tests: the first way out of each problem.
 * const firstWays = (findings: readonly Finding[]): readonly string[] =>
 *   findings.map(({ message, ways = [] }) => `${message} ${ways[0]?.fix ?? ''}`)
 * ```
 */
export interface Finding extends Problem {
  readonly ways?: readonly Way[]
}

/**
 * Something the provider will ignore or treat differently, and that does not change what is paid for.
 *
 * @example
 * ```ts
 * import type { VideoTask, Warning } from '@reelay/core'
 * const line = ({ field, message }: Warning): string => `${field}: ${message}`
 * const show = (task: VideoTask): void => task.warnings.map(line).forEach((text) => console.warn(text))
 * ```
 */
export interface Warning {
  readonly field: string
  readonly message: string
}

/** Problems as sentences, for an error's message. */
export function explain(problems: readonly Problem[]): string {
  return problems.map(({ field, message, fix }) => `${field}: ${message} ${fix}`).join(' ')
}

/**
 * Builds a {@link Problem} in one line; `ways` are changes that may solve it, each tried by `check`.
 * `field` is its path in the request (`cameraControl.config.zoom`), `message` says what is wrong, `fix` what to do, both as sentences.
 *
 * @example
 * ```ts
 * import { type Problem, type VideoKind } from '@reelay/core'
 * import { problem } from '@reelay/core/adapter'
 * const longClips = (kind: VideoKind, duration: number): readonly Problem[] =>
 *   kind === 'image-to-video' && duration > 10
 *     ? [
 *         problem('duration', 'range', 'From an image at most 10 seconds are made.', 'Ask for 10.', [
 *           { patch: { duration: 10 }, cost: 2, fix: 'Ask for 10 seconds.' },
 *         ]),
 *       ]
 *     : []
 * ```
 */
export function problem(
  field: string,
  rule: ProblemRule,
  message: string,
  fix: string,
  ways: readonly Way[] = [],
): Finding {
  return { field, rule, message, fix, ...(ways.length > 0 && { ways }) }
}
