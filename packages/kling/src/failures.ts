import type { Failure, NativeTask } from '@reelay/core'

interface FailureRow extends Pick<Failure, 'reason' | 'retryable' | 'flagged'> {
  readonly pattern: RegExp
  readonly advice: string
  readonly source: string
}

const official = 'wording of the official error table, 2026-09; not recorded on a failed task'

/**
 * Why accepted tasks end failed, by `task_status_msg`. Only the risk-control words were recorded; the other rows
 * expect the wording of the error table, and anything else stays `unknown`.
 */
const failures: readonly FailureRow[] = [
  {
    pattern: /risk control/i,
    reason: 'content',
    flagged: true,
    retryable: false,
    advice: 'change the prompt or the image',
    source: 'recorded many times until 2026-10: "Failure to pass the risk control system"',
  },
  {
    pattern: /content security|policy/i,
    reason: 'content',
    flagged: true,
    retryable: false,
    advice: 'change the prompt or the image',
    source: official,
  },
  {
    pattern: /\binternal\b|time(d )?-?out|maintenance|unavailable/i,
    reason: 'internal',
    retryable: true,
    advice: 'try again',
    source: official,
  },
  {
    pattern: /\bis invalid\b|\binvalid\b.*\bparam/i,
    reason: 'input',
    retryable: false,
    advice: 'change the request',
    source: official,
  },
]

const other: Omit<FailureRow, 'pattern' | 'source'> = {
  reason: 'unknown',
  retryable: false,
  advice: 'look it up in the console before trying again',
}

/**
 * Why a task failed: the provider's words, what that costs, then what to do. At Kling failed tasks are free (recorded:
 * `amount` "0").
 */
export function readFailure(task: NativeTask, charged = 'Kling charges nothing for a failed task'): Failure {
  const words = task.message?.trim() || 'Kling gave no reason'
  const { reason, retryable, flagged, advice } = failures.find((row) => row.pattern.test(words)) ?? other
  return {
    reason,
    message: `${words.replace(/\.$/, '')}. ${charged}; ${advice}.`,
    retryable,
    ...(flagged === undefined ? {} : { flagged }),
  }
}
