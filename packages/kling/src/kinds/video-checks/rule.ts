import {
  type Problem,
  type ProblemRule,
  problem,
  type RenderRequest,
  type Subject,
  type VideoKind,
} from '@reelay/core'

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

/** The end image of a request that may have one. */
export function hasEndImage(request: RenderRequest): boolean {
  return request.kind === 'image-to-video' && request.endImage !== undefined
}
