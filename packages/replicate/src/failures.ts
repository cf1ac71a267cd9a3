import type { Failure, NativeTask } from '@reelay/core'

type Row = readonly [reason: Failure['reason'], retryable: boolean, advice: string]

const later = 'Try again later.'
const again = 'Try again.'
const change = 'Change the request.'
const upstream = "Replicate's account at the model's maker is in trouble; try again later."
const flagged: Row = ['content', false, 'Change the prompt or the image.']

/**
 * Why predictions fail, by the code in their text. Four digits: replicate.com/docs/reference/error-codes (2026). Three:
 * the helper that Replicate puts before proxied models (cog-flux ca9a013, 2025-07-31), which goes by words found in
 * the model's own message: one that echoes a prompt with "plan" in it becomes E001.
 */
const failures: Readonly<Record<string, Row>> = {
  E001: ['internal', true, upstream],
  E002: ['internal', true, upstream],
  E003: ['capacity', true, later],
  E004: ['internal', true, again],
  E005: flagged,
  // Also reported as passing, unverified.
  E006: ['input', false, change],
  E1000: ['internal', true, again],
  E1001: ['input', false, 'Make the input smaller.'],
  E4875: ['input', false, 'Pass a webhook URL, or none.'],
  E6716: ['capacity', true, later],
  E8367: ['internal', true, again],
  E8765: ['internal', true, later],
  E9243: ['internal', true, again],
  E9825: ['internal', true, 'Check the size of the files, then try again.'],
}

const unknown: Row = ['unknown', false, 'Look it up at replicate.com before trying again.']

/** Why a prediction failed: the provider's words, then what to do. A request id may follow the code. */
export function readFailure(task: NativeTask): Failure {
  const words = task.message?.trim() || 'Replicate gave no reason'
  const [, short, long] = /\((E\d{3,4})\)|\b(E\d{4})\b/.exec(words) ?? []
  const raw = /risk control|flagged as sensitive/i.test(words) ? flagged : unknown
  const [reason, retryable, advice] = failures[short ?? long ?? ''] ?? raw
  return {
    reason,
    message: `${words.replace(/\.$/, '')}. ${advice}`,
    retryable,
    ...(reason === 'content' ? { flagged: true } : {}),
  }
}
