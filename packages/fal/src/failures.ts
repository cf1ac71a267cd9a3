import type { Failure, HttpReply } from '@reelay/core'
import type { Complaint } from './complaint.ts'

/**
 * Why tasks fail, by fal's type; the first row that fits. Types outside it go by their status: 5xx is fal's or the
 * model's trouble and never billed, everything else is about the input. Source: errors and request-errors pages, 2026-09.
 */
const rows: readonly (readonly [type: RegExp, reason: Failure['reason'], retryable: boolean])[] = [
  [/^content_policy/, 'content', false],
  [/^(request|startup)_timeout|^runner_(scheduling|connection|disconnected)/, 'capacity', true],
  [/^(runner|internal|downstream|generation)_/, 'internal', true],
  [/^(no_media|client)_/, 'unknown', false],
]

const advice: { readonly [reason in Failure['reason']]?: string } = {
  content: 'Change the prompt or the image.',
  input: 'Change the request.',
  capacity: 'Try again later.',
}

/** fal's verdict on trying again, under its present and its older name. */
function retryHeader(headers: HttpReply['headers']): boolean | undefined {
  if (headers['x-fal-request-timeout-type'] === 'user') return false
  const said = headers['x-fal-needs-retry'] ?? headers['x-fal-retryable']
  return said === undefined ? undefined : said === '1' || said === 'true'
}

/** Why a task failed: fal's words, then what to do. */
export function readFailure({ type = '', words }: Complaint, { status, headers }: HttpReply): Failure {
  const listed = rows.find(([pattern]) => pattern.test(type))
  const byStatus = status >= 500 ? 'internal' : status >= 400 ? 'input' : 'unknown'
  const [, reason, retryable] = listed ?? ['', byStatus, status >= 500]
  const flagged = reason === 'content'
  const said = (words || type || `fal gave no reason (HTTP ${status})`).replace(/\.$/, '')
  return {
    reason,
    message: [`${said}.`, advice[reason]].filter(Boolean).join(' '),
    retryable: !flagged && (retryHeader(headers) ?? retryable),
    ...(flagged && { flagged }),
  }
}
