import { problem } from '../model/problem.ts'
import { counted, cutTo, graphemes, isBlank, sizeOf } from '../model/text.ts'
import type { Rule } from './kind.ts'
import { otherRows } from './rule.ts'
import type { TextLimit, Video } from './video-fields.ts'
import { drop, set } from './ways.ts'

/** Too long as the provider counts; said as a person counts, and as the provider does where that is something else. */
function tooLong(field: string, text: string | undefined, { maxLength, unit }: TextLimit) {
  if (text === undefined) return undefined
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

/** A picture may speak for itself, at another model; nobody can say for the caller what it should show. */
function wordless(of: Parameters<Rule<Video>>[0]): string {
  const [other] = otherRows(of, (row) => !row.prompt.required, 'which takes a picture without words')
  return `Say what the clip should show.${other ? ` Or: ${other.fix}` : ''}`
}

/** What the clip is to show, and what it is not to. */
export const words: Rule<Video> = (of) => {
  const { request, limits, name } = of
  const { prompt, negativePrompt } = request
  const without = limits.negativePrompt === false
  return [
    limits.prompt.required &&
      !(request.shots && limits.shots && !limits.shots.besidePrompt) &&
      isBlank(prompt ?? '') &&
      problem('prompt', 'required', `${name} needs a prompt, and it is empty.`, wordless(of)),
    tooLong('prompt', prompt, limits.prompt),
    negativePrompt !== undefined &&
      without &&
      problem(
        'negativePrompt',
        'unsupported',
        `${name} takes no negative prompt.`,
        'Say it in the prompt instead.',
        [
          ...otherRows(of, (row) => row.negativePrompt !== false, 'which takes one'),
          drop('negativePrompt', 'Leave it out, and say it in the prompt instead.'),
        ],
      ),
    limits.negativePrompt && tooLong('negativePrompt', negativePrompt, limits.negativePrompt),
  ]
}
