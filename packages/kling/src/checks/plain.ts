import type { Problem } from '@reelay/core'
import { isRecord, optionProblem, type Rule } from './rule.ts'

function watermark(value: unknown): Problem | false {
  // Tables of early 2026 call it an array; every example is an object.
  const right = value === undefined || (isRecord(value) && typeof value.enabled === 'boolean')
  const message = 'watermark_info must be an object with a boolean.'
  return !right && optionProblem('watermark_info', 'type', message, 'Pass { enabled: true }.')
}

function unwritable(value: unknown): boolean {
  try {
    return value !== undefined && JSON.stringify(value) === undefined
  } catch {
    return true
  }
}

/** What every key of Kling's own must be: JSON, since it goes into the body as it is. */
export const plain: Rule = ({ options }) => [
  watermark(options.watermark_info),
  ...Object.entries(options).map(
    ([key, value]) =>
      unwritable(value) &&
      optionProblem(
        key,
        'type',
        `${key} cannot be written as JSON.`,
        'Pass plain data; numbers, not bigints.',
      ),
  ),
]
