import { ReelayError } from '@reelay/core'

/** The command line was not understood; nothing was done. */
export class UsageError extends Error {}

/** An error as a person at a terminal wants it: what, money, what next; no stack. */
export function describeFailure(error: unknown): string {
  if (!ReelayError.isInstance(error))
    return `\nreelay: ${error instanceof Error ? error.message : String(error)}`
  const lines = ['', `${error.code}: ${error.message}`, `  money spent: ${spent[error.outcome]}`]
  if (error.requestId) lines.push(`  request id:  ${error.requestId}`)
  if (error.submission) lines.push(`  submission:  ${JSON.stringify(error.submission)}`)
  if (error.handle) lines.push(`  handle:      ${JSON.stringify(error.handle)}`)
  return lines.join('\n')
}

const spent = {
  none: 'no, nothing was sent',
  rejected: 'no, the provider refused',
  unknown: 'unknown; do not run the command again before you have looked',
  accepted: 'yes, unless the provider refunds it; the task is named below',
} as const
