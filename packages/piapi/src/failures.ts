import type { Failure, NativeTask } from '@reelay/core'

type Row = readonly [pattern: RegExp, reason: Failure['reason'], retryable: boolean, advice: string]

/**
 * Why accepted tasks end failed, by `raw_message`, case-insensitively. The fragments are those that public clients look
 * for (until 2026-05); "risk control" is Kling's own wording, expected to be passed through.
 */
const failures: readonly Row[] = [
  [/content violation|risk control/i, 'content', false, 'Change the prompt or the image.'],
  [/404 not found.*deleted|identify failed|status 609|no face/i, 'input', false, 'Change the input.'],
  [/too large|maximum is 10mb|file size/i, 'input', false, 'Send a smaller file.'],
  [/proxyconnect|connection refused/i, 'internal', true, 'The input could not be fetched; try again.'],
  [/service busy|submit task failed: 500|overloaded|timed out|timeout/i, 'capacity', true, 'Try again.'],
  [/\bcredits?\b/i, 'unknown', false, 'Top up the account.'],
  [/rate.?limit|limit (exceeded|reached)|too many requests/i, 'capacity', true, 'Try again.'],
]

/** Why a task failed: PiAPI's words, then what to do. Whether it was charged is in `cost`, when PiAPI says. */
export function readFailure({ message }: NativeTask): Failure {
  const words = message?.trim() || 'PiAPI gave no reason'
  const row = failures.find(([pattern]) => pattern.test(words))
  const [, reason = 'unknown', retryable = false, advice = 'Look it up in the workspace first.'] = row ?? []
  const flagged = reason === 'content'
  return { reason, message: `${words.replace(/\.$/, '')}. ${advice}`, retryable, ...(flagged && { flagged }) }
}
