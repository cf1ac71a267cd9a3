import { type Finding, problem } from '../model/problem.ts'
import { counted, cutTo, graphemes, sizeOf } from '../model/text.ts'
import type { TextLimit } from './video-fields.ts'
import { set } from './ways.ts'

/** Too long as the provider counts; said as a person counts, and as the provider does where that is something else. */
export function lengthProblem(
  field: string,
  text: string | undefined,
  { maxLength, unit }: TextLimit,
): Finding | undefined {
  // No more than three bytes, and one code point, for each unit of UTF-16.
  if (text === undefined || text.length * (unit === 'bytes' ? 3 : 1) <= maxLength) return undefined
  const size = sizeOf(text, unit)
  if (size <= maxLength) return undefined
  const seen = graphemes(text).length
  const count =
    seen === size
      ? `${counted(seen)} characters`
      : `${counted(seen)} characters, which count as ${counted(size)}`
  const fix = `Shorten it by ${counted(size - maxLength)}.`
  const message = `${field} has ${count}; at most ${counted(maxLength)} are accepted.`
  return problem(field, 'length', message, fix, [set(field, cutTo(text, maxLength, unit), fix, 'cut')])
}
