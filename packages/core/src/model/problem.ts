/**
 * Which rule a request breaks. `unsupported` and `discontinued` may be cured by another provider, the rest only by
 * another request.
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
}

/** Something the provider will ignore or treat differently, and that does not change what is paid for. */
export interface Warning {
  readonly field: string
  readonly message: string
}

/** Problems as sentences, for an error's message. */
export function explain(problems: readonly Problem[]): string {
  return problems.map(({ field, message, fix }) => `${field}: ${message} ${fix}`).join(' ')
}

/** Builds a {@link Problem} in one line. */
export function problem(field: string, rule: ProblemRule, message: string, fix: string): Problem {
  return { field, rule, message, fix }
}
