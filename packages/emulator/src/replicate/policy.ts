import { type Failure, failureOf, RISK_CONTROL } from './failures.ts'
import type { Json } from './job.ts'
import type { ReplicateSettings } from './options.ts'

/** What the content policy says of an accepted prediction. */
export function judge(input: Json, { contentFilter }: ReplicateSettings): Failure | undefined {
  const prompt = String(input.prompt ?? '')
  const written = [prompt, input.negative_prompt, input.multi_prompt].join(' ').toLowerCase()
  const found = contentFilter.fail.some((word) => written.includes(word.toLowerCase()))
  return found || contentFilter.judge(prompt, input) === 'fail' ? failureOf(RISK_CONTROL) : undefined
}
