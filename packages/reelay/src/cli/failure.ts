import { type ErrorCode, ReelayError } from '@reelay/core'

/** The command line was not understood; nothing was done. */
export class UsageError extends Error {}

const spent = {
  none: 'no, nothing was bought',
  rejected: 'no, the provider refused',
  unknown: 'unknown; do not run the command again before you have looked',
  accepted: 'yes; the task is named below',
} as const

/**
 * An error as a person at a terminal wants it: what, money, what next; no stack.
 *
 * @param live Whether real money was at stake.
 */
export function describeFailure(error: unknown, live = true): string {
  if (!ReelayError.isInstance(error)) {
    return `\nreelay: ${error instanceof Error ? error.message : String(error)}`
  }
  const lines = ['', `${error.code}: ${error.message}`]
  if (!live) return [...lines, '  money spent: no, this was the emulator'].join('\n')
  const ended = error.code === 'ERR_TASK_FAILED'
  lines.push(
    `  money spent: ${ended ? 'as the provider charges failed tasks, see above' : spent[error.outcome]}`,
  )
  if (error.requestId) lines.push(`  request id:  ${error.requestId}`)
  if (error.submission) lines.push(`  submission:  ${JSON.stringify(error.submission)}`)
  if (error.handle) lines.push(`  handle:      ${JSON.stringify(error.handle)}`)
  return lines.join('\n')
}

// Refused for what was typed, before anything was sent: a script should mend its call rather than try again.
const misunderstood: readonly ErrorCode[] = ['ERR_CONFIG', 'ERR_INVALID_REQUEST', 'ERR_UNSUPPORTED']

/** Exit codes: 130 interrupted, 2 not understood (nothing was sent), 1 anything else. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || (error as { name?: string }).name === 'CLIError') return 2
  if (!ReelayError.isInstance(error)) return 1
  if (error.code === 'ERR_ABORTED') return 130
  return error.outcome === 'none' && misunderstood.includes(error.code) ? 2 : 1
}
