import { amountProblems } from '../model/amount.ts'
import { type ErrorDetails, ReelayError } from '../model/error.ts'
import { isSubmission, isTaskHandle, type Submission, type TaskHandle } from '../model/handle.ts'
import { explain } from '../model/problem.ts'
import type { CallOptions } from './options.ts'

type Who = Pick<ErrorDetails, 'provider' | 'account'>

function kindOfValue(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value !== 'object') return `of type ${typeof value}`
  return 'an object that lacks a part of one, or is of another version'
}

function refusal(what: string, value: unknown, next: string, who: Who): ReelayError {
  const message = `This is no ${what}: it is ${kindOfValue(value)}. Nothing was asked. ${next}`
  return new ReelayError('ERR_INVALID_REQUEST', message, { ...who, outcome: 'none' })
}

/**
 * Takes whatever a caller gives for a handle.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `none`, for what is none.
 */
export function assertHandle(value: unknown, who: Who = {}): asserts value is TaskHandle {
  if (isTaskHandle(value)) return
  const next = "Pass the task's `handle` as submit returned it, or as JSON.parse reads what was stored of it."
  throw refusal('task handle', value, next, who)
}

/**
 * The same of several; a single handle is not a list of one, nor is a text a list of its letters.
 *
 * @throws ReelayError as {@link assertHandle} does.
 */
export function handlesOf(value: unknown, who: Who = {}): readonly TaskHandle[] {
  const isList = typeof value === 'object' && value !== null && Symbol.iterator in value
  if (!isList) throw refusal('list of task handles', value, 'Pass an array of them.', who)
  const handles: readonly unknown[] = [...(value as Iterable<unknown>)]
  return handles.map((one) => {
    assertHandle(one, who)
    return one
  })
}

/**
 * The same of a submission.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `none`, for what is none.
 */
export function assertSubmission(value: unknown, who: Who = {}): asserts value is Submission {
  if (isSubmission(value)) return
  const next = 'Pass the `submission` of the error or of the journal entry that has no verdict.'
  throw refusal('submission', value, next, who)
}

/**
 * Looks at how a caller wants to be answered about a task that exists.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `accepted`, for a limit that is none.
 */
export function assertCall({ timeoutMs, deadlineAt }: CallOptions, details: Partial<ErrorDetails>): void {
  const problems = [...amountProblems('duration', { timeoutMs }), ...amountProblems('moment', { deadlineAt })]
  if (problems.length === 0) return
  const message = `The provider was not asked like this. ${explain(problems)}`
  throw new ReelayError('ERR_INVALID_REQUEST', message, { outcome: 'accepted', ...details, problems })
}
