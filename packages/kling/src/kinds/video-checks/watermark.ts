import { isRecord, optionProblem, type Rule } from './rule.ts'

/** The visible watermark is asked for by an object; tables of early 2026 call it an array, every example is none. */
export const watermark: Rule = ({ options: { watermark_info: value } }) => [
  value !== undefined &&
    !(isRecord(value) && typeof value.enabled === 'boolean') &&
    optionProblem(
      'watermark_info',
      'type',
      'watermark_info must be an object with a boolean.',
      'Pass { enabled: true }.',
    ),
]
