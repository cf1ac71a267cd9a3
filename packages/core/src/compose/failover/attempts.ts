import type { Attempt } from '../../model/attempt.ts'
import { ReelayError } from '../../model/error.ts'
import type { Problem } from '../../model/problem.ts'
import { type Chosen, taskWith, type VideoTask } from '../../model/task.ts'
import { ownerOf } from '../../provider/hosts.ts'
import type { Priced } from '../priced.ts'

const seriousness: readonly Attempt['outcome'][] = ['none', 'rejected', 'unknown', 'accepted']

// A task that failed for free, and was left for another leaf, is no purchase any more.
const settledOutcome = ({ code, outcome }: Attempt): Attempt['outcome'] =>
  outcome === 'accepted' && code === 'ERR_TASK_FAILED' ? 'rejected' : outcome

/** What several attempts mean together: as serious as the most serious of them. */
export function outcomeOf(attempts: readonly Attempt[]): Attempt['outcome'] {
  const most = Math.max(0, ...attempts.map((attempt) => seriousness.indexOf(settledOutcome(attempt))))
  return seriousness[most] ?? 'none'
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''

/** A leaf whose turn has come; `at` is milliseconds since the epoch. */
export type StartedAttempt = Priced & { readonly at: number }

/** A leaf that was passed over for free. */
export function skippedAttempt(
  { leaf, quote, at }: StartedAttempt,
  skipped: NonNullable<Attempt['skipped']>,
  code: NonNullable<Attempt['code']>,
  reason: string,
): Attempt {
  return { ...ownerOf(leaf), at, outcome: 'none', code, reason, skipped, quote }
}

/** What a leaf's error says about its attempt; a composition among the leaves tells of each of its own. */
export function failedAttempts({ leaf, quote, at }: StartedAttempt, error: ReelayError): readonly Attempt[] {
  if (error.attempts) return error.attempts
  const { code, outcome, provider = leaf.id, account = leaf.account, handle, submission } = error
  const { host } = handle ?? submission ?? ownerOf(leaf)
  const found = {
    ...(host !== undefined && { host }),
    ...(handle && { handle }),
    ...(submission && { submission }),
  }
  return [{ provider, account, at, outcome, code, reason: firstLine(error.message), quote, ...found }]
}

/** The same for a task; `failed` when it was made and then given up by the provider. */
export function takenAttempts({ quote, at }: StartedAttempt, task: VideoTask): readonly Attempt[] {
  if (task.attempts) return task.attempts
  const { handle, cost } = task
  const { provider, account, host } = handle
  const relayed = host === undefined ? {} : { host }
  const failed =
    task.status === 'failed'
      ? ({ code: 'ERR_TASK_FAILED', reason: firstLine(task.failure.message) } as const)
      : {}
  return [
    {
      provider,
      account,
      ...relayed,
      at,
      outcome: 'accepted',
      ...failed,
      quote,
      ...(cost && { cost }),
      handle,
    },
  ]
}

/** An attempt as a line for people. */
function lineOf({ provider, account, host, code, outcome, skipped, reason = '' }: Attempt): string {
  const how = skipped ? 'not asked' : outcome
  const where = host === undefined ? '' : ` at ${host}`
  return `  ${provider} (${account})${where}: ${code ?? 'a task'}, ${how}. ${reason}`.trimEnd()
}

/** A message that says what became of each leaf, one line each; a lone attempt has said it already. */
export function withTrail(message: string, attempts: readonly Attempt[]): string {
  if (attempts.length < 2) return message
  return `${message}\nTried in this order:\n${attempts.map(lineOf).join('\n')}`
}

/**
 * A leaf's error with the whole trail: its message, code and fields stay, the outcome is that of all attempts together.
 */
export function errorWithTrail(error: ReelayError, attempts: readonly Attempt[]): ReelayError {
  // A composition among the leaves has listed its own part, which the whole list repeats.
  const message = error.message.split('\nTried in this order:\n', 1)[0] ?? error.message
  const { cause } = error
  const outcome = error.outcome === 'accepted' ? 'accepted' : outcomeOf(attempts)
  const whole = new ReelayError(error.code, withTrail(message, attempts), {
    ...error,
    cause,
    attempts,
    outcome,
  })
  // The stack is what an uncaught error prints, so the trail has to be in it.
  if (error.stack !== undefined) whole.stack = error.stack.replace(error.message, () => whole.message)
  return whole
}

/**
 * The task with the whole trail; its raw reply stays out of sight.
 *
 * @param chosen Why its model and mode: to the leaf they were named, and not by the caller.
 */
export function taskWithTrail<Task extends VideoTask>(
  task: Task,
  attempts: readonly Attempt[],
  chosen: Chosen | undefined = task.chosen,
): Task {
  return taskWith(task, { attempts, ...(chosen && { chosen }) })
}

/**
 * What an abort between two leaves throws: the caller's own reason as long as no paid request has left, else
 * `ERR_ABORTED` with what is known about the money.
 */
export function abortedBetween(
  reason: unknown,
  attempts: readonly Attempt[],
  last: ReelayError | undefined,
): unknown {
  if (outcomeOf(attempts) === 'none') return reason
  const message = 'Stopped before the next provider was tried.'
  const { provider, account, submission, outcome = 'rejected' } = last ?? {}
  const said =
    outcome === 'unknown'
      ? 'A task may have been created and charged.'
      : 'No task was created and nothing was charged.'
  const details = { provider, account, submission, outcome, cause: reason }
  return errorWithTrail(new ReelayError('ERR_ABORTED', `${message} ${said}`, details), attempts)
}

/** The error when every leaf was passed over: nothing was asked of anybody. */
export function nobodyTried(
  problems: readonly Problem[],
  attempts: readonly Attempt[],
  retryAfterMs: number,
): ReelayError {
  const { provider, account } = attempts[0] ?? {}
  const about = { provider, account, outcome: 'none', attempts } as const
  const because = new Set(attempts.map(({ skipped }) => skipped))
  // What passes by itself is worth more to the caller than what does not.
  if (because.has('breaker')) {
    const message = `Every provider that could serve the request has failed too often of late; nothing was sent. Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`
    return new ReelayError('ERR_UNAVAILABLE', withTrail(message, attempts), {
      ...about,
      retryable: true,
      retryAfterMs,
    })
  }
  if (because.has('cost')) {
    const message =
      'Every provider that could serve the request is too dear; nothing was sent. Raise maxCost to allow it.'
    return new ReelayError('ERR_BUDGET', withTrail(message, attempts), about)
  }
  const unsupported = attempts.every(({ code }) => code === 'ERR_UNSUPPORTED')
  const lines = problems.map(({ field, message, fix }) => `  ${field}: ${message} ${fix}`)
  const message = `No provider can render this request; nothing was sent.\n${lines.join('\n')}`
  const code = unsupported ? 'ERR_UNSUPPORTED' : 'ERR_INVALID_REQUEST'
  return new ReelayError(code, withTrail(message, attempts), { ...about, problems })
}
